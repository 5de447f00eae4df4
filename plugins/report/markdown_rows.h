/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a table or a list, collected while the run goes on: as many as a limit allows, the others
 * counted. When they are written, they may also have to fit into so many bytes: then whole rows are
 * left out, from the first that does not fit.
 */
#ifndef PLUGINS_REPORT_MARKDOWN_ROWS_H
#define PLUGINS_REPORT_MARKDOWN_ROWS_H

#include "files/section.h"

#include <headgate/reporter.h>
#include <stdbool.h>
#include <stdint.h>

/* Embedded in its owner; one thread at a time. */
struct markdown_rows {
  struct section section; /* the rows, each with a NUL behind it */
  uint64_t count;         /* rows that there are */
  uint64_t kept;          /* rows in the section */
  uint64_t most;          /* rows that the section may hold */
};

/* `most` in rows; UINT64_MAX: no limit. */
void markdown_rows_init(struct markdown_rows *rows, uint64_t most);
void markdown_rows_finish(struct markdown_rows *rows);

/* Counts one more row. Where the result is true, append it to rows->section.text, of bounded size
 * and without a NUL, and call markdown_rows_end. */
bool markdown_rows_begin(struct markdown_rows *rows);
int32_t markdown_rows_end(struct markdown_rows *rows, struct hg_error *err);

/* Where Markdown is written, and how much more of it may be. */
struct markdown_output {
  const struct hg_output *output;
  uint64_t left; /* bytes */
};

/* Writes what `text` holds, which must fit, and empties it. Fails also where memory was out while
 * it was made. */
int32_t markdown_output_text(struct markdown_output *to, struct text_buffer *text,
                             struct hg_error *err);

/* Writes rows for as long as `reserve` bytes are left behind them. *written is how many. */
int32_t markdown_output_rows(struct markdown_output *to, const struct markdown_rows *rows,
                             uint64_t reserve, uint64_t *written, struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of the page that more than one of its parts is made of. */
#ifndef LIB_HTML_PAGE_TEXT_H
#define LIB_HTML_PAGE_TEXT_H

#include "files/section.h"
#include "text/text_buffer.h"

#include <headgate/reporter.h>
#include <stdint.h>

/* Writes what `text` holds and empties it; fails where memory was out while it was made. */
int32_t page_write(const struct hg_output *output, struct text_buffer *text, struct hg_error *err);

/* Appends a row of a list of facts: escaped `value` under `label`, which is ours. Nothing for "".
 */
void page_fact(struct text_buffer *text, const char *label, const char *value);

/* The same where the value is markup: open, append it, close. */
void page_fact_open(struct text_buffer *text, const char *label);
void page_fact_close(struct text_buffer *text);

/* The same for a time; nothing for "". */
void page_fact_time(struct text_buffer *text, const char *label, const char *time);

/* Appends a name, or a mark that there is none. */
void page_name(struct text_buffer *text, const char *name);

/* Appends a file and, where it is not the first one in it, the document. */
void page_file(struct text_buffer *text, const char *path, uint32_t document);

/* Begins a section with its heading. `count` is how long the list `id` in it is, which the script
 * filters; 0: there is none. */
void page_section_open(struct text_buffer *text, const char *id, const char *heading,
                       uint64_t count);

/* One of the buttons that show the rows of one status alone. */
struct page_filter {
  const char *status; /* of the rows, their data-s */
  const char *label;
  uint64_t count; /* rows; there is no button where it is 0 */
};

/* Appends the buttons, which the script shows; nothing where all rows have the same status. */
void page_filters(struct text_buffer *text, const struct page_filter *filters, uint32_t count);

/* Begins a table's rows: the list `id`, `count` long. With a script, a long one is shown a part at
 * a time. */
void page_rows_open(struct text_buffer *text, const char *id, uint64_t count);

/* What is shown in place of a list in which the script found nothing. */
void page_nothing_found(struct text_buffer *text, const char *id);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How often each name came up: kinds of failure, rules. Memory is fixed: the names that come first
 * have a row, all others are counted together. */
#ifndef PLUGINS_REPORT_HTML_TALLY_H
#define PLUGINS_REPORT_HTML_TALLY_H

#include "text/text_buffer.h"

#include <stdint.h>

enum { TALLY_ROWS = 24, TALLY_NAME = 80, TALLY_NOTE = 256 };

struct tally_row {
  char name[TALLY_NAME]; /* UTF-8 or not, as it came; cut to the room */
  char note[TALLY_NOTE]; /* what came with it the first time */
  uint64_t count;
};

/* Embedded in its owner, which zeroes it; nothing to release. */
struct tally {
  struct tally_row rows[TALLY_ROWS];
  uint32_t row_count;
  uint64_t other; /* of names without a row */
};

/* `name` may be "": that is a name too. */
void tally_add(struct tally *tally, const char *name, const char *note);

/* Appends a list, the most frequent first, on one line where there are no notes; "" is shown as
 * `unnamed`. Nothing where all there is is one row without a name. */
void tally_write(struct tally *tally, struct text_buffer *text, const char *unnamed);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Cells of the history as the page shows them. */
#ifndef HOST_COMMANDS_HISTORY_PAGE_CELLS_H
#define HOST_COMMANDS_HISTORY_PAGE_CELLS_H

#include "history/history_read.h"
#include "text/text_buffer.h"

#include <stdbool.h>

enum { PAGE_TEXT = 200 }; /* bytes of any text from outside */

/* A cell as a number, 0 where it is none; as escaped text of at most PAGE_TEXT bytes. */
int64_t page_number(const struct history_row_view *row, const char *name);
void page_cell(struct text_buffer *text, const struct history_row_view *row, const char *name);

/* Whether the cell is that word. */
bool page_cell_is(const struct history_row_view *row, const char *name, const char *word);

#endif

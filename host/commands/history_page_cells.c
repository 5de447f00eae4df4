/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/history_page_cells.h"

#include "html/html_text.h"
#include "text/utf8.h"

#include <string.h>

int64_t page_number(const struct history_row_view *row, const char *name) {
  return history_cell(row, name)->integer;
}

void page_cell(struct text_buffer *text, const struct history_row_view *row, const char *name) {
  const struct history_cell *cell = history_cell(row, name);
  size_t length = utf8_piece(cell->bytes, cell->length, PAGE_TEXT);

  html_text_append(text, cell->bytes, length);
  if (length < cell->length)
    text_buffer_append_string(text, "<span class=\"part\"> ...</span>");
}

bool page_cell_is(const struct history_row_view *row, const char *name, const char *word) {
  const struct history_cell *cell = history_cell(row, name);

  return cell->length == strlen(word) && memcmp(cell->bytes, word, cell->length) == 0;
}

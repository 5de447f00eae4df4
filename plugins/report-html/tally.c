/* SPDX-License-Identifier: Apache-2.0 */
#include "tally.h"

#include "html/html_text.h"
#include "html/measure.h"
#include "text/utf8.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

void tally_add(struct tally *tally, const char *name, const char *note) {
  char key[TALLY_NAME];

  utf8_copy_cut(key, sizeof key, name);
  for (uint32_t i = 0; i < tally->row_count; i++) {
    if (strcmp(tally->rows[i].name, key) == 0) {
      tally->rows[i].count++;
      return;
    }
  }
  if (tally->row_count == TALLY_ROWS) {
    tally->other++;
    return;
  }
  memcpy(tally->rows[tally->row_count].name, key, sizeof key);
  utf8_copy_cut(tally->rows[tally->row_count].note, TALLY_NOTE, note);
  tally->rows[tally->row_count++].count = 1;
}

static int compare_rows(const void *a, const void *b) {
  const struct tally_row *left = a;
  const struct tally_row *right = b;

  if (left->count != right->count)
    return left->count < right->count ? 1 : -1;
  return strcmp(left->name, right->name);
}

static bool has_notes(const struct tally *tally) {
  for (uint32_t i = 0; i < tally->row_count; i++)
    if (*tally->rows[i].note)
      return true;
  return false;
}

void tally_write(struct tally *tally, struct text_buffer *text, const char *unnamed) {
  if (tally->row_count == 0 || (tally->row_count == 1 && !*tally->rows[0].name))
    return;
  qsort(tally->rows, tally->row_count, sizeof tally->rows[0], compare_rows);
  text_buffer_append_string(text, has_notes(tally) ? "<ul class=\"tally\">\n"
                                                   : "<ul class=\"tally short\">\n");
  for (uint32_t i = 0; i < tally->row_count; i++) {
    const struct tally_row *row = &tally->rows[i];

    text_buffer_append_string(text, "<li><b>");
    measure_count(text, row->count);
    text_buffer_append_string(text, "</b> <span>");
    if (*row->name)
      text_buffer_append_string(text, "<code>");
    html_text_string(text, *row->name ? row->name : unnamed);
    if (*row->name)
      text_buffer_append_string(text, "</code>");
    if (*row->note) {
      text_buffer_append_string(text, " <span class=\"part\">");
      html_text_string(text, row->note);
      text_buffer_append_string(text, "</span>");
    }
    text_buffer_append_string(text, "</span></li>\n");
  }
  if (tally->other > 0) {
    text_buffer_append_string(text, "<li><b>");
    measure_count(text, tally->other);
    text_buffer_append_string(text, "</b> <span>others</span></li>\n");
  }
  text_buffer_append_string(text, "</ul>\n");
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "report/markdown_rows.h"

#include "files/records.h"
#include "memory/no_memory.h"

void markdown_rows_init(struct markdown_rows *rows, uint64_t most) {
  section_init(&rows->section, SECTION_MEMORY);
  rows->count = 0;
  rows->kept = 0;
  rows->most = most;
}

void markdown_rows_finish(struct markdown_rows *rows) {
  section_finish(&rows->section);
}

bool markdown_rows_begin(struct markdown_rows *rows) {
  return rows->count++ < rows->most;
}

int32_t markdown_rows_end(struct markdown_rows *rows, struct hg_error *err) {
  rows->kept++;
  text_buffer_append_char(&rows->section.text, '\0');
  return section_keep(&rows->section, err);
}

int32_t markdown_output_text(struct markdown_output *to, struct text_buffer *text,
                             struct hg_error *err) {
  if (text->failed)
    return no_memory(err);
  if (text->length == 0)
    return 0;
  if (to->output->write(to->output, text->data, text->length, err) < 0)
    return -1;
  to->left -= text->length < to->left ? text->length : to->left;
  text_buffer_reset(text);
  return 0;
}

struct room {
  struct markdown_output *to;
  uint64_t reserve;
};

static bool fits(void *context, uint64_t length) {
  struct room *room = context;

  if (length + room->reserve > room->to->left)
    return false;
  room->to->left -= length;
  return true;
}

int32_t markdown_output_rows(struct markdown_output *to, const struct markdown_rows *rows,
                             uint64_t reserve, uint64_t *written, struct hg_error *err) {
  struct room room = {to, reserve};

  return records_write(&rows->section, fits, &room, to->output, written, err);
}

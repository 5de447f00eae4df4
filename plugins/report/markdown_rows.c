#include "markdown_rows.h"

#include <string.h>

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

static int32_t write_text(struct markdown_output *to, const struct text_buffer *text,
                          struct hg_error *err) {
  if (text->failed)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory for the report");
  if (text->length == 0)
    return 0;
  if (to->output->write(to->output, text->data, text->length, err) != 0)
    return -1;
  to->left -= text->length < to->left ? text->length : to->left;
  return 0;
}

int32_t markdown_output_text(struct markdown_output *to, struct text_buffer *text,
                             struct hg_error *err) {
  int32_t status = write_text(to, text, err);

  text_buffer_reset(text);
  return status;
}

/* Takes a section apart again as it is written. */
struct row_writer {
  struct markdown_output *to;
  struct text_buffer row; /* the beginning of one */
  uint64_t reserve;
  uint64_t written;
  bool full;
};

static int32_t end_row(struct row_writer *writer, struct hg_error *err) {
  struct text_buffer *row = &writer->row;

  writer->full = !row->failed && row->length + writer->reserve > writer->to->left;
  if (writer->full)
    return 0;
  if (write_text(writer->to, row, err) != 0)
    return -1;
  writer->written++;
  text_buffer_reset(row);
  return 0;
}

static int32_t write_rows(const struct hg_output *output, const char *data, uint64_t length,
                          struct hg_error *err) {
  struct row_writer *writer = output->context;

  while (length > 0 && !writer->full) {
    const char *end = memchr(data, '\0', length);
    uint64_t piece = end ? (uint64_t)(end - data) : length;

    text_buffer_append(&writer->row, data, piece);
    if (end && end_row(writer, err) != 0)
      return -1;
    piece += end ? 1 : 0;
    data += piece;
    length -= piece;
  }
  return 0;
}

int32_t markdown_output_rows(struct markdown_output *to, const struct markdown_rows *rows,
                             uint64_t reserve, uint64_t *written, struct hg_error *err) {
  struct row_writer writer = {.to = to, .reserve = reserve};
  const struct hg_output output = {
      .struct_size = sizeof output, .context = &writer, .write = write_rows};
  int32_t status;

  text_buffer_init(&writer.row);
  status = section_write(&rows->section, &output, err);
  *written = writer.written;
  text_buffer_finish(&writer.row);
  return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "files/records.h"

#include "memory/no_memory.h"

#include <string.h>

/* Takes the section apart again as it is written. */
struct record_writer {
  const struct hg_output *output;
  record_taker takes;
  void *context;
  struct text_buffer record; /* the beginning of one */
  uint64_t written;
  bool ended;
};

static int32_t end_record(struct record_writer *writer, struct hg_error *err) {
  struct text_buffer *record = &writer->record;

  if (record->failed)
    return no_memory(err);
  writer->ended = !writer->takes(writer->context, record->length);
  if (writer->ended)
    return 0;
  if (record->length > 0 &&
      writer->output->write(writer->output, record->data, record->length, err) < 0)
    return -1;
  writer->written++;
  text_buffer_reset(record);
  return 0;
}

static int32_t write_piece(const struct hg_output *output, const char *data, uint64_t length,
                           struct hg_error *err) {
  struct record_writer *writer = output->context;

  while (length > 0 && !writer->ended) {
    const char *end = memchr(data, '\0', length);
    uint64_t piece = end ? (uint64_t)(end - data) : length;

    text_buffer_append(&writer->record, data, piece);
    if (end && end_record(writer, err) < 0)
      return -1;
    piece += end ? 1 : 0;
    data += piece;
    length -= piece;
  }
  return 0;
}

int32_t records_write(const struct section *section, record_taker takes, void *context,
                      const struct hg_output *output, uint64_t *written, struct hg_error *err) {
  struct record_writer writer = {.output = output, .takes = takes, .context = context};
  const struct hg_output pieces = {
      .struct_size = sizeof pieces, .context = &writer, .write = write_piece};
  int32_t status;

  text_buffer_init(&writer.record);
  status = section_write(section, &pieces, err);
  *written = writer.written;
  text_buffer_finish(&writer.record);
  return status;
}

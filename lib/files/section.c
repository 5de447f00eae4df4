/* SPDX-License-Identifier: Apache-2.0 */
#include "files/section.h"

#include "files/temporary_file.h"
#include "files/write_fully.h"
#include "memory/no_memory.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

enum { PIECE = 16 * 1024 }; /* bytes handled at a time */

void section_init(struct section *section, size_t limit) {
  text_buffer_init(&section->text);
  section->limit = limit;
  section->spilled = 0;
  section->file = -1;
}

void section_finish(struct section *section) {
  text_buffer_finish(&section->text);
  if (section->file >= 0)
    (void)close(section->file);
  section_init(section, section->limit);
}

bool section_is_empty(const struct section *section) {
  return section->spilled == 0 && section->text.length == 0;
}

static int32_t spill(struct section *section, struct hg_error *err) {
  if (section->file < 0)
    section->file = temporary_file_open(err);
  if (section->file < 0)
    return -1;
  if (write_fully(section->file, section->text.data, section->text.length, NULL) < 0)
    return temporary_file_error("write", err);
  section->spilled += section->text.length;
  /* One long line must not hold its memory until the end. */
  if (section->text.capacity > 4 * section->limit)
    text_buffer_finish(&section->text);
  else
    text_buffer_reset(&section->text);
  return 0;
}

int32_t section_keep(struct section *section, struct hg_error *err) {
  if (section->text.failed)
    return no_memory(err);
  return section->text.length > section->limit ? spill(section, err) : 0;
}

int32_t section_append_pieces(struct section *section, const char *data, uint64_t length,
                              void (*append)(struct text_buffer *text, const char *data,
                                             size_t length),
                              struct hg_error *err) {
  while (length > 0) {
    size_t piece = utf8_piece(data, length, PIECE);

    append(&section->text, data, piece);
    data += piece;
    length -= piece;
    if (section_keep(section, err) < 0)
      return -1;
  }
  return 0;
}

int32_t section_append_lines(struct section *section, const char *data, uint64_t length,
                             const char *indent, struct hg_error *err) {
  if (length > 0 && data[length - 1] == '\n')
    length--;
  while (length > 0) {
    size_t piece = utf8_piece(data, length, PIECE);
    const char *end = memchr(data, '\n', piece);

    if (end)
      piece = (size_t)(end - data);
    visible_text_append(&section->text, data, piece);
    if (end) {
      text_buffer_append_char(&section->text, '\n');
      text_buffer_append_string(&section->text, indent);
      piece++;
    }
    data += piece;
    length -= piece;
    if (section_keep(section, err) < 0)
      return -1;
  }
  return 0;
}

int32_t section_write(const struct section *section, const struct hg_output *output,
                      struct hg_error *err) {
  char piece[PIECE];

  if (section->text.failed)
    return no_memory(err);
  for (uint64_t at = 0; at < section->spilled;) {
    ssize_t count = pread(section->file, piece, sizeof piece, (off_t)at);

    if (count < 0 && errno == EINTR)
      continue;
    if (count < 0)
      return temporary_file_error("read", err);
    if (count == 0)
      return hg_error_set(err, HG_ERROR_IO, "the report's temporary file lost its end");
    if (output->write(output, piece, (uint64_t)count, err) < 0)
      return -1;
    at += (uint64_t)count;
  }
  if (section->text.length == 0)
    return 0;
  return output->write(output, section->text.data, section->text.length, err);
}

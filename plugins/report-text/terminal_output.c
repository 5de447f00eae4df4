/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal_output.h"

#include "memory/no_memory.h"
#include "text/ascii_text.h"
#include "text/wrapped_text.h"

#include <headgate/abi.h>
#include <string.h>

static int32_t end_line(struct terminal_output *terminal, struct hg_error *err) {
  struct text_buffer *line = &terminal->line;
  struct text_buffer *shown = &terminal->shown;

  text_buffer_reset(shown);
  if (terminal->real->flags & HG_OUTPUT_ASCII) {
    ascii_text_append(shown, text_buffer_string(line), line->length);
    text_buffer_reset(line);
    text_buffer_append(line, text_buffer_string(shown), shown->length);
    text_buffer_reset(shown);
  }
  wrapped_line_append(shown, text_buffer_string(line), terminal->real->columns);
  text_buffer_append_char(shown, '\n');
  if (line->failed || shown->failed)
    return no_memory(err);
  text_buffer_reset(line);
  return terminal->real->write(terminal->real, shown->data, shown->length, err);
}

static int32_t write_terminal(const struct hg_output *output, const char *data, uint64_t length,
                              struct hg_error *err) {
  struct terminal_output *terminal = output->context;

  while (length > 0) {
    const char *end = memchr(data, '\n', length);
    size_t size = end ? (size_t)(end - data) : (size_t)length;

    text_buffer_append(&terminal->line, data, size);
    if (!end)
      break;
    if (end_line(terminal, err) < 0)
      return -1;
    data += size + 1;
    length -= size + 1;
  }
  return 0;
}

const struct hg_output *terminal_output_init(struct terminal_output *terminal,
                                             const struct hg_output *real) {
  text_buffer_init(&terminal->line);
  text_buffer_init(&terminal->shown);
  terminal->real = real;
  if (!HG_HAS(real, columns) || real->columns == 0)
    return real;
  terminal->output = *real;
  terminal->output.context = terminal;
  terminal->output.write = write_terminal;
  return &terminal->output;
}

void terminal_output_finish(struct terminal_output *terminal) {
  text_buffer_finish(&terminal->line);
  text_buffer_finish(&terminal->shown);
}

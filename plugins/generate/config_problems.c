/* SPDX-License-Identifier: Apache-2.0 */
#include "generate/config_problems.h"

#include "text/shown_text.h"

#include <stdarg.h>
#include <stdio.h>

void config_problems_init(struct config_problems *problems, const struct hg_host *host,
                          const char *path) {
  problems->host = host;
  problems->path = path;
  problems->count = 0;
  problems->first = (struct hg_error)HG_ERROR_INIT;
  text_buffer_init(&problems->text);
}

void config_problems_finish(struct config_problems *problems) {
  text_buffer_finish(&problems->text);
}

struct text_buffer *config_problems_begin(struct config_problems *problems) {
  text_buffer_reset(&problems->text);
  return &problems->text;
}

/* "FILE:LINE:COLUMN: " and the message, with at most `most` bytes of the file's path. */
static void write_line(const struct config_problems *problems, struct config_position position,
                       size_t most, struct text_buffer *line) {
  shown_path_append(line, problems->path, most);
  if (position.line > 0)
    text_buffer_printf(line, ":%u:%u", position.line, position.column);
  text_buffer_append_string(line, ": ");
  text_buffer_append_string(line, text_buffer_string(&problems->text));
  line->failed = line->failed || problems->text.failed;
}

static void log_line(const struct config_problems *problems, struct config_position position,
                     uint32_t level) {
  struct text_buffer line;

  text_buffer_init(&line);
  write_line(problems, position, SIZE_MAX, &line);
  problems->host->log(problems->host, level,
                      line.failed ? "out of memory" : text_buffer_string(&line));
  text_buffer_finish(&line);
}

void config_problems_end(struct config_problems *problems, struct config_position position,
                         int32_t code) {
  log_line(problems, position, HG_LOG_ERROR);
  if (problems->count++ == 0) {
    struct text_buffer line;

    text_buffer_init(&line);
    write_line(problems, position, SHOWN_PATH_IN_ERROR, &line);
    (void)shown_error_set(&problems->first, code, &line);
    text_buffer_finish(&line);
  }
}

void config_problems_end_warning(struct config_problems *problems,
                                 struct config_position position) {
  log_line(problems, position, HG_LOG_WARNING);
}

void config_problems_add(struct config_problems *problems, const struct hg_node *node,
                         const char *format, ...) {
  struct text_buffer *text = config_problems_begin(problems);
  char message[512];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  text_buffer_append_string(text, message);
  config_problems_end(problems, config_position_of(node), HG_ERROR_INVALID);
}

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
  text_buffer_init(&problems->held);
}

void config_problems_finish(struct config_problems *problems) {
  text_buffer_finish(&problems->text);
  text_buffer_finish(&problems->held);
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

static void log_text(const struct config_problems *problems, uint32_t level,
                     const struct text_buffer *line) {
  problems->host->log(problems->host, level,
                      line->failed ? "out of memory" : text_buffer_string(line));
}

static void log_line(const struct config_problems *problems, struct config_position position,
                     uint32_t level) {
  struct text_buffer line;

  text_buffer_init(&line);
  write_line(problems, position, SIZE_MAX, &line);
  log_text(problems, level, &line);
  text_buffer_finish(&line);
}

static void log_held(struct config_problems *problems) {
  if (problems->held.length > 0 || problems->held.failed)
    log_text(problems, HG_LOG_ERROR, &problems->held);
  text_buffer_reset(&problems->held);
}

void config_problems_end(struct config_problems *problems, struct config_position position,
                         int32_t code) {
  if (problems->count++ == 0) {
    struct text_buffer line;

    write_line(problems, position, SIZE_MAX, &problems->held);
    text_buffer_init(&line);
    write_line(problems, position, SHOWN_PATH_IN_ERROR, &line);
    (void)shown_error_set(&problems->first, code, &line);
    text_buffer_finish(&line);
  } else {
    log_held(problems);
    log_line(problems, position, HG_LOG_ERROR);
  }
}

int32_t config_problems_conclude(struct config_problems *const *files, size_t count,
                                 struct hg_error *err) {
  const struct hg_error *first = NULL;
  uint64_t errors = 0;

  for (size_t i = 0; i < count; i++) {
    first = !first && files[i]->count > 0 ? &files[i]->first : first;
    errors += files[i]->count;
  }
  if (errors == 0)
    return 0;
  if (errors == 1)
    return hg_error_set(err, first->code, "%s", first->message);
  for (size_t i = 0; i < count; i++)
    log_held(files[i]);
  return hg_error_set(err, first->code, "%llu errors, the first at %s", (unsigned long long)errors,
                      first->message);
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

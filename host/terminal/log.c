/* SPDX-License-Identifier: Apache-2.0 */
#include "terminal/log.h"

#include "files/write_fully.h"
#include "terminal/interrupt.h"
#include "terminal/screen.h"
#include "text/ascii_text.h"
#include "text/text_buffer.h"
#include "text/visible_text.h"
#include "text/workflow_commands.h"
#include "text/wrapped_text.h"

#include <headgate/host.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint32_t shown_level = HG_LOG_INFO;
static enum log_color chosen_color;
static bool colored;
static bool is_ascii; /* standard error is a terminal that shows no more */
static atomic_bool gives_way;

/* Guards standard error and what stands on its last line. */
static pthread_mutex_t terminal = PTHREAD_MUTEX_INITIALIZER;
static char last_line[512];

/* To the start of the line, and nothing behind it (ECMA-48: EL). */
#define CLEAR_LINE "\r\033[K"

bool log_wants_color(int descriptor) {
  const char *no_color = getenv("NO_COLOR");
  const char *term = getenv("TERM");

  if (chosen_color != LOG_COLOR_AUTO)
    return chosen_color == LOG_COLOR_ALWAYS;
  if ((no_color && *no_color) || (term && strcmp(term, "dumb") == 0))
    return false;
  return isatty(descriptor) == 1;
}

void log_init(bool quiet, bool verbose, enum log_color color) {
  shown_level = quiet ? HG_LOG_WARNING : verbose ? HG_LOG_DEBUG : HG_LOG_INFO;
  chosen_color = color;
  colored = log_wants_color(STDERR_FILENO);
  is_ascii = screen_is_ascii(STDERR_FILENO);
}

void log_let_success_give_way(void) {
  atomic_store(&gives_way, isatty(STDERR_FILENO) == 1);
}

uint32_t log_success_level(void) {
  return atomic_load(&gives_way) ? HG_LOG_DEBUG : HG_LOG_INFO;
}

bool log_is_colored(void) {
  return colored;
}

static void write_all(const char *data, size_t length) {
  /* Nobody listens: the run goes on. */
  (void)write_fully(STDERR_FILENO, data, length, &interrupt_patience);
}

void log_set_last_line(const char *text) {
  (void)pthread_mutex_lock(&terminal);
  if (strcmp(text, last_line) != 0) {
    char bytes[sizeof CLEAR_LINE + sizeof last_line];

    (void)snprintf(last_line, sizeof last_line, "%s", text);
    (void)snprintf(bytes, sizeof bytes, "%s%s", CLEAR_LINE, last_line);
    write_all(bytes, strlen(bytes));
  }
  (void)pthread_mutex_unlock(&terminal);
}

/* On a terminal, lines end between words. */
static void append_line(struct text_buffer *text, const struct text_buffer *line) {
  size_t columns = screen_columns(STDERR_FILENO);

  if (columns > 0)
    wrapped_line_append(text, text_buffer_string(line), columns);
  else
    text_buffer_append(text, text_buffer_string(line), line->length);
  text_buffer_append_char(text, '\n');
}

/* Writes a whole line. Where a last line stands, it makes place and comes again below. */
static void write_line(const struct text_buffer *line) {
  struct text_buffer whole;

  text_buffer_init(&whole);
  (void)pthread_mutex_lock(&terminal);
  if (*last_line)
    text_buffer_append_string(&whole, CLEAR_LINE);
  append_line(&whole, line);
  text_buffer_append_string(&whole, last_line);
  if (whole.failed) {
    write_all(text_buffer_string(line), line->length);
    write_all("\n", 1);
  } else {
    write_all(text_buffer_string(&whole), whole.length);
  }
  (void)pthread_mutex_unlock(&terminal);
  text_buffer_finish(&whole);
}

static void write_harmless(struct text_buffer *line) {
  struct text_buffer harmless;
  struct workflow_text before = {0};

  if (is_ascii) {
    text_buffer_init(&harmless);
    ascii_text_append(&harmless, text_buffer_string(line), line->length);
    write_line(&harmless);
    text_buffer_finish(&harmless);
    return;
  }
  if (!workflow_commands_are_obeyed()) {
    write_line(line);
    return;
  }
  text_buffer_init(&harmless);
  workflow_commands_break(&harmless, text_buffer_string(line), line->length, &before);
  write_line(&harmless);
  text_buffer_finish(&harmless);
}

void log_line(uint32_t level, const char *tag, const char *format, ...) {
  static const char *const colors[] = {"", "\033[31m", "\033[33m", "", "\033[2m"};
  const char *color = colored && level < sizeof colors / sizeof *colors ? colors[level] : "";
  struct text_buffer line;
  va_list args;
  char fixed[512];
  int length;

  if (level > shown_level)
    return;
  text_buffer_init(&line);
  va_start(args, format);
  length = vsnprintf(fixed, sizeof fixed, format, args);
  va_end(args);
  text_buffer_append_string(&line, color);
  if (tag)
    text_buffer_printf(&line, "[%s] ", tag);
  else
    text_buffer_append_string(&line, "headgate: ");
  if (length >= 0 && (size_t)length < sizeof fixed) {
    visible_text_append(&line, fixed, (size_t)length);
  } else if (length >= 0) {
    char *whole = malloc((size_t)length + 1);
    if (whole) {
      va_start(args, format);
      (void)vsnprintf(whole, (size_t)length + 1, format, args);
      va_end(args);
      visible_text_append(&line, whole, (size_t)length);
      free(whole);
    }
  }
  if (*color)
    text_buffer_append_string(&line, "\033[0m");
  write_harmless(&line);
  text_buffer_finish(&line);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "files/output_file.h"
#include "memory/no_memory.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "terminal/screen.h"
#include "text/ascii_text.h"
#include "text/wrapped_text.h"

#include <headgate/host.h>
#include <string.h>
#include <unistd.h>

/* A text that is there, as its only piece. */
static bool whole_text(void *context, struct text_buffer *piece) {
  struct text_buffer *text = context;
  struct text_buffer empty = *piece;

  *piece = *text;
  *text = empty;
  return false;
}

static int32_t write_pieces(struct output_file *file,
                            bool (*next)(void *context, struct text_buffer *piece), void *context,
                            struct hg_error *err) {
  struct text_buffer piece;
  int32_t result = 0;
  bool is_more = true;

  text_buffer_init(&piece);
  while (is_more && result == 0) {
    text_buffer_reset(&piece);
    is_more = next(context, &piece);
    result = piece.failed ? no_memory(err)
                          : output_file_write(file, text_buffer_string(&piece), piece.length, err);
  }
  text_buffer_finish(&piece);
  return result;
}

int command_print(struct text_buffer *text, int exit_code) {
  exit_code = command_print_pieces(whole_text, text, exit_code);
  text_buffer_finish(text);
  return exit_code;
}

int command_print_lines(struct text_buffer *text, int exit_code) {
  size_t columns = screen_columns(STDOUT_FILENO);
  bool is_ascii = screen_is_ascii(STDOUT_FILENO);
  struct text_buffer shown;
  struct text_buffer line;

  if (columns == 0)
    return command_print(text, exit_code);
  text_buffer_init(&shown);
  text_buffer_init(&line);
  for (const char *rest = text_buffer_string(text); *rest;) {
    size_t length = strcspn(rest, "\n");

    text_buffer_reset(&line);
    if (is_ascii)
      ascii_text_append(&line, rest, length);
    else
      text_buffer_append(&line, rest, length);
    wrapped_line_append(&shown, text_buffer_string(&line), columns);
    text_buffer_append_char(&shown, '\n');
    rest += length + (rest[length] == '\n');
  }
  shown.failed = shown.failed || line.failed || text->failed;
  text_buffer_finish(&line);
  text_buffer_finish(text);
  return command_print(&shown, exit_code);
}

int command_print_pieces(bool (*next)(void *context, struct text_buffer *piece), void *context,
                         int exit_code) {
  struct hg_error error = HG_ERROR_INIT;
  const struct output_manner manner = {.patience = interrupt_patience};
  struct output_file file;
  int32_t result = -1;

  if (output_file_open(&file, NULL, &manner, &error) < 0) {
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  } else {
    result = write_pieces(&file, next, context, &error);
    if (result == 0)
      result = output_file_commit(&file, &error);
    else
      output_file_abandon(&file);
    if (result < 0 && error.code == HG_ERROR_CANCELLED && interrupt_requested())
      exit_code = INTERRUPTED;
    else if (result < 0 && error.code == HG_ERROR_CANCELLED)
      result = 0; /* the reader closed the pipe: he has seen what he wanted */
    else if (result < 0)
      log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  }
  return result < 0 && exit_code == 0 ? 1 : exit_code;
}

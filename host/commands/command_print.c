/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "files/output_file.h"
#include "memory/no_memory.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <headgate/host.h>

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

/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "files/output_file.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <headgate/host.h>

int command_print(struct text_buffer *text, int exit_code) {
  struct hg_error error = HG_ERROR_INIT;
  const struct output_manner manner = {.patience = interrupt_patience};
  struct output_file file;
  int32_t result = -1;

  if (text->failed) {
    log_line(HG_LOG_ERROR, NULL, "out of memory");
  } else if (output_file_open(&file, NULL, &manner, &error) < 0) {
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  } else {
    result = output_file_write(&file, text_buffer_string(text), text->length, &error);
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
  text_buffer_finish(text);
  return result < 0 && exit_code == 0 ? 1 : exit_code;
}

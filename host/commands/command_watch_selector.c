/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/look_command.h"
#include "commands/look_lines.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "text/timestamp.h"
#include "json/json_text.h"

#include <headgate/host.h>
#include <poll.h>
#include <unistd.h>

enum { LOOKED_AGAIN_MS = 100 };

/* Prints one look. Returns the exit code. */
static int look_once(const struct settings *settings, struct look_command *command) {
  struct hg_error error = HG_ERROR_INIT;
  struct selector_look look;
  struct text_buffer text;
  int exit_code = 0;

  if (selector_look_take(&look, &command->request, &error) < 0)
    exit_code = error.code == HG_ERROR_CANCELLED ? INTERRUPTED : NOBODY_KNOWS;
  if (exit_code == NOBODY_KNOWS)
    look_command_say_failed(command, LOG_WATCH, &error);
  text_buffer_init(&text);
  if (settings->output == OUTPUT_JSON)
    json_append_line(&text, look_snapshot_json(&look, exit_code),
                     settings->interval > 0 ? JSON_COMPACT | JSON_PRESERVE_ORDER : JSON_SHOWN);
  else
    look_append_snapshot(&text, &look);
  selector_look_finish(&look);
  if (exit_code != INTERRUPTED)
    return settings->output == OUTPUT_JSON ? command_print(&text, exit_code)
                                           : command_print_lines(&text, exit_code);
  text_buffer_finish(&text);
  return exit_code;
}

/* Until the next look is due. False: the user, or the reader of standard output, has had enough. */
static bool wait_for_next(uint32_t seconds) {
  int64_t due_ms = timestamp_steady_ms() + (int64_t)seconds * 1000;
  struct pollfd reader = {.fd = STDOUT_FILENO};

  while (!interrupt_requested() && timestamp_steady_ms() < due_ms)
    if (poll(&reader, 1, LOOKED_AGAIN_MS) > 0)
      return false;
  return !interrupt_requested();
}

int command_watch_selector(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct look_command command;
  int exit_code = 1;

  if (look_command_begin(&command, settings, plugins, true, &error) < 0)
    log_line(HG_LOG_ERROR, LOG_WATCH, "%s", error.message);
  else
    exit_code = look_once(settings, &command);
  /* A first look that fails is a mistake; a later one, something that may pass. */
  if (error.code == 0 && exit_code == 0)
    while (settings->interval > 0 && wait_for_next(settings->interval))
      exit_code = look_once(settings, &command);
  look_command_finish(&command);
  return settings->interval > 0 && interrupt_requested() ? INTERRUPTED : exit_code;
}

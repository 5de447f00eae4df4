/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/run_operand.h"
#include "history/history.h"
#include "run/past_run.h"
#include "run/recording.h"
#include "settings/command_line.h"
#include "terminal/log.h"

int command_history_report(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct history *history = NULL;
  struct run_operand operand;
  struct run_request request;
  int64_t run_id = 0;
  int exit_code = 1;

  if (run_operand_parse(settings->operands.items[1], &operand, &error) < 0) {
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
    return 2;
  }
  if (run_request_init(&request, settings, HG_MODE_VALIDATE, &error) == 0 &&
      history_open_read_only(settings->history, &run_patience, &history, &error) == 0 &&
      run_operand_find(&operand, history, &run_id, &error) == 0) {
    /* Those that a file names are for runs, whose reports they would replace. */
    if (!command_line_has(settings, "reporter"))
      request.reporters.count = 0;
    exit_code = past_run_report(&request, plugins, history, run_id, &error);
  }
  if (error.code != 0)
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  history_close(history);
  run_request_finish(&request);
  return exit_code;
}

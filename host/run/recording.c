/* SPDX-License-Identifier: Apache-2.0 */
#include "run/recording.h"

#include "terminal/interrupt.h"
#include "terminal/log.h"

static void say_that_history_waits(void) {
  log_line(HG_LOG_WARNING, NULL, "waiting for the history, which another process keeps locked");
}

const struct history_patience run_patience = {say_that_history_waits, interrupt_requested};

int32_t run_recorded(struct run *run, int32_t result, struct hg_error *err) {
  if (result == 0 || run->request->mode == HG_MODE_APPLY)
    return result;
  log_line(HG_LOG_WARNING, NULL, "this run is not recorded: %s", err->message);
  history_close(run->history);
  run->history = NULL;
  run->about.run_id = 0;
  err->code = 0;
  return 0;
}

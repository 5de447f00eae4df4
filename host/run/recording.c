/* SPDX-License-Identifier: Apache-2.0 */
#include "run/recording.h"

#include "files/output_place.h"
#include "memory/count.h"
#include "memory/no_memory.h"
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

int32_t history_guard(struct taken_places *taken, const char *history, struct hg_error *err) {
  static const char *const endings[] = {"", "-wal", "-shm", "-runs", "-key"};
  struct text_buffer path;
  int32_t result = 0;

  text_buffer_init(&path);
  for (size_t i = 0; history && i < COUNT(endings) && result == 0; i++) {
    struct output_place place;

    text_buffer_reset(&path);
    text_buffer_printf(&path, "%s%s", history, endings[i]);
    if (path.failed)
      result = no_memory(err);
    else if (output_place_find(&place, path.data) == 0) /* else nothing can be written there */
      result = taken_places_add(taken, &place, path.data, "the history", err);
    output_place_finish(&place);
  }
  text_buffer_finish(&path);
  return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_patience.h"

#include "history/history_database.h"
#include "text/timestamp.h"

enum { PAUSE_MS = 20, SILENT_MS = 2000 };

static void (*say_that_it_waits)(void);
static int (*times_asked)(void);

void history_patience_set(void (*say)(void), int (*asked)(void)) {
  say_that_it_waits = say;
  times_asked = asked;
}

int history_patience_wait(void *context, int tries) {
  struct history *history = context;
  int64_t now = timestamp_steady_ms();
  int enough = history->run_id > 0 ? 2 : 1;

  if (tries == 0) {
    history->waits_since_ms = now;
    history->has_said = false;
  }
  if (now - history->waits_since_ms >= HISTORY_BUSY_TIMEOUT_MS ||
      (times_asked && times_asked() >= enough))
    return 0;
  if (!history->has_said && now - history->waits_since_ms >= SILENT_MS) {
    history->has_said = true;
    if (say_that_it_waits)
      say_that_it_waits();
  }
  (void)sqlite3_sleep(PAUSE_MS);
  return 1;
}

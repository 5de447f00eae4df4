/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_patience.h"

#include "history/history.h"
#include "history/history_database.h"
#include "text/timestamp.h"

enum { PAUSE_MS = 20, SILENT_MS = 2000 };

int history_patience_wait(void *context, int tries) {
  struct history *history = context;
  const struct history_patience *patience = history->patience;
  int64_t now = timestamp_steady_ms();
  int enough = history->run_id > 0 ? 2 : 1;

  if (tries == 0) {
    history->waits_since_ms = now;
    history->has_said = false;
  }
  if (now - history->waits_since_ms >= HISTORY_BUSY_TIMEOUT_MS ||
      (patience && patience->asked() >= enough))
    return 0;
  if (!history->has_said && now - history->waits_since_ms >= SILENT_MS) {
    history->has_said = true;
    if (patience)
      patience->say();
  }
  (void)sqlite3_sleep(PAUSE_MS);
  return 1;
}

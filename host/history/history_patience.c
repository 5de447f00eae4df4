/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_patience.h"

#include "history/history.h"
#include "history/history_database.h"
#include "text/timestamp.h"

#include <stdbool.h>

/* A run's own statement is worth this much, whatever the user asks for. */
enum { PAUSE_MS = 20, SILENT_MS = 2000, STATEMENT_MS = 5000 };

/* Another connection of this process, which watches what the run applies, writes for milliseconds
 * and often: the first tries come soon. */
enum { SOON_TRIES = 20, SOON_MS = 1 };

static bool has_asked(const struct history *history) {
  return history->patience && history->patience->asked() >= (history->run_id > 0 ? 2 : 1);
}

int history_patience_wait(void *context, int tries) {
  struct history *history = context;
  const struct history_patience *patience = history->patience;
  int64_t now = timestamp_steady_ms();

  if (tries == 0) {
    history->waits_since_ms = now;
    history->has_said = false;
  }
  if (now - history->waits_since_ms >= HISTORY_BUSY_TIMEOUT_MS || has_asked(history))
    return 0;
  if (!history->has_said && now - history->waits_since_ms >= SILENT_MS) {
    history->has_said = true;
    if (patience)
      patience->say();
  }
  (void)sqlite3_sleep(tries < SOON_TRIES ? SOON_MS : PAUSE_MS);
  return 1;
}

int history_patience_is_over(void *context) {
  struct history *history = context;
  int64_t now = timestamp_steady_ms();

  if (history->steps_since_ms == 0)
    history->steps_since_ms = now;
  return has_asked(history) &&
         (history->run_id == 0 || now - history->steps_since_ms >= STATEMENT_MS);
}

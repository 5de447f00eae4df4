/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_health.h"

#include "history/history_database.h"
#include "memory/count.h"

int32_t history_add_health(struct history *history, const struct history_health *health,
                           struct hg_error *err) {
  char judged_at[TIMESTAMP_SIZE];
  const struct history_value values[] = {
      value_time(health->judged_at_ms, judged_at),
      value_text(&history->arena, health->job_namespace),
      value_text(&history->arena, health->selector),
      value_string(health->overall),
      value_integer((int64_t)health->jobs_ok),
      value_integer((int64_t)health->jobs_warn),
      value_integer((int64_t)health->jobs_error),
      value_string(health->errors),
  };

  return history_execute(history, STATEMENT_ADD_HEALTH, values, COUNT(values), err);
}

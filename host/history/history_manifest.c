/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_manifest.h"

#include "history/history_database.h"
#include "memory/count.h"

static struct history_value number(int64_t value) {
  return value < 0 ? value_null() : value_integer(value);
}

int32_t history_add_manifest(struct history *history, const struct history_manifest *manifest,
                             struct hg_error *err) {
  const struct history_value values[] = {
      value_digest(manifest->sha256),
      value_text(&history->arena, manifest->text),
      value_text(&history->arena, manifest->image),
      value_text(&history->arena, manifest->labels),
      value_text(&history->arena, manifest->containers),
      number(manifest->pods),
      number(manifest->cpu_milli),
      number(manifest->memory_bytes),
      number(manifest->gpus),
  };

  return history_write_later(history, STATEMENT_ADD_MANIFEST, values, COUNT(values), err);
}

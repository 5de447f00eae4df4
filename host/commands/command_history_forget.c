/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/history_lines.h"
#include "history/history.h"
#include "history/history_forget.h"
#include "memory/array.h"
#include "memory/no_memory.h"
#include "run/recording.h"
#include "terminal/log.h"
#include "text/timestamp.h"
#include "watch/log_removal.h"
#include "json/json_text.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* A run that can go. */
struct old_run {
  int64_t run_id;
  int64_t jobs;
  int64_t log_bytes;
};

/* What is to go and what is not, and how far it has come. */
struct forgetting {
  const struct settings *settings;
  struct history *history;
  struct text_buffer text; /* what is said of the runs */
  json_t *forgotten;       /* numbers */
  json_t *kept;            /* objects */
  struct old_run *runs;    /* that can go */
  size_t count;
  size_t capacity;
};

static const char *reason_of(const char *why) {
  return strcmp(why, "running") == 0 ? "it has not ended"
         : strcmp(why, "undecided") == 0
             ? "Jobs of it may still run"
             : "a Job of it was started, and nobody knows how that ended";
}

static void append_advice(struct text_buffer *text, const char *why, int64_t run_id) {
  if (strcmp(why, "undecided") == 0)
    text_buffer_printf(text, "; `headgate watch %" PRId64 "` looks at them", run_id);
  else if (strcmp(why, "open") == 0)
    text_buffer_printf(text, "; `headgate resume %" PRId64 "` finishes it", run_id);
}

/* A run that stays is named, with what to do about it. */
static int32_t keep(struct forgetting *forgetting, int64_t run_id, const char *why,
                    struct hg_error *err) {
  json_t *object = json_object();

  text_buffer_printf(&forgetting->text, "Run %" PRId64 " stays: %s", run_id, reason_of(why));
  append_advice(&forgetting->text, why, run_id);
  text_buffer_append_char(&forgetting->text, '\n');
  if (json_object_set_new(object, "run_id", json_integer(run_id)) < 0 ||
      json_object_set_new(object, "why", json_string(why)) < 0 ||
      json_array_append_new(forgetting->kept, object) < 0)
    return no_memory(err);
  return 0;
}

static int32_t take_run(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct forgetting *forgetting = context;
  int64_t run_id = history_cell(row, "run_id")->integer;
  const struct history_cell *why = history_cell(row, "why");
  struct old_run *runs;

  if (why->kind != CELL_NULL)
    return keep(forgetting, run_id, why->bytes, err);
  runs =
      array_reserve(forgetting->runs, forgetting->count + 1, &forgetting->capacity, sizeof *runs);
  if (!runs)
    return no_memory(err);
  forgetting->runs = runs;
  forgetting->runs[forgetting->count++] = (struct old_run){
      run_id, history_cell(row, "jobs")->integer, history_cell(row, "log_bytes")->integer};
  if (!forgetting->settings->yes)
    history_append_old_run(&forgetting->text, row, forgetting->count - 1);
  return 0;
}

static int32_t is_in_history(void *context, int64_t run_id, bool *is_there, struct hg_error *err) {
  return history_has_run(context, run_id, is_there, err);
}

/* What is left of `runs` are those that went. */
static int32_t forget_runs(struct forgetting *forgetting, int64_t before_ms, struct hg_error *err) {
  size_t count = forgetting->count;
  bool is_clean = false;
  bool is_forgotten;

  forgetting->count = 0;
  for (size_t i = 0; i < count; i++) {
    struct old_run run = forgetting->runs[i];

    if (history_forget_run(forgetting->history, run.run_id, &is_forgotten, err) < 0)
      return -1;
    if (is_forgotten)
      forgetting->runs[forgetting->count++] = run;
    else
      log_line(HG_LOG_WARNING, NULL, "run %" PRId64 " stays: another process has it", run.run_id);
  }
  if (log_removal(forgetting->settings->history, is_in_history, forgetting->history, err) < 0 ||
      history_clean(forgetting->history, before_ms, &is_clean, err) < 0)
    return -1;
  if (!is_clean)
    log_line(HG_LOG_WARNING, NULL,
             "a run goes on: the space is given back when old runs are forgotten the next time");
  return 0;
}

/* Jobs and bytes of logs of all of them. */
static struct old_run sum_of(const struct forgetting *forgetting) {
  struct old_run sum = {0};

  for (size_t i = 0; i < forgetting->count; i++) {
    sum.jobs += forgetting->runs[i].jobs;
    sum.log_bytes += forgetting->runs[i].log_bytes;
  }
  return sum;
}

static void append_total(struct forgetting *forgetting) {
  struct text_buffer *text = &forgetting->text;
  struct old_run sum = sum_of(forgetting);
  bool is_done = forgetting->settings->yes;
  size_t count = forgetting->count;

  if (count == 0) {
    text_buffer_append_string(text, "No run is so old that it can be forgotten.\n");
    return;
  }
  text_buffer_printf(text, "%s%zu run%s with %" PRId64 " Jobs and %" PRId64 " bytes of logs%s\n",
                     is_done ? "Forgot " : "", count, count == 1 ? "" : "s", sum.jobs,
                     sum.log_bytes, is_done ? "." : " would be forgotten: add --yes to do so.");
}

/* Reads what is old, and removes it where the user said yes. */
static int32_t obey(struct forgetting *forgetting, struct hg_error *err) {
  const struct settings *settings = forgetting->settings;
  int64_t before_ms = timestamp_now_ms() - (int64_t)settings->older_than * DAY_MS;
  int32_t result =
      settings->yes
          ? history_open(settings->history, &run_patience, &forgetting->history, err)
          : history_open_read_only(settings->history, &run_patience, &forgetting->history, err);

  if (result == 0)
    result = history_each_old_run(forgetting->history, before_ms, take_run, forgetting, err);
  if (result == 0 && settings->yes)
    result = forget_runs(forgetting, before_ms, err);
  if (result == 0)
    append_total(forgetting);
  return result;
}

static void append_object(struct forgetting *forgetting) {
  struct old_run sum = sum_of(forgetting);
  json_t *object = json_object();
  bool is_whole =
      json_object_set(object, "forgotten", forgetting->forgotten) == 0 &&
      json_object_set(object, "kept", forgetting->kept) == 0 &&
      json_object_set_new(object, "jobs", json_integer(sum.jobs)) == 0 &&
      json_object_set_new(object, "log_bytes", json_integer(sum.log_bytes)) == 0 &&
      json_object_set_new(object, "is_done", json_boolean(forgetting->settings->yes)) == 0;

  for (size_t i = 0; i < forgetting->count; i++)
    is_whole = json_array_append_new(forgetting->forgotten,
                                     json_integer(forgetting->runs[i].run_id)) == 0 &&
               is_whole;
  text_buffer_reset(&forgetting->text);
  json_append_line(&forgetting->text, object, JSON_SHOWN);
  forgetting->text.failed = forgetting->text.failed || !is_whole;
}

int command_history_forget(const struct settings *settings) {
  struct forgetting forgetting = {.settings = settings};
  struct hg_error error = HG_ERROR_INIT;
  int32_t result;

  text_buffer_init(&forgetting.text);
  forgetting.forgotten = json_array();
  forgetting.kept = json_array();
  result = obey(&forgetting, &error);
  if (result < 0)
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  if (result == 0 && settings->output == OUTPUT_JSON)
    append_object(&forgetting);
  history_close(forgetting.history);
  json_decref(forgetting.forgotten);
  json_decref(forgetting.kept);
  free(forgetting.runs);
  if (result < 0)
    text_buffer_reset(&forgetting.text);
  return settings->output == OUTPUT_JSON
             ? command_print(&forgetting.text, result < 0 ? 1 : 0)
             : command_print_lines(&forgetting.text, result < 0 ? 1 : 0);
}

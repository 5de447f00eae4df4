/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/run_operand.h"
#include "files/output_file.h"
#include "history/history.h"
#include "history/history_read.h"
#include "history/history_watch.h"
#include "memory/arena.h"
#include "memory/no_memory.h"
#include "run/recording.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "text/workflow_commands.h"
#include "watch/log_view.h"

#include <headgate/host.h>
#include <inttypes.h>
#include <poll.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

enum { LOOKED_AGAIN_MS = 250 };

/* A log that is shown. */
struct shown_log {
  struct shown_log *next;
  const char *path; /* as the history has it */
  bool is_open;     /* it may grow */
  bool has_ended;   /* and nothing more is to be shown */
  struct log_view view;
};

/* One call of the command. */
struct showing {
  const struct settings *settings;
  struct arena arena;
  const char *job; /* NULL: every Job */
  int64_t run_id;
  struct log_store store;
  struct output_file output;
  struct log_look look;
  struct shown_log *first;
  struct shown_log **last;
  bool is_watched; /* somebody keeps the run's logs now */
  uint64_t found;
};

static int32_t write_bytes(void *context, const char *data, uint64_t length, struct hg_error *err) {
  struct showing *showing = context;

  return output_file_write(&showing->output, data, length, err);
}

static const char *text_of(const struct history_row_view *row, const char *name) {
  return history_cell(row, name)->bytes;
}

static bool is_asked_for(const struct showing *showing, const struct history_row_view *row) {
  const char *container = showing->settings->container;

  return (!showing->job || strcmp(showing->job, text_of(row, "job_name")) == 0) &&
         (!container || strcmp(container, text_of(row, "container")) == 0) &&
         (!showing->settings->failed || history_cell(row, "has_failed")->integer);
}

/* What stands beside the log, so that its bytes are untouched. */
static void say_which(const struct history_row_view *row) {
  const char *why = text_of(row, "log_why");
  const char *state = text_of(row, "log_state");

  log_line(HG_LOG_INFO, LOG_WATCH, "Log of %s: %s/%s, run %" PRId64, text_of(row, "job_name"),
           text_of(row, "pod"), text_of(row, "container"),
           history_cell(row, "restart")->integer + 1);
  if (strcmp(state, "complete") != 0 && strcmp(state, "open") != 0)
    log_line(HG_LOG_WARNING, LOG_WATCH, "It is not whole (%s): %s", state, why);
  else if (*why)
    log_line(HG_LOG_WARNING, LOG_WATCH, "%s", why);
}

static struct shown_log *find_shown(const struct showing *showing, const char *path) {
  for (struct shown_log *log = showing->first; log; log = log->next)
    if (strcmp(log->path, path) == 0)
      return log;
  return NULL;
}

static int32_t add_log(struct showing *showing, const struct history_row_view *row,
                       const char *path, struct shown_log **added, struct hg_error *err) {
  struct shown_log *log = arena_alloc(&showing->arena, sizeof *log);
  struct hg_error error = HG_ERROR_INIT;

  if (!log)
    return no_memory(err);
  memset(log, 0, sizeof *log);
  log->path = arena_copy(&showing->arena, path, strlen(path));
  if (!log->path)
    return no_memory(err);
  say_which(row);
  if (log_view_open(&log->view, &showing->store, path,
                    showing->settings->tail > 0 ? (int64_t)showing->settings->tail : -1,
                    &showing->look, &error) < 0) {
    log_line(HG_LOG_WARNING, LOG_WATCH, "%s", error.message);
    log->view.file = -1;
    log->has_ended = true;
  }
  *showing->last = log;
  showing->last = &log->next;
  *added = log;
  return 0;
}

/* One log after the other; of those that grow, each as far as it came. */
static int32_t show_log(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct showing *showing = context;
  const char *path = text_of(row, "log_path");
  struct shown_log *log;

  if (!is_asked_for(showing, row))
    return 0;
  showing->found++;
  log = find_shown(showing, path);
  if (!log && add_log(showing, row, path, &log, err) < 0)
    return -1;
  if (log->has_ended)
    return 0;
  log->is_open = strcmp(text_of(row, "log_state"), "open") == 0 && showing->is_watched;
  if (log_view_show(&log->view, !log->is_open || !showing->settings->follow, write_bytes, showing,
                    err) < 0)
    return -1;
  if (!log->is_open || !showing->settings->follow) {
    log->has_ended = true;
    log_view_close(&log->view);
  }
  return output_file_flush(&showing->output, err);
}

/* What is there now, by a look of its own: nothing is held while it is waited. */
static int32_t show_all(struct showing *showing, struct hg_error *err) {
  struct history *history = NULL;
  int32_t result;

  showing->found = 0;
  result = history_open_read_only(showing->settings->history, &run_patience, &history, err);
  /* Asked first: what is written afterwards is seen by the next look. */
  if (result == 0)
    showing->is_watched = history_is_watched(history, showing->run_id);
  if (result == 0)
    result = history_read(history, HISTORY_LOGS, showing->run_id, 0, show_log, showing, err);
  history_close(history);
  return result;
}

static int32_t count_applied(void *context, const struct history_row_view *row,
                             struct hg_error *err) {
  (void)err;
  *(int64_t *)context = history_cell(row, "successful")->integer;
  return 0;
}

/* There is none to show: why, and what to do. */
static int32_t say_none(const struct showing *showing, struct hg_error *err) {
  struct history *history = NULL;
  int64_t applied = 0;
  int32_t result = history_open_read_only(showing->settings->history, &run_patience, &history, err);

  if (result == 0)
    result = history_read(history, HISTORY_RUN, showing->run_id, 0, count_applied, &applied, err);
  history_close(history);
  if (result < 0)
    return -1;
  if (applied == 0)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "run %" PRId64
                        " applied no Job, so it has no logs: `headgate history list` "
                        "shows the runs",
                        showing->run_id);
  return hg_error_set(err, HG_ERROR_NOT_FOUND,
                      "run %" PRId64 " has no such log: `headgate watch %" PRId64
                      "` keeps what the cluster still has",
                      showing->run_id, showing->run_id);
}

static int32_t show_and_follow(struct showing *showing, struct hg_error *err) {
  if (show_all(showing, err) < 0)
    return -1;
  while (showing->settings->follow && showing->is_watched && !interrupt_requested()) {
    (void)poll(NULL, 0, LOOKED_AGAIN_MS);
    if (show_all(showing, err) < 0)
      return -1;
  }
  if (showing->found > 0 || interrupt_requested())
    return 0;
  return say_none(showing, err);
}

/* In a step of GitHub Actions nothing between the two lines is a command. */
static int32_t show_guarded(struct showing *showing, struct hg_error *err) {
  char stop[64];
  char go_on[64];
  uint64_t chance[2];
  int32_t result;

  if (!workflow_commands_are_obeyed())
    return show_and_follow(showing, err);
  if (getrandom(chance, sizeof chance, 0) != (ssize_t)sizeof chance)
    return hg_error_set(err, HG_ERROR_IO, "no random number for ::stop-commands::");
  (void)snprintf(stop, sizeof stop, "::stop-commands::%016" PRIx64 "%016" PRIx64 "\n", chance[0],
                 chance[1]);
  (void)snprintf(go_on, sizeof go_on, "\n::%016" PRIx64 "%016" PRIx64 "::\n", chance[0], chance[1]);
  if (write_bytes(showing, stop, strlen(stop), err) < 0)
    return -1;
  result = show_and_follow(showing, err);
  return write_bytes(showing, go_on, strlen(go_on), err) < 0 ? -1 : result;
}

/* [RUN [JOB]], or [JOB] of the newest apply. */
static int32_t choose(struct showing *showing, struct hg_error *err) {
  const struct string_list *operands = &showing->settings->operands;
  bool has_run = operands->count > 0 && run_operand_is_run(operands->items[0]);
  struct history *history = NULL;
  int32_t result;

  if (operands->count > (has_run ? 2 : 1))
    return hg_error_set(err, HG_ERROR_INVALID, "'%.240s' is not a run", operands->items[0]);
  if (operands->count > (has_run ? 1 : 0))
    showing->job = operands->items[has_run ? 1 : 0];
  result = history_open_read_only(showing->settings->history, &run_patience, &history, err);
  if (result == 0)
    result =
        run_operand_find_apply(has_run ? operands->items[0] : NULL, history, &showing->run_id, err);
  history_close(history);
  return result;
}

static int32_t open_output(struct showing *showing, struct hg_error *err) {
  const struct output_manner manner = {.patience = interrupt_patience, .has_commands = true};

  return output_file_open(&showing->output, NULL, &manner, err);
}

static void close_logs(struct showing *showing) {
  for (struct shown_log *log = showing->first; log; log = log->next)
    if (!log->has_ended)
      log_view_close(&log->view);
}

int command_logs(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct showing showing = {
      .settings = settings,
      .look = {settings->timestamps, isatty(STDOUT_FILENO) == 1},
  };
  int32_t result;

  (void)plugins;
  arena_init(&showing.arena);
  showing.last = &showing.first;
  result = choose(&showing, &error);
  if (result == 0)
    result = log_store_init(&showing.store, settings->history, showing.run_id, 0, &error);
  if (result == 0) {
    result = open_output(&showing, &error);
    if (result == 0) {
      result = show_guarded(&showing, &error);
      if (result == 0)
        result = output_file_commit(&showing.output, &error);
      else
        output_file_abandon(&showing.output);
    }
    close_logs(&showing);
    log_store_finish(&showing.store);
  }
  arena_finish(&showing.arena);
  if (interrupt_requested())
    return INTERRUPTED;
  if (result == 0 || error.code == HG_ERROR_CANCELLED)
    return 0; /* the reader closed the pipe: he has seen what he wanted */
  log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  return 1;
}

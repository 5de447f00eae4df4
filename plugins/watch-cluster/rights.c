/* SPDX-License-Identifier: Apache-2.0 */
#include "rights.h"

#include "cluster/list_reader.h"
#include "cluster/status.h"
#include "memory/no_memory.h"
#include "text/text_buffer.h"

#include <string.h>

/* What is tried in each namespace. */
static const struct {
  const char *right; /* as RBAC words it */
  enum watched_kind kind;
  const char *rest; /* of the path */
  bool is_watch;
  bool is_log;
} trials[] = {
    {"list jobs.batch", WATCHED_JOBS, "?limit=1", false, false},
    {"watch jobs.batch", WATCHED_JOBS, "?watch=true&timeoutSeconds=1", true, false},
    {"list pods", WATCHED_PODS, "?limit=1", false, false},
    {"watch pods", WATCHED_PODS, "?watch=true&timeoutSeconds=1", true, false},
    {"list events", WATCHED_EVENTS, "?limit=1", false, false},
    {"watch events", WATCHED_EVENTS, "?watch=true&timeoutSeconds=1", true, false},
    /* No Pod bears such a name: who may read logs is told that it is not there (404). */
    {"get pods/log", WATCHED_PODS, "/headgate-asks-for-no-pod./log", false, true},
};

enum { TRIALS = sizeof trials / sizeof *trials };

struct trial {
  struct text_buffer problem; /* "": it went well */
  bool is_unanswered;
  bool is_open;  /* the request is on its way */
  bool is_taken; /* a watch that the server took on: the rest is of no interest */
  bool is_missing;
};

static int32_t ignore(void *context, const char *data, size_t length) {
  const struct trial *trial = context;

  (void)data;
  (void)length;
  return trial->is_taken ? -1 : 0;
}

static void begun(void *context, int32_t status) {
  struct trial *trial = context;

  trial->is_taken = status == 200;
}

static int32_t ignore_object(void *context, const char *item, size_t length, struct hg_error *err) {
  (void)context;
  (void)item;
  (void)length;
  (void)err;
  return 0;
}

static void judge(struct trial *trial, const struct answer *answer, bool is_log) {
  struct status status = {.message = ""};
  struct arena arena;

  if (answer->status == 200 && (answer->end == EXCHANGE_ANSWERED || answer->end == EXCHANGE_CLOSED))
    return;
  if (is_log && answer->end == EXCHANGE_ANSWERED &&
      (answer->status == 404 || answer->status == 400))
    return;
  arena_init(&arena);
  trial->is_unanswered = answer->end != EXCHANGE_ANSWERED;
  if (trial->is_unanswered)
    text_buffer_append_string(&trial->problem, answer->problem);
  else if (answer->status == 401)
    text_buffer_append_string(&trial->problem,
                              "the API server does not accept these credentials (401)");
  else if (status_read(answer->body, answer->length, &arena, &status, NULL) == 0 && *status.message)
    text_buffer_append_string(&trial->problem, status.message);
  else
    text_buffer_printf(&trial->problem, "the API server answered %d", (int)answer->status);
  trial->is_missing = answer->end == EXCHANGE_ANSWERED && answer->status == 403;
  arena_finish(&arena);
}

static void watch_trial_done(void *context, const struct answer *answer) {
  struct trial *trial = context;

  trial->is_open = false;
  judge(trial, answer, false);
}

/* A page of somebody in between is no list. */
static void list_trial_done(void *context, const struct answer *answer) {
  struct trial *trial = context;
  struct hg_error error = HG_ERROR_INIT;

  watch_trial_done(trial, answer);
  if (answer->end == EXCHANGE_ANSWERED && answer->status == 200 &&
      list_reader_read(answer->body, answer->length, ignore_object, NULL, &error) < 0)
    text_buffer_append_string(&trial->problem, error.message);
}

static void log_trial_done(void *context, const struct answer *answer) {
  struct trial *trial = context;

  trial->is_open = false;
  judge(trial, answer, true);
}

static int32_t send(struct requests *requests, const struct namespace_watch *watch, size_t i,
                    int64_t timeout_ms, struct trial *trial, struct hg_error *err) {
  struct text_buffer path;
  int32_t result;

  text_buffer_init(&trial->problem);
  text_buffer_init(&path);
  text_buffer_printf(&path, "%s%s", namespace_watch_path(watch, trials[i].kind), trials[i].rest);
  const struct request request = {
      .method = "GET",
      .path = text_buffer_string(&path),
      .timeout_ms = timeout_ms,
      .waits_when_told = true,
      .begun = trials[i].is_watch ? begun : NULL,
      .received = trials[i].is_watch || trials[i].is_log ? ignore : NULL,
      .done = trials[i].is_log     ? log_trial_done
              : trials[i].is_watch ? watch_trial_done
                                   : list_trial_done,
      .context = trial,
  };

  result = path.failed ? no_memory(err) : requests_send(requests, &request, err);
  text_buffer_finish(&path);
  trial->is_open = result == 0;
  return result;
}

/* Lets the trials come to their end. */
static int32_t wait_for(const struct hg_host *host, struct requests *requests, struct trial *rows,
                        size_t count, struct hg_error *err) {
  size_t open;

  do {
    open = 0;
    if (host->cancelled(host) > 0)
      return hg_error_set(err, HG_ERROR_CANCELLED, "ended because the user asked to stop");
    for (size_t i = 0; i < count; i++) {
      if (rows[i].is_open && rows[i].is_taken) {
        requests_end(requests, &rows[i]);
        rows[i].is_open = false;
      }
      open += rows[i].is_open;
    }
    if (open > 0)
      requests_wait(requests, 50);
  } while (open > 0);
  return 0;
}

/* What the trials of one namespace say. */
static int32_t conclude(const struct namespace_watch *watch, const struct trial *rows,
                        struct hg_error *err) {
  struct text_buffer missing;
  int32_t result = 0;

  for (size_t i = 0; i < TRIALS; i++)
    if (rows[i].problem.length > 0 && !rows[i].is_missing)
      return hg_error_set(err, rows[i].is_unanswered ? HG_ERROR_IO : HG_ERROR_FAILED,
                          "Jobs cannot be followed: %s", rows[i].problem.data);
  text_buffer_init(&missing);
  for (size_t i = 0; i < TRIALS; i++)
    if (rows[i].is_missing)
      text_buffer_printf(&missing, "%s%s", missing.length > 0 ? ", " : "", trials[i].right);
  if (missing.failed)
    result = no_memory(err);
  else if (missing.length > 0)
    result = hg_error_set(err, HG_ERROR_FAILED,
                          "in namespace %.63s you may not %.130s: ask for a Role that grants it",
                          watch->space->name, missing.data);
  text_buffer_finish(&missing);
  return result;
}

int32_t rights_try(const struct hg_host *host, struct requests *requests,
                   const struct namespace_watch *first, bool wants_logs, int64_t timeout_ms,
                   struct hg_error *err) {
  int32_t result = 0;

  for (const struct namespace_watch *watch = first; watch && result == 0; watch = watch->next) {
    struct trial rows[TRIALS];

    memset(rows, 0, sizeof rows);
    for (size_t i = 0; i < TRIALS && result == 0; i++)
      if (wants_logs || !trials[i].is_log)
        result = send(requests, watch, i, timeout_ms, &rows[i], err);
    if (result == 0)
      result = wait_for(host, requests, rows, TRIALS, err);
    if (result == 0)
      result = conclude(watch, rows, err);
    for (size_t i = 0; i < TRIALS; i++) {
      requests_end(requests, &rows[i]);
      text_buffer_finish(&rows[i].problem);
    }
  }
  return result;
}

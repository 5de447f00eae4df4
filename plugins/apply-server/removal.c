/* SPDX-License-Identifier: Apache-2.0 */
#include "removal.h"

#include "cluster/requests.h"
#include "cluster/status.h"
#include "live_job.h"
#include "memory/arena.h"
#include "memory/no_memory.h"
#include "text/percent_text.h"
#include "text/text_buffer.h"
#include "text/timestamp.h"
#include "json/json_text.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <string.h>

enum {
  CANCEL_INTERVAL_MS = 100, /* how long is waited at most, so that the user's wish is seen */
  LOOK_AGAIN_MS = 500,
  MOST_WAITED_MS = 5 * 60 * 1000, /* Pods end in their own time */
};

/* The Job that is to go. */
struct removal {
  const struct hg_host *host;
  struct requests *requests;
  int64_t timeout_ms;
  const struct hg_plan_item *job;
  const char *uid;
  struct text_buffer path;
  struct text_buffer body;
  struct text_buffer problem; /* what the server said; "": nothing wrong */
  bool is_cancelled;          /* the user did not wait for the answer */
  bool is_gone;
};

static void append_refusal(struct text_buffer *text, const struct answer *answer) {
  struct arena arena;
  struct status status;

  if (answer->end != EXCHANGE_ANSWERED) {
    text_buffer_append_string(text, answer->problem);
    return;
  }
  arena_init(&arena);
  text_buffer_printf(text, "HTTP status %d", (int)answer->status);
  if (status_read(answer->body, answer->length, &arena, &status, NULL) == 0 && *status.message)
    text_buffer_printf(text, ": %s", status.message);
  else
    text_buffer_append_string(text, ", and the answer is neither the Job nor a reason");
  arena_finish(&arena);
}

/* Whether it is a Status with these words: a page of somebody in between is none. */
static bool says(const struct answer *answer, const char *words) {
  struct status status;
  struct arena arena;
  bool does;

  arena_init(&arena);
  does = status_read(answer->body, answer->length, &arena, &status, NULL) == 0 &&
         strstr(status.message, words);
  arena_finish(&arena);
  return does;
}

/* 409: the object has another uid, so ours is gone. */
static void delete_done(void *context, const struct answer *answer) {
  struct removal *removal = context;
  bool is_answered = answer->end == EXCHANGE_ANSWERED;

  removal->is_cancelled = answer->end == EXCHANGE_CANCELLED;
  if (is_answered && ((answer->status == 404 && says(answer, "")) ||
                      (answer->status == 409 && says(answer, "Precondition failed: UID"))))
    removal->is_gone = true;
  else if (!is_answered || answer->status < 200 || answer->status > 299)
    append_refusal(&removal->problem, answer);
}

static void look_done(void *context, const struct answer *answer) {
  struct removal *removal = context;
  struct live_job found;

  removal->is_cancelled = answer->end == EXCHANGE_CANCELLED;
  if (answer->end == EXCHANGE_ANSWERED && answer->status == 404 && says(answer, ""))
    removal->is_gone = true;
  else if (answer->end == EXCHANGE_ANSWERED && answer->status == 200 &&
           live_job_read(answer->body, answer->length, &found) && live_job_is(&found, removal->job))
    removal->is_gone = !json_slice_is(found.said[LIVE_JOB_UID], removal->uid);
  else
    append_refusal(&removal->problem, answer);
}

/* `unanswered`: what is known where the user did not wait for the answer. */
static int32_t ask(struct removal *removal, const struct request *request, const char *unanswered,
                   struct hg_error *err) {
  if (requests_send(removal->requests, request, err) < 0)
    return -1;
  requests_finish(removal->requests);
  if (removal->is_cancelled)
    return hg_error_set(err, HG_ERROR_CANCELLED, "%s", unanswered);
  return removal->problem.length > 0
             ? hg_error_set(err, HG_ERROR_FAILED, "%.1200s", text_buffer_string(&removal->problem))
             : 0;
}

static int32_t send_delete(struct removal *removal, struct hg_error *err) {
  struct request request = {
      .method = "DELETE",
      .content_type = "application/json",
      .timeout_ms = removal->timeout_ms,
      .waits_when_told = true,
      .done = delete_done,
      .context = removal,
  };

  text_buffer_append_string(&removal->body,
                            "{\"kind\":\"DeleteOptions\",\"apiVersion\":\"v1\","
                            "\"propagationPolicy\":\"Foreground\",\"preconditions\":{\"uid\":");
  json_append(&removal->body, json_of_text(removal->uid), JSON_ENCODE_ANY);
  text_buffer_append_string(&removal->body, "}}");
  if (removal->body.failed)
    return no_memory(err);
  request.path = text_buffer_string(&removal->path);
  request.body = removal->body.data;
  request.body_length = removal->body.length;
  return ask(removal, &request,
             "stopped before the server answered: it is not known whether it is deleted", err);
}

/* Until it is gone: what is made too early is refused, as the name is still taken. */
static int32_t wait_until_gone(struct removal *removal, struct hg_error *err) {
  static const char stopped[] =
      "stopped: the server was asked to delete it, and had not done so yet";
  int64_t until_ms = timestamp_steady_ms() + MOST_WAITED_MS;
  const struct request request = {
      .method = "GET",
      .path = text_buffer_string(&removal->path),
      .timeout_ms = removal->timeout_ms,
      .waits_when_told = true,
      .done = look_done,
      .context = removal,
  };

  while (!removal->is_gone) {
    int64_t again_ms = timestamp_steady_ms() + LOOK_AGAIN_MS;

    if (ask(removal, &request, stopped, err) < 0)
      return -1;
    if (removal->is_gone)
      break;
    if (removal->host->cancelled(removal->host) != 0)
      return hg_error_set(err, HG_ERROR_CANCELLED, "%s", stopped);
    if (timestamp_steady_ms() >= until_ms)
      return hg_error_set(err, HG_ERROR_FAILED,
                          "the server was asked to delete it, and has not done so in %d s: see its "
                          "finalizers and its Pods",
                          MOST_WAITED_MS / 1000);
    while (timestamp_steady_ms() < again_ms)
      requests_wait(removal->requests, CANCEL_INTERVAL_MS);
  }
  return 0;
}

int32_t removal_run(const struct hg_host *host, struct requests *requests,
                    const struct hg_plan_item *job, const char *uid, int64_t timeout_ms,
                    struct hg_error *err) {
  struct removal removal = {
      .host = host, .requests = requests, .timeout_ms = timeout_ms, .job = job, .uid = uid};
  int32_t result;

  text_buffer_init(&removal.path);
  text_buffer_init(&removal.body);
  text_buffer_init(&removal.problem);
  text_buffer_append_string(&removal.path, "/apis/batch/v1/namespaces/");
  percent_text_append_string(&removal.path, job->job_namespace);
  text_buffer_append_string(&removal.path, "/jobs/");
  percent_text_append_string(&removal.path, job->job_name);
  result = removal.path.failed ? no_memory(err) : send_delete(&removal, err);
  if (result == 0)
    result = wait_until_gone(&removal, err);
  text_buffer_finish(&removal.path);
  text_buffer_finish(&removal.body);
  text_buffer_finish(&removal.problem);
  return result;
}

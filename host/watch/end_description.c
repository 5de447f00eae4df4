/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/end_description.h"

#include "text/timestamp.h"
#include "watch/kept_log.h"

#include <inttypes.h>
#include <string.h>

/* Of the container that decided, or of the one that succeeded last. */
static struct log_name log_of(const struct followed_job *job) {
  const struct hg_plan_item *item = &job->planned->item;
  const struct verdict *verdict = &job->verdict;

  if (verdict->outcome == HG_OUTCOME_COMPLETE && job->succeeded_pod)
    return (struct log_name){item->job_namespace, item->job_name, job->succeeded_pod->name,
                             job->succeeded_container, job->succeeded_restart};
  return (struct log_name){item->job_namespace, item->job_name, verdict->pod, verdict->container,
                           verdict->restart};
}

/* Its kept log, and the last lines of a failure, where there is one. */
static int32_t add_log(const struct followed_job *job, struct log_store *logs, struct arena *arena,
                       struct hg_job_completion *completion) {
  const struct log_name name = log_of(job);
  struct text_buffer text;
  size_t below;
  int32_t result = 0;

  if (!*name.pod || !*name.container)
    return 0;
  text_buffer_init(&text);
  text_buffer_printf(&text, "%s/%" PRId64 "/", logs->root, logs->run_id);
  below = text.length;
  log_name_append(&text, &name);
  if (!text.failed && log_is_kept(logs, text.data + below)) {
    const char *path = arena_copy(arena, text.data, text.length);
    const char *tail;

    text_buffer_reset(&text);
    if (path && completion->outcome != HG_OUTCOME_COMPLETE)
      log_tail_append(logs, path + below, &text);
    tail = arena_copy(arena, text_buffer_string(&text), text.length);
    if (!path || !tail || text.failed)
      result = -1;
    completion->log_path = path;
    completion->log_tail = (struct hg_bytes){tail, text.length};
  }
  text_buffer_finish(&text);
  return result;
}

int32_t describe_end(const struct followed_job *job, struct log_store *logs, struct arena *arena,
                     struct hg_job_completion *completion) {
  const struct verdict *verdict = &job->verdict;
  char *decided_at = arena_alloc(arena, TIMESTAMP_SIZE);
  int64_t started_ms;
  int64_t finished_ms;

  if (!decided_at)
    return -1;
  timestamp_format(job->decided_at_ms, decided_at);
  *completion = (struct hg_job_completion){
      .struct_size = sizeof *completion,
      .outcome = verdict->outcome,
      .flags = verdict->flags,
      .document_number = job->planned->item.document_number,
      .exit_code = verdict->exit_code,
      .signal = verdict->signal,
      .succeeded = job->succeeded,
      .failed = job->failed,
      .completions = job->completions,
      .pods = job->pod_count,
      .logs_kept = job->logs_kept,
      .logs_lost = job->logs_lost,
      .job_name = job->planned->item.job_name,
      .job_namespace = job->planned->item.job_namespace,
      .yaml_path = job->planned->item.yaml_path,
      .uid = job->uid ? job->uid : "",
      .reason = verdict->reason,
      .message = verdict->message,
      .failure_class = verdict->failure_class,
      .cause = verdict->cause,
      .advice = verdict->advice,
      .pod = verdict->pod,
      .container = verdict->container,
      .termination_message = verdict->termination_message,
      .log_path = "",
      .log_tail = {"", 0},
      .derived_from = job->planned->derived_from,
      .started_at = job->started_at,
      .finished_at = job->finished_at,
      .decided_at = decided_at,
      .duration_ms = -1,
  };
  if (timestamp_parse(job->started_at, &started_ms) &&
      timestamp_parse(job->finished_at, &finished_ms) && finished_ms >= started_ms)
    completion->duration_ms = finished_ms - started_ms;
  return add_log(job, logs, arena, completion);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_events.h"

#include "events/run_event_write.h"

#include <headgate/diagnostic.h>
#include <headgate/job.h>
#include <headgate/result.h>
#include <headgate/run.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct hg_run sample_run = {
    .struct_size = sizeof sample_run,
    .mode = HG_MODE_APPLY,
    .run_id = INT64_MAX,
    .command = "apply",
    .jobs_dir = "jobs \"and\" \\more\\ \x01\x1f\x7f",
    .kubeconfig = "/home/caf\xc3\xa9/\xf0\x9f\x98\x80",
    .context = "\xe2\x80\xae",
    .started_at = "2026-01-02T03:04:05.678Z",
    .host_version = "1.2.3",
    .kubernetes_version = "1.36",
};

static const struct hg_diagnostic wrong = {
    .struct_size = sizeof wrong,
    .severity = HG_SEVERITY_ERROR,
    .rule = "required",
    .field = "spec.template",
    .message = "Required value",
    .line = UINT32_MAX,
    .column = 1,
    .advice = "add it",
};
static const struct hg_diagnostic strange = {
    .struct_size = sizeof strange,
    .severity = HG_SEVERITY_WARNING,
    .rule = "image-tag",
    .field = "",
    .message = "line\nbreak",
    .advice = NULL,
};
static const struct hg_diagnostic *const errors[] = {&wrong, &strange};
static const struct hg_diagnostic *const warnings[] = {&strange};
static const struct hg_pair labels[] = {{"app", "a"}, {"empty", ""}};
static const struct hg_pair env[] = {{"PASSWORD", "\t"}};
static const struct hg_pair amounts[] = {{"cpu", "1"}, {"memory", "2Gi"}, {"cpu", "again"}};
static const char *const words[] = {"sh", "-c", "", "a b", NULL};
static const struct hg_job_details details = {
    .struct_size = sizeof details,
    .container_count = 3,
    .label_count = 2,
    .command_count = 4,
    .arg_count = 1,
    .env_count = 1,
    .request_count = 3,
    .limit_count = 2,
    .image = "registry.example/a:1",
    .labels = labels,
    .command = words,
    .args = words,
    .env = env,
    .requests = amounts,
    .limits = amounts,
};
static const struct hg_validation validation = {
    .struct_size = sizeof validation,
    .valid = 1,
    .document_number = 7,
    .error_count = 2,
    .warning_count = 1,
    .job_name = "a-job",
    .job_namespace = "trading",
    .yaml_path = "jobs/a.yaml",
    .errors = errors,
    .warnings = warnings,
    .details = &details,
};

static const struct hg_job_result job_result = {
    .struct_size = sizeof job_result,
    .status = HG_STATUS_FAILED,
    .return_code = INT32_MIN,
    .signal = INT32_MAX,
    .attempt = 3,
    .flags = HG_RESULT_STDERR_CUT,
    .document_number = 2,
    .command_count = 4,
    .job_name = "a-job",
    .job_namespace = "trading",
    .yaml_path = "jobs/a.yaml",
    .command = words,
    .stdout_text = {"a\0b\xc3\xa9", 5},
    .stderr_text = {"\xff\0\xfe is no text", 14},
    .reason = "kubectl was ended",
    .timestamp = "2026-01-02T03:04:05.678Z",
    .duration_ms = INT64_MIN,
    .failure_class = "signal",
    .advice = "look",
};

static const struct hg_job_observation observation = {
    .struct_size = sizeof observation,
    .phase = HG_PHASE_ENDING,
    .document_number = 2,
    .active = 1,
    .succeeded = INT32_MAX,
    .failed = -1,
    .completions = 3,
    .job_name = "name",
    .job_namespace = "namespace",
    .yaml_path = "jobs/b.yaml",
    .uid = "0b9b1c52",
    .reason = "ImagePullBackOff",
    .seen_at = "2026-01-02T03:04:05.678Z",
};

static const struct hg_job_completion completion = {
    .struct_size = sizeof completion,
    .outcome = HG_OUTCOME_NEVER_STARTED,
    .flags = HG_COMPLETION_EARLIER | HG_COMPLETION_RETRIED,
    .document_number = 2,
    .exit_code = -1,
    .signal = 9,
    .succeeded = 1,
    .failed = 2,
    .completions = 3,
    .pods = UINT32_MAX,
    .logs_kept = 4,
    .logs_lost = 5,
    .job_name = "name",
    .job_namespace = "namespace",
    .yaml_path = "jobs/a.yaml",
    .uid = "0b9b1c52",
    .reason = "BackoffLimitExceeded",
    .message = "Job has reached the specified backoff limit",
    .failure_class = "program-error",
    .cause = "the container ended",
    .advice = "look",
    .pod = "name-x7k2p",
    .container = "main",
    .termination_message = "{\"loss\": 1}\n",
    .log_path = "history.db.logs/7/a",
    .log_tail = {"\xff\0\xfe is no text", 14},
    .derived_from = "name-r2",
    .started_at = "2026-01-02T03:04:05Z",
    .finished_at = "2026-01-02T03:04:06Z",
    .decided_at = "2026-01-02T03:04:06.678Z",
    .duration_ms = 1000,
};

static const struct hg_result whole = {
    .struct_size = sizeof whole,
    .exit_code = 130,
    .total_jobs = UINT64_MAX, /* as much as JSON's numbers hold */
    .successful_jobs = 1,
    .failed_jobs = 2,
    .skipped_jobs = 3,
    .valid_jobs = INT64_MAX,
    .invalid_jobs = 5,
    .finished_at = "2026-01-02T03:04:06.678Z",
    .duration_ms = 1000,
    .error = "why",
    .is_watched = 1,
    .completed_jobs = 6,
    .uncompleted_jobs = 7,
    .never_started_jobs = 8,
    .undecided_jobs = 9,
    .retried_jobs = 10,
    .unselected_jobs = 11,
};

static const struct hg_passed_over passed_over = {
    .struct_size = sizeof passed_over,
    .document_number = 1,
    .line = 2,
    .column = 3,
    .first_line = 4,
    .last_line = 5,
    .yaml_path = "a.yaml",
    .api_version = "v1",
    .kind = "ConfigMap",
    .name = "c",
    .object_namespace = "ml",
    .needed_by = 6,
    .advice = "kubectl apply -f a.yaml",
};

const void *sample_event(enum run_event_kind kind) {
  static const void *const events[RUN_EVENT_COUNT] = {
      [RUN_EVENT_RUN_STARTED] = &sample_run,         [RUN_EVENT_JOB_VALIDATED] = &validation,
      [RUN_EVENT_JOB_FINISHED] = &job_result,        [RUN_EVENT_JOB_OBSERVED] = &observation,
      [RUN_EVENT_JOB_COMPLETED] = &completion,       [RUN_EVENT_RUN_FINISHED] = &whole,
      [RUN_EVENT_OBJECT_PASSED_OVER] = &passed_over,
  };

  return events[kind];
}

void sample_write(struct text_buffer *text, enum run_event_kind kind, const void *event) {
  struct hg_error error = HG_ERROR_INIT;

  text_buffer_init(text);
  if (run_event_append(text, kind, event, &error) < 0)
    fail_msg("%s", error.message);
  assert_int_equal(text->data[text->length - 1], '\n');
  for (size_t i = 0; i + 1 < text->length; i++)
    assert_in_range(text->data[i], 0x20, 0x7e);
}

int32_t sample_read(struct run_event *event, const char *line, size_t length, struct arena *arena,
                    struct hg_error *error) {
  char *copy = malloc(length ? length : 1);
  int32_t result;

  assert_non_null(copy);
  memcpy(copy, line, length);
  result = run_event_read(event, copy, length, arena, error);
  free(copy); /* the event has its own texts */
  return result;
}

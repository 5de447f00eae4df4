/* SPDX-License-Identifier: Apache-2.0 */
#include "inspection/trial_runs.h"

#include "events/run_event_write.h"
#include "memory/count.h"
#include "memory/no_memory.h"

#include <headgate/diagnostic.h>
#include <headgate/job.h>
#include <headgate/run.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* Values that no interface has. */
enum { UNKNOWN_VALUE = 99 };

void check_teller_init(struct check_teller *teller, uint32_t mode,
                       int32_t (*send)(void *context, const char *lines, size_t length,
                                       struct hg_error *err),
                       void *context) {
  memset(teller, 0, sizeof *teller);
  teller->send = send;
  teller->context = context;
  teller->mode = mode;
  teller->result.struct_size = sizeof teller->result;
  text_buffer_init(&teller->lines);
}

void check_teller_finish(struct check_teller *teller) {
  text_buffer_finish(&teller->lines);
}

/* --- One event ------------------------------------------------------------------------------- */

static void count(struct hg_result *total, enum run_event_kind kind, const void *event) {
  const struct hg_validation *validation = event;
  const struct hg_job_result *result = event;
  const struct hg_job_completion *completion = event;

  if (kind == RUN_EVENT_JOB_VALIDATED) {
    total->total_jobs++;
    total->valid_jobs += validation->valid != 0;
    total->invalid_jobs += validation->valid == 0;
  } else if (kind == RUN_EVENT_JOB_FINISHED) {
    total->successful_jobs += result->status == HG_STATUS_SUCCESS;
    total->skipped_jobs += result->status == HG_STATUS_SKIPPED;
    total->failed_jobs +=
        result->status != HG_STATUS_SUCCESS && result->status != HG_STATUS_SKIPPED;
  } else if (kind == RUN_EVENT_JOB_COMPLETED) {
    bool is_uncompleted =
        completion->outcome == HG_OUTCOME_FAILED || completion->outcome == HG_OUTCOME_DELETED;

    total->is_watched = 1;
    total->completed_jobs += completion->outcome == HG_OUTCOME_COMPLETE;
    total->uncompleted_jobs += is_uncompleted;
    total->never_started_jobs += completion->outcome == HG_OUTCOME_NEVER_STARTED;
    total->undecided_jobs += !is_uncompleted && completion->outcome != HG_OUTCOME_COMPLETE &&
                             completion->outcome != HG_OUTCOME_NEVER_STARTED;
  }
}

/* Adds members to the object and to those in it. */
static int add_unknown_members(json_t *json) {
  const char *name;
  json_t *value;
  size_t index;
  int status = 0;

  json_object_foreach(json, name, value) {
    status = status != 0 ? status : add_unknown_members(value);
  }
  json_array_foreach(json, index, value) {
    status = status != 0 ? status : add_unknown_members(value);
  }
  if (!json_is_object(json) || status != 0)
    return status;
  return json_object_set_new(
      json, "of_a_later_minor",
      json_pack("{s:[i, n, f, {s:s}], s:b}", "list", 1, 2.5, "name", "value", "is_known", 0));
}

/* The line as a Headgate of a later minor would write it, with an event before it that is new. */
static int32_t make_later(struct text_buffer *lines) {
  static const char news[] = "{\"event\":\"job_retried\",\"interface\":\"1.7\",\"status\":["
                             "\"RETRIED\"],\"stdout\":null}\n";
  json_t *json = json_loadb(lines->data, lines->length, JSON_ALLOW_NUL, NULL);
  char *line = NULL;

  if (json && add_unknown_members(json) == 0 &&
      json_object_set_new(json, "interface", json_string("1.7")) == 0)
    line = json_dumps(json, JSON_COMPACT | JSON_ENSURE_ASCII);
  json_decref(json);
  if (!line)
    return -1;
  text_buffer_reset(lines);
  text_buffer_append_string(lines, news);
  text_buffer_append_string(lines, line);
  text_buffer_append_char(lines, '\n');
  free(line);
  return lines->failed ? -1 : 0;
}

int32_t check_tell(struct check_teller *teller, enum run_event_kind kind, const void *event,
                   struct hg_error *err) {
  text_buffer_reset(&teller->lines);
  count(&teller->result, kind, event);
  if (run_event_append(&teller->lines, kind, event, err) < 0)
    return -1;
  if (teller->is_later && make_later(&teller->lines) < 0)
    return no_memory(err);
  return teller->send(teller->context, teller->lines.data, teller->lines.length, err);
}

int32_t check_tell_start(struct check_teller *teller, struct hg_error *err) {
  const struct hg_run run = {
      .struct_size = sizeof run,
      .mode = teller->mode,
      .run_id = 7,
      .command = teller->mode == HG_MODE_VALIDATE ? "validate" : "apply",
      .jobs_dir = "jobs",
      .kubeconfig = "/home/ann/.kube/config",
      .context = "staging",
      .started_at = "2026-11-23T09:05:07.042Z",
      .host_version = HEADGATE_VERSION,
      .kubernetes_version = "1.36",
  };

  return check_tell(teller, RUN_EVENT_RUN_STARTED, &run, err);
}

int32_t check_tell_end(struct check_teller *teller, const char *error, struct hg_error *err) {
  struct hg_result *result = &teller->result;

  result->exit_code = error || result->failed_jobs > 0 || result->invalid_jobs > 0 ||
                      result->uncompleted_jobs > 0 || result->never_started_jobs > 0;
  if (result->exit_code == 0 && result->undecided_jobs > 0)
    result->exit_code = 3;
  result->finished_at = "2026-11-23T09:05:09.311Z";
  result->duration_ms = 2269;
  result->error = error;
  return check_tell(teller, RUN_EVENT_RUN_FINISHED, result, err);
}

/* --- Jobs in which nothing is odd ------------------------------------------------------------ */

static const struct hg_pair labels[] = {{"app", "tuning"}, {"worker", "1"}};
static const char *const program[] = {"python", NULL};
static const char *const arguments[] = {"run.py", "--config", "my tuning.yaml", NULL};
static const struct hg_pair variables[] = {{"MODE", "fast"}, {"TOKEN", ""}};
static const struct hg_pair amounts[] = {{"cpu", "500m"}, {"memory", "512Mi"}};

static const struct hg_job_details details = {
    .struct_size = sizeof details,
    .container_count = 1,
    .label_count = COUNT(labels),
    .command_count = COUNT(program) - 1,
    .arg_count = COUNT(arguments) - 1,
    .env_count = COUNT(variables),
    .request_count = COUNT(amounts),
    .limit_count = COUNT(amounts),
    .image = "registry.example/tuning:1.4",
    .labels = labels,
    .command = program,
    .args = arguments,
    .env = variables,
    .requests = amounts,
    .limits = amounts,
};

static const struct hg_diagnostic unknown_field = {
    sizeof unknown_field, HG_SEVERITY_ERROR,           9, 3, "unknown-field", "spec.backofLimit",
    "Unknown field",      "did you mean backoffLimit?"};
static const struct hg_diagnostic no_image = {sizeof no_image,
                                              HG_SEVERITY_ERROR,
                                              21,
                                              18,
                                              "required",
                                              "spec.template.spec.containers[0].image",
                                              "Required value",
                                              NULL};
static const struct hg_diagnostic unreadable = {
    sizeof unreadable, HG_SEVERITY_ERROR, 0, 0, "unreadable", "", "Permission denied", NULL};
static const struct hg_diagnostic no_namespace = {
    sizeof no_namespace,  HG_SEVERITY_WARNING, 3,         1, "namespace",
    "metadata.namespace", "Recommended value", "name one"};
static const struct hg_diagnostic no_tag = {sizeof no_tag,
                                            HG_SEVERITY_WARNING,
                                            21,
                                            18,
                                            "image-tag",
                                            "spec.template.spec.containers[0].image",
                                            "The tag latest names another image tomorrow",
                                            NULL};
static const struct hg_diagnostic *const two_errors[] = {&unknown_field, &no_image};
static const struct hg_diagnostic *const unreadable_errors[] = {&unreadable};
static const struct hg_diagnostic *const warnings[] = {&no_namespace, &no_tag};

static const struct hg_validation documents[] = {
    {sizeof documents[0], 1, 1, 0, 0, 0, "plain", "default", "jobs/plain.yaml", NULL, NULL, NULL,
     NULL},
    {sizeof documents[0], 1, 1, 0, COUNT(warnings), 0, "warned", "batch", "jobs/two.yaml", NULL,
     warnings, &details, NULL},
    {sizeof documents[0], 1, 2, 0, 0, 0, "second", "batch", "jobs/two.yaml", NULL, NULL, &details,
     NULL},
    {sizeof documents[0], 0, 1, COUNT(two_errors), COUNT(warnings), 0, "wrong", "default",
     "jobs/wrong.yaml", two_errors, warnings, NULL, NULL},
    {sizeof documents[0], 0, 0, COUNT(unreadable_errors), 0, 0, "", "default", "jobs/locked.yaml",
     unreadable_errors, NULL, NULL, NULL},
};
enum { VALID_DOCUMENTS = 3 };

struct hg_job_result check_job_result(uint32_t status, const char *name) {
  static const char *const command[] = {"kubectl", "apply", "-f", "jobs/plain.yaml", NULL};
  const struct hg_job_result result = {
      .struct_size = sizeof result,
      .status = status,
      .return_code = status == HG_STATUS_SUCCESS   ? 0
                     : status == HG_STATUS_SKIPPED ? -1
                                                   : 1,
      .attempt = status != HG_STATUS_SKIPPED,
      .document_number = 1,
      .command_count = COUNT(command) - 1,
      .job_name = name,
      .job_namespace = "default",
      .yaml_path = "jobs/plain.yaml",
      .command = command,
      .stdout_text = {"", 0},
      .stderr_text = {"", 0},
      .reason = status == HG_STATUS_SUCCESS   ? ""
                : status == HG_STATUS_SKIPPED ? "dry run: kubectl was not executed"
                                              : "kubectl exited with status 1",
      .timestamp = "2026-11-23T09:05:08.500Z",
      .duration_ms = status == HG_STATUS_SKIPPED ? 0 : 187,
      .failure_class = "",
      .advice = "",
  };

  return result;
}

static struct hg_bytes bytes_of(const char *text) {
  return (struct hg_bytes){text, strlen(text)};
}

static int32_t tell_success(struct check_teller *teller, struct hg_error *err) {
  struct hg_job_result result = check_job_result(HG_STATUS_SUCCESS, "plain");

  result.stdout_text = bytes_of("job.batch/plain created\n");
  result.stderr_text = bytes_of("Warning: one thing\nWarning: another\n");
  result.flags = HG_RESULT_STDOUT_CUT;
  return check_tell(teller, RUN_EVENT_JOB_FINISHED, &result, err);
}

/* It was refused, in vain tried again, and never started. */
static int32_t tell_failures(struct check_teller *teller, struct hg_error *err) {
  struct hg_job_result results[3];

  for (size_t i = 0; i < 3; i++)
    results[i] = check_job_result(HG_STATUS_FAILED, "refused");
  results[0].stderr_text = bytes_of("The connection to the server was refused\n");
  results[0].flags = HG_RESULT_STDERR_CUT;
  results[0].failure_class = "connection-refused";
  results[0].advice = "see whether the cluster is up";
  results[1].job_name = "slow";
  results[1].attempt = 3;
  results[1].return_code = -1;
  results[1].signal = 15;
  results[1].duration_ms = 30012;
  results[1].reason = "kubectl did not end within 30 s and was stopped";
  results[2].job_name = "held";
  results[2].attempt = 0;
  results[2].return_code = -1;
  results[2].duration_ms = 0;
  results[2].reason = "its manifest was changed";
  for (size_t i = 0; i < 3; i++)
    if (check_tell(teller, RUN_EVENT_JOB_FINISHED, &results[i], err) < 0)
      return -1;
  return 0;
}

static int32_t tell_skipped(struct check_teller *teller, struct hg_error *err) {
  const struct hg_job_result result = check_job_result(HG_STATUS_SKIPPED, "second");

  return check_tell(teller, RUN_EVENT_JOB_FINISHED, &result, err);
}

/* --- What became of them in the cluster ------------------------------------------------------ */

int32_t check_tell_end_of_job(struct check_teller *teller, uint32_t phase, uint32_t outcome,
                              const char *job_name, const char *text, struct hg_error *err) {
  const struct hg_job_observation observation = {
      .struct_size = sizeof observation,
      .phase = phase,
      .document_number = 1,
      .active = 1,
      .completions = -1,
      .job_name = job_name,
      .job_namespace = "default",
      .yaml_path = "jobs/plain.yaml",
      .uid = "6f1d4a52-0000-4000-8000-000000000001",
      .reason = text,
      .seen_at = "2026-11-23T09:05:09.000Z",
  };
  const struct hg_job_completion completion = {
      .struct_size = sizeof completion,
      .outcome = outcome,
      .flags = HG_COMPLETION_EARLIER,
      .document_number = 1,
      .exit_code = 137,
      .signal = 9,
      .failed = 1,
      .completions = -1,
      .pods = 1,
      .logs_kept = 1,
      .logs_lost = 1,
      .job_name = job_name,
      .job_namespace = "default",
      .yaml_path = "jobs/plain.yaml",
      .uid = "6f1d4a52-0000-4000-8000-000000000001",
      .reason = text,
      .message = text,
      .failure_class = text,
      .cause = text,
      .advice = text,
      .pod = text,
      .container = text,
      .termination_message = text,
      .log_path = text,
      .log_tail = bytes_of(text),
      .derived_from = "",
      .started_at = "2026-11-23T09:05:09Z",
      .finished_at = "",
      .decided_at = "2026-11-23T09:05:09.250Z",
      .duration_ms = -1,
  };

  if (check_tell(teller, RUN_EVENT_JOB_OBSERVED, &observation, err) < 0)
    return -1;
  return check_tell(teller, RUN_EVENT_JOB_COMPLETED, &completion, err);
}

/* One Job of each outcome. */
static int32_t tell_ends(struct check_teller *teller, struct hg_error *err) {
  for (uint32_t outcome = HG_OUTCOME_COMPLETE; outcome <= HG_OUTCOME_UNKNOWN; outcome++) {
    char name[16];
    struct hg_job_result result = check_job_result(HG_STATUS_SUCCESS, name);

    (void)snprintf(name, sizeof name, "watched-%u", (unsigned)outcome);
    if (check_tell(teller, RUN_EVENT_JOB_FINISHED, &result, err) < 0 ||
        check_tell_end_of_job(teller, HG_PHASE_PENDING, outcome, name, "a word", err) < 0)
      return -1;
  }
  return 0;
}

/* --- The runs -------------------------------------------------------------------------------- */

/* What is applied was found valid; what is validated need not be. */
static int32_t tell_all_but_the_end(struct check_teller *teller, struct hg_error *err) {
  uint32_t documents_told = teller->mode == HG_MODE_VALIDATE ? COUNT(documents) : VALID_DOCUMENTS;

  if (check_tell_start(teller, err) < 0)
    return -1;
  for (uint32_t i = 0; i < documents_told; i++)
    if (check_tell(teller, RUN_EVENT_JOB_VALIDATED, &documents[i], err) < 0)
      return -1;
  if (teller->mode == HG_MODE_VALIDATE)
    return 0;
  if (teller->mode != HG_MODE_DRY_RUN &&
      (tell_success(teller, err) < 0 || tell_failures(teller, err) < 0))
    return -1;
  if (tell_skipped(teller, err) < 0)
    return -1;
  return teller->mode == HG_MODE_DRY_RUN ? 0 : tell_ends(teller, err);
}

int32_t check_no_events(struct check_teller *teller, struct hg_error *err) {
  (void)teller;
  (void)err;
  return 0;
}

int32_t check_no_jobs(struct check_teller *teller, struct hg_error *err) {
  return check_tell_start(teller, err) < 0 ? -1 : check_tell_end(teller, NULL, err);
}

int32_t check_every_event(struct check_teller *teller, struct hg_error *err) {
  return tell_all_but_the_end(teller, err) < 0 ? -1 : check_tell_end(teller, NULL, err);
}

int32_t check_early_end(struct check_teller *teller, struct hg_error *err) {
  return check_tell_start(teller, err) < 0 ? -1 : check_tell_end(teller, "interrupted", err);
}

int32_t check_no_end(struct check_teller *teller, struct hg_error *err) {
  return tell_all_but_the_end(teller, err);
}

int32_t check_unknown_events(struct check_teller *teller, struct hg_error *err) {
  teller->is_later = true;
  return check_every_event(teller, err);
}

int32_t check_unknown_values(struct check_teller *teller, struct hg_error *err) {
  struct hg_diagnostic diagnostic = no_image;
  const struct hg_diagnostic *const list[] = {&diagnostic, &unknown_field};
  struct hg_validation validation = documents[3];
  struct hg_job_result result = check_job_result(UNKNOWN_VALUE, "paused");

  diagnostic.severity = UNKNOWN_VALUE;
  validation.errors = validation.warnings = list;
  validation.error_count = validation.warning_count = COUNT(list);
  result.reason = "it was paused";
  teller->mode = UNKNOWN_VALUE;
  if (tell_all_but_the_end(teller, err) < 0 ||
      check_tell(teller, RUN_EVENT_JOB_VALIDATED, &validation, err) < 0 ||
      check_tell(teller, RUN_EVENT_JOB_FINISHED, &result, err) < 0 ||
      check_tell_end_of_job(teller, UNKNOWN_VALUE, UNKNOWN_VALUE, "paused", "", err) < 0)
    return -1;
  return check_tell_end(teller, NULL, err);
}

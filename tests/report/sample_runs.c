/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_runs.h"

#include <headgate/job.h>
#include <headgate/run.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
#define COUNT(array) (uint32_t)(sizeof(array) / sizeof((array)[0]))
#define ERROR_AT(line, column, rule, field, message, advice) \
  {sizeof(struct hg_diagnostic), HG_SEVERITY_ERROR, line, column, rule, field, message, advice}
#define WARNING_AT(line, column, rule, field, message, advice) \
  {sizeof(struct hg_diagnostic), HG_SEVERITY_WARNING, line, column, rule, field, message, advice}
#define LITERAL_BYTES(string) {string, sizeof(string) - 1}
/* clang-format on */

struct hg_run sample_started(uint32_t mode) {
  struct hg_run run = {
      .struct_size = sizeof run,
      .mode = mode,
      .run_id = 41,
      .command = mode == HG_MODE_VALIDATE ? "validate" : "apply",
      .jobs_dir = "out",
      .kubeconfig = "",
      .context = "",
      .started_at = "2026-11-23T09:05:07.042Z",
      .host_version = "1.0.0",
      .kubernetes_version = "1.36",
  };

  return run;
}

static struct hg_result result_of(uint64_t total, uint64_t valid) {
  struct hg_result result = {
      .struct_size = sizeof result,
      .total_jobs = total,
      .valid_jobs = valid,
      .invalid_jobs = total - valid,
      .exit_code = total == valid ? 0 : 1,
      .finished_at = "2026-11-23T09:05:09.311Z",
      .duration_ms = 2269,
  };

  return result;
}

static int32_t feed_run(struct reporter_harness *harness, const struct hg_run *run,
                        const struct hg_validation *validations, uint32_t validation_count,
                        const struct hg_job_result *results, uint32_t result_count,
                        const struct hg_result *result) {
  if (reporter_harness_start(harness, run) != 0)
    return -1;
  for (uint32_t i = 0; i < validation_count; i++)
    if (reporter_harness_validated(harness, &validations[i]) != 0)
      return -1;
  for (uint32_t i = 0; i < result_count; i++)
    if (reporter_harness_finished(harness, &results[i]) != 0)
      return -1;
  return reporter_harness_end(harness, result);
}

/* Documents. */

static const struct hg_pair labels[] = {{"app", "arbitrage-tuning"},
                                        {"session_id", "d29-k8s-demo"},
                                        {"worker_id", "worker-1"},
                                        {"component", "tuning"}};
static const char *const command[] = {"python", NULL};
static const char *const args[] = {"scripts/run_d24_tuning_session.py",
                                   "--config",
                                   "configs/my tuning.yaml",
                                   "--iterations",
                                   "3",
                                   NULL};
static const struct hg_pair env[] = {
    {"APP_ENV", "docker"},   {"REDIS_HOST", "arbitrage-redis"},       {"REDIS_PORT", "6379"},
    {"API_TOKEN", "s3cret"}, {"GREETING", "한글 and\na second line"}, {"FROM_A_SECRET", ""}};
static const struct hg_pair requests[] = {
    {"ephemeral-storage", "1Gi"}, {"memory", "512Mi"}, {"cpu", "500m"}};
static const struct hg_pair limits[] = {{"cpu", "1"}, {"memory", "1Gi"}};

static const struct hg_job_details full_details = {
    .struct_size = sizeof full_details,
    .container_count = 1,
    .label_count = COUNT(labels),
    .command_count = 1,
    .arg_count = COUNT(args) - 1,
    .env_count = COUNT(env),
    .request_count = COUNT(requests),
    .limit_count = COUNT(limits),
    .image = "arbitrage-lite:latest",
    .labels = labels,
    .command = command,
    .args = args,
    .env = env,
    .requests = requests,
    .limits = limits,
};

static const struct hg_job_details bare_details = {
    .struct_size = sizeof bare_details, .container_count = 3, .image = "busybox:1.36"};

static const struct hg_diagnostic untagged = WARNING_AT(
    21, 18, "image-tag", "spec.template.spec.containers[0].image",
    "The tag latest names another image tomorrow", "name a version, such as arbitrage-lite:1.4");
static const struct hg_diagnostic no_namespace =
    WARNING_AT(3, 1, "namespace", "metadata.namespace", "Recommended value", NULL);
static const struct hg_diagnostic unknown_field =
    ERROR_AT(9, 3, "unknown-field", "spec.backofLimit", "Unknown field",
             "did you mean "
             "backoffLimit?");
static const struct hg_diagnostic no_name =
    ERROR_AT(14, 1, "required", "metadata.name", "Required value", NULL);
static const struct hg_diagnostic no_image =
    ERROR_AT(21, 18, "required", "spec.template.spec.containers[0].image", "Required value", NULL);
static const struct hg_diagnostic unreadable =
    ERROR_AT(0, 0, "unreadable", "", "Permission denied", "give yourself the right to read it");
static const struct hg_diagnostic broken =
    ERROR_AT(7, 0, "yaml-syntax", "", "did not find expected node content", NULL);

static const struct hg_diagnostic *const first_warnings[] = {&no_namespace, &untagged};
static const struct hg_diagnostic *const second_warnings[] = {&untagged};
static const struct hg_diagnostic *const invalid_errors[] = {&unknown_field, &no_image};
static const struct hg_diagnostic *const invalid_warnings[] = {&no_namespace, &untagged};
static const struct hg_diagnostic *const nameless_errors[] = {&no_name};
static const struct hg_diagnostic *const unreadable_errors[] = {&unreadable};
static const struct hg_diagnostic *const broken_errors[] = {&broken};

static const struct hg_pair parameters[] = {{"lr", "1e-4"}, {"batch", "32"}};
static const struct hg_validation documents[] = {
    {sizeof documents[0], 1, 1, 0, COUNT(first_warnings), 0, "arb-tuning-d29-k8s--worker-1-0",
     "trading", "out/job-00.yaml", NULL, first_warnings, &full_details, NULL},
    {sizeof documents[0], 1, 1, 0, COUNT(second_warnings), 0, "arb-tuning-d29-k8s--worker-2-1",
     "default", "out/job-01.yaml", NULL, second_warnings, &bare_details, NULL},
    {sizeof documents[0], 1, 1, 0, 0, COUNT(parameters), "plain", "trading", "out/job-02.json",
     NULL, NULL, NULL, parameters},
    {sizeof documents[0], 0, 1, COUNT(invalid_errors), COUNT(invalid_warnings), 0, "misspelt",
     "default", "out/job-03.yaml", invalid_errors, invalid_warnings, NULL, NULL},
    {sizeof documents[0], 0, 1, COUNT(nameless_errors), 0, 0, "", "default", "out/two.yaml",
     nameless_errors, NULL, NULL, NULL},
    {sizeof documents[0], 0, 2, COUNT(nameless_errors), 0, 0, "", "batch", "out/two.yaml",
     nameless_errors, NULL, NULL, NULL},
    {sizeof documents[0], 0, 3, COUNT(broken_errors), 0, 0, "", "default", "out/two.yaml",
     broken_errors, NULL, NULL, NULL},
    {sizeof documents[0], 0, 0, COUNT(unreadable_errors), 0, 0, "", "default", "out/locked.yaml",
     unreadable_errors, NULL, NULL, NULL},
};

enum { VALID_DOCUMENTS = 3 };

static int32_t feed_validate_valid(struct reporter_harness *harness) {
  const struct hg_run run = sample_started(HG_MODE_VALIDATE);
  const struct hg_result result = result_of(VALID_DOCUMENTS, VALID_DOCUMENTS);

  return feed_run(harness, &run, documents, VALID_DOCUMENTS, NULL, 0, &result);
}

static int32_t feed_validate_mixed(struct reporter_harness *harness) {
  const struct hg_run run = sample_started(HG_MODE_VALIDATE);
  const struct hg_result result = result_of(COUNT(documents), VALID_DOCUMENTS);

  return feed_run(harness, &run, documents, COUNT(documents), NULL, 0, &result);
}

static int32_t feed_validate_no_directory(struct reporter_harness *harness) {
  struct hg_run run = sample_started(HG_MODE_VALIDATE);
  struct hg_result result = result_of(0, 0);

  run.kubernetes_version = "";
  result.exit_code = 1;
  result.error = "out: no such directory";
  return feed_run(harness, &run, NULL, 0, NULL, 0, &result);
}

/* A batch with an invalid Job stops before the gate. */
static int32_t feed_apply_invalid(struct reporter_harness *harness) {
  const struct hg_run run = sample_started(HG_MODE_APPLY);
  struct hg_result result = result_of(COUNT(documents), VALID_DOCUMENTS);

  result.error = "5 of 8 Jobs are invalid: nothing was applied";
  return feed_run(harness, &run, documents, COUNT(documents), NULL, 0, &result);
}

static int32_t feed_apply_no_history(struct reporter_harness *harness) {
  struct hg_run run = sample_started(HG_MODE_APPLY);
  struct hg_result result = result_of(VALID_DOCUMENTS, VALID_DOCUMENTS);

  run.run_id = 0;
  result.exit_code = 1;
  result.error = "the history cannot be written: nothing was applied";
  return feed_run(harness, &run, documents, VALID_DOCUMENTS, NULL, 0, &result);
}

/* Outcomes. */

#define KUBECTL(path)                                                                              \
  { "kubectl", "apply", "-f", path, NULL }
static const char *const first_command[] = KUBECTL("out/job-00.yaml");
static const char *const second_command[] = KUBECTL("out/job-01.yaml");
static const char *const third_command[] = {
    "/opt/my tools/kubectl", "apply", "-f", "-", "--context", "it's", NULL};

static struct hg_job_result outcome(const char *name, uint32_t status) {
  struct hg_job_result result = {
      .struct_size = sizeof result,
      .status = status,
      .return_code = status == HG_STATUS_SKIPPED ? -1 : status == HG_STATUS_FAILED,
      .attempt = status != HG_STATUS_SKIPPED,
      .document_number = 1,
      .command_count = COUNT(first_command) - 1,
      .job_name = name,
      .job_namespace = "default",
      .yaml_path = "out/job-00.yaml",
      .command = first_command,
      .stdout_text = LITERAL_BYTES(""),
      .stderr_text = LITERAL_BYTES(""),
      .reason = status == HG_STATUS_SKIPPED  ? "dry run: kubectl was not executed"
                : status == HG_STATUS_FAILED ? "kubectl exited with status 1"
                                             : "",
      .timestamp = "2026-11-23T09:05:08.500Z",
      .duration_ms = status == HG_STATUS_SKIPPED ? 0 : 187,
  };

  if (strcmp(name, "plain") == 0) {
    result.parameter_count = COUNT(parameters);
    result.parameters = parameters;
  }
  return result;
}

/* The demo session of examples/. */
static int32_t feed_dry_run(struct reporter_harness *harness) {
  const struct hg_run run = sample_started(HG_MODE_DRY_RUN);
  struct hg_result result = result_of(2, 2);
  struct hg_job_result results[2];

  results[0] = outcome("arb-tuning-d29-k8s--worker-1-0", HG_STATUS_SKIPPED);
  results[1] = outcome("arb-tuning-d29-k8s--worker-2-1", HG_STATUS_SKIPPED);
  results[0].job_namespace = results[1].job_namespace = "trading-bots";
  results[1].yaml_path = "out/job-01.yaml";
  results[1].command = second_command;
  result.skipped_jobs = 2;
  return feed_run(harness, &run, documents, 2, results, 2, &result);
}

static int32_t feed_apply_success(struct reporter_harness *harness) {
  struct hg_run run = sample_started(HG_MODE_APPLY);
  struct hg_result result = result_of(1, 1);
  struct hg_job_result results[1];

  run.kubeconfig = "/home/me/.kube/config";
  run.context = "staging";
  results[0] = outcome("plain", HG_STATUS_SUCCESS);
  results[0].stdout_text = (struct hg_bytes)LITERAL_BYTES("job.batch/plain created\n");
  result.successful_jobs = 1;
  return feed_run(harness, &run, documents + 2, 1, results, 1, &result);
}

/* Every way in which a Job ends. */
static int32_t feed_apply_mixed(struct reporter_harness *harness) {
  const struct hg_run run = sample_started(HG_MODE_APPLY);
  struct hg_result result = result_of(6, 6);
  struct hg_job_result results[6];

  results[0] = outcome("created", HG_STATUS_SUCCESS);
  results[0].stdout_text = (struct hg_bytes)LITERAL_BYTES("job.batch/created created\n");
  results[0].stderr_text =
      (struct hg_bytes)LITERAL_BYTES("Warning: one thing\nWarning: another\n\n");
  results[1] = outcome("refused", HG_STATUS_FAILED);
  results[1].stderr_text = (struct hg_bytes)LITERAL_BYTES(
      "\n  Error from server (Forbidden): error when retrieving current configuration of:\n"
      "Resource: \"batch/v1, Resource=jobs\"\n");
  results[1].command = third_command;
  results[1].command_count = COUNT(third_command) - 1;
  results[2] = outcome("silent", HG_STATUS_FAILED);
  results[2].return_code = 3;
  results[2].reason = "kubectl exited with status 3";
  results[3] = outcome("hanging", HG_STATUS_FAILED);
  results[3].return_code = -1;
  results[3].signal = 15;
  results[3].attempt = 2;
  results[3].stderr_text = (struct hg_bytes)LITERAL_BYTES("Warning: slow today\n");
  results[3].reason = "kubectl did not end within 30 s and was stopped";
  results[4] = outcome("missing", HG_STATUS_FAILED);
  results[4].return_code = -1;
  results[4].reason = "kubectl: no such program on PATH";
  results[5] = outcome("unchanged", HG_STATUS_SUCCESS);
  results[5].stdout_text = (struct hg_bytes)LITERAL_BYTES("job.batch/unchanged unchanged");
  result.successful_jobs = 2;
  result.failed_jobs = 4;
  result.exit_code = 1;
  return feed_run(harness, &run, NULL, 0, results, 6, &result);
}

/* The user said stop. */
static int32_t feed_apply_stopped(struct reporter_harness *harness) {
  const struct hg_run run = sample_started(HG_MODE_APPLY);
  struct hg_result result = result_of(3, 3);
  struct hg_job_result results[3];

  results[0] = outcome("first", HG_STATUS_SUCCESS);
  results[1] = outcome("second", HG_STATUS_SKIPPED);
  results[1].reason = "the run was interrupted";
  results[2] = outcome("third", HG_STATUS_SKIPPED);
  results[2].reason = "";
  result.successful_jobs = 1;
  result.skipped_jobs = 2;
  result.exit_code = 130;
  result.error = "interrupted";
  return feed_run(harness, &run, NULL, 0, results, 3, &result);
}

/* Nothing that comes from outside may change what the report says or does to a terminal. */

static const struct hg_diagnostic hostile_error =
    ERROR_AT(1, 2, "invalid", "metadata.labels[\"a\x1b[0m\"]",
             "Invalid value: \"\xff\n[SUMMARY]\r\": must be %s%n",
             "did you mean \x9b"
             "31m\xe2\x80\xae?");
static const struct hg_diagnostic *const hostile_errors[] = {&hostile_error};
static const struct hg_pair hostile_parameters[] = {{"a\x1b[0m", "</code>\n| \xff"}};
static const struct hg_validation hostile_document = {sizeof hostile_document,
                                                      0,
                                                      1,
                                                      1,
                                                      0,
                                                      1,
                                                      "job\x1b]0;owned\x07",
                                                      "\xc2\x9b",
                                                      "out/a\nb.yaml",
                                                      hostile_errors,
                                                      NULL,
                                                      NULL,
                                                      hostile_parameters};

static int32_t feed_validate_hostile(struct reporter_harness *harness) {
  const struct hg_run run = sample_started(HG_MODE_VALIDATE);
  const struct hg_result result = result_of(2, 1);
  struct hg_validation hostile[2] = {hostile_document, hostile_document};
  struct hg_job_details details = full_details;
  const struct hg_pair pairs[] = {{"a\nb", "c\n[Job 9]"}, {"\x1b[1m", "\xff"}};
  const char *const words[] = {"sh", "-c", "echo '\x1b[2J'\n", NULL};

  hostile[1].valid = 1;
  hostile[1].details = &details;
  details.image = "image\x1b";
  details.labels = details.env = details.limits = details.requests = pairs;
  details.label_count = details.env_count = details.limit_count = details.request_count = 2;
  details.command = details.args = words;
  details.command_count = details.arg_count = 3;
  return feed_run(harness, &run, hostile, 2, NULL, 0, &result);
}

static int32_t feed_apply_hostile(struct reporter_harness *harness) {
  static const char *const words[] = {"kubectl\x1b", "apply", "-f", "out/a\nb.yaml", NULL};
  struct hg_run run = sample_started(HG_MODE_APPLY);
  struct hg_result result = result_of(3, 3);
  struct hg_job_result results[3];

  run.jobs_dir = "o\xffut\x1b";
  results[0] = outcome("job\x1b[2J\n[FAILED JOBS]", HG_STATUS_SUCCESS);
  results[0].stdout_text = (struct hg_bytes)LITERAL_BYTES(
      "created\n\n[Job 2]\n  Status:  SUCCESS\n\x1b[31mred\0\x7f\xc2\x85 \xed\xa0\x80 "
      "%s\n\xe2\x82");
  results[0].flags = HG_RESULT_STDOUT_CUT | HG_RESULT_STDERR_CUT;
  results[0].command = words;
  results[1] = outcome("", HG_STATUS_FAILED);
  results[1].document_number = 2;
  results[1].yaml_path = "out/a\nb.yaml";
  results[1].stderr_text = (struct hg_bytes)LITERAL_BYTES(
      "\r\n\t\x1b]8;;http://evil\x07"
      "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
      "0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890"
      "0123456789\xe2\x80\xaemoc\nsecond");
  results[1].flags = HG_RESULT_STDERR_CUT;
  results[2] = outcome("한글-job ✓", HG_STATUS_SKIPPED);
  results[2].reason = "no\x1b[m more\n";
  result.successful_jobs = result.failed_jobs = result.skipped_jobs = 1;
  result.exit_code = 1;
  result.error = "stopped\x1b[31m\n[SUMMARY]";
  return feed_run(harness, &run, NULL, 0, results, 3, &result);
}

/* The run ends before anything happened, and before it even began. */

static int32_t feed_ended_early(struct reporter_harness *harness) {
  const struct hg_run run = sample_started(HG_MODE_DRY_RUN);
  struct hg_result result = result_of(0, 0);

  result.exit_code = 130;
  result.error = "interrupted";
  return feed_run(harness, &run, NULL, 0, NULL, 0, &result);
}

static int32_t feed_never_started(struct reporter_harness *harness) {
  struct hg_result result = result_of(0, 0);

  result.exit_code = 1;
  result.error = "out of memory";
  return reporter_harness_end(harness, &result);
}

const struct sample_run sample_runs[] = {
    {"validate-valid", feed_validate_valid},
    {"validate-mixed", feed_validate_mixed},
    {"validate-no-directory", feed_validate_no_directory},
    {"validate-hostile", feed_validate_hostile},
    {"dry-run", feed_dry_run},
    {"apply-success", feed_apply_success},
    {"apply-mixed", feed_apply_mixed},
    {"apply-stopped", feed_apply_stopped},
    {"apply-invalid", feed_apply_invalid},
    {"apply-no-history", feed_apply_no_history},
    {"apply-hostile", feed_apply_hostile},
    {"apply-watched", feed_watched},
    {"apply-watched-hostile", feed_watched_hostile},
    {"ended-early", feed_ended_early},
    {"never-started", feed_never_started},
};

const size_t sample_run_count = COUNT(sample_runs);

int32_t sample_many_jobs(struct reporter_harness *harness, uint64_t count, bool applies,
                         size_t output_bytes) {
  const struct hg_run run = sample_started(applies ? HG_MODE_APPLY : HG_MODE_VALIDATE);
  struct hg_result result = result_of(count, count);
  char *output = malloc(output_bytes + 1);
  char name[80];
  int32_t status = -1;

  if (!output)
    return -1;
  if (applies) {
    result.failed_jobs = (count + 9) / 10;
    result.successful_jobs = count - result.failed_jobs;
  }
  for (size_t i = 0; i < output_bytes; i++)
    output[i] = i % 2 ? '\n' : '\x01';
  if (reporter_harness_start(harness, &run) != 0)
    goto done;
  for (uint64_t i = 0; i < count; i++) {
    struct hg_validation validation = documents[0];

    (void)snprintf(name, sizeof name, "arb-tuning-d29-k8s--worker-%llu-%llu",
                   (unsigned long long)i + 1, (unsigned long long)i);
    validation.job_name = name;
    if (reporter_harness_validated(harness, &validation) != 0)
      goto done;
  }
  for (uint64_t i = 0; applies && i < count; i++) {
    struct hg_job_result job = outcome(name, i % 10 ? HG_STATUS_SUCCESS : HG_STATUS_FAILED);

    (void)snprintf(name, sizeof name, "arb-tuning-d29-k8s--worker-%llu-%llu",
                   (unsigned long long)i + 1, (unsigned long long)i);
    job.stdout_text.data = job.stderr_text.data = output;
    job.stdout_text.length = job.stderr_text.length = output_bytes;
    if (reporter_harness_finished(harness, &job) != 0)
      goto done;
  }
  for (uint64_t i = 0; applies && i < count; i++) {
    struct hg_job_completion completion = sample_completion(name);

    if (i % 10 == 0)
      continue;
    (void)snprintf(name, sizeof name, "arb-tuning-d29-k8s--worker-%llu-%llu",
                   (unsigned long long)i + 1, (unsigned long long)i);
    result.is_watched = 1;
    result.completed_jobs += i % 2;
    result.uncompleted_jobs += i % 2 == 0;
    completion.outcome = i % 2 ? HG_OUTCOME_COMPLETE : HG_OUTCOME_FAILED;
    completion.log_tail.data = i % 2 ? "" : output;
    completion.log_tail.length = i % 2 ? 0 : output_bytes < 4096 ? output_bytes : 4096;
    if (reporter_harness_completed(harness, &completion) != 0)
      goto done;
  }
  status = reporter_harness_end(harness, &result);
done:
  free(output);
  return status;
}

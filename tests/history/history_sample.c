/* SPDX-License-Identifier: Apache-2.0 */
#include "history_sample.h"

#include "history/history.h"

#include <string.h>

#define COUNT_OF(array) (sizeof(array) / sizeof *(array))

/* A Job of a run, and how kubectl fares with it. */
struct sample_job {
  const char *name;
  const char *path;
  uint8_t content;   /* its digest is 32 times this */
  uint32_t status;   /* HG_STATUS_*; 0: never started */
  uint32_t attempts; /* all but the last one fail */
  bool invalid;
};

struct sample_run {
  const char *command;
  uint32_t mode;
  int64_t days_ago;
  const struct sample_job *jobs;
  size_t count;
  const char *state;
  int32_t exit_code;
};

static const struct sample_job first[] = {
    {"a", "out/a.yaml", 1, HG_STATUS_SUCCESS, 1, false},
    {"b", "out/b.yaml", 2, HG_STATUS_FAILED, 1, false},
};
static const struct sample_job second[] = {
    {"a", "out/a.yaml", 1, HG_STATUS_SUCCESS, 1, false},
    {"b", "out/b.yaml", 2, HG_STATUS_FAILED, 2, false},
    {"c", "out/c.yaml", 3, HG_STATUS_SUCCESS, 2, false},
};
static const struct sample_job third[] = {
    {"d", "out/d.yaml", 4, 0, 0, true},
};
static const struct sample_job fourth[] = {
    {"a", "out/a.yaml", 1, 0, 0, false},
    {"b", "out/b.yaml", 9, 0, 0, false},
    {"e", "out/e.yaml", 5, 0, 0, false},
};

static const struct sample_run runs[] = {
    {"apply", HG_MODE_APPLY, 10, first, COUNT_OF(first), "failed", 1},
    {"apply", HG_MODE_APPLY, 1, second, COUNT_OF(second), "failed", 1},
    {"validate", HG_MODE_VALIDATE, 0, third, COUNT_OF(third), "failed", 1},
    {"run", HG_MODE_DRY_RUN, 0, fourth, COUNT_OF(fourth), "succeeded", 0},
};

static int32_t add_job(struct history *history, uint64_t position, const struct sample_job *sample,
                       struct hg_error *err) {
  const char *const command[] = {"kubectl", "apply", "-f", sample->path};
  uint8_t sha256[32];
  const struct history_job job = {.job.name = sample->name,
                                  .job.namespace = "tuning",
                                  .job.path = sample->path,
                                  .job.document_number = 1,
                                  .valid = !sample->invalid,
                                  .sha256 = sha256,
                                  .kubectl_command = sample->invalid ? NULL : command,
                                  .kubectl_command_count = sample->invalid ? 0 : 4};
  const struct hg_diagnostic found[] = {
      {sizeof *found, HG_SEVERITY_ERROR, 7, 3, "required", "spec.template.spec.containers[0].image",
       "Required value", NULL},
      {sizeof *found, HG_SEVERITY_WARNING, 5, 1, "backoff-limit", "spec.backoffLimit", "is missing",
       "set it to 0"},
  };

  memset(sha256, sample->content, sizeof sha256);
  if (history_add_job(history, position, &job, err) < 0)
    return -1;
  for (size_t i = 0; i < COUNT_OF(found) && sample->invalid; i++)
    if (history_add_diagnostic(history, position, &found[i], err) < 0)
      return -1;
  return 0;
}

static int32_t apply_job(struct history *history, uint64_t position,
                         const struct sample_job *sample, int64_t at_ms, struct hg_error *err) {
  static const char refused[] = "Error from server: etcdserver: leader changed\nsecond line\n";
  static const char created[] = "job.batch/x created\n";

  for (uint32_t attempt = 1; attempt <= sample->attempts; attempt++) {
    bool last = attempt == sample->attempts;
    const char *const command[] = {"kubectl", "apply", "-f", sample->path};
    const struct history_attempt started = {position, attempt, 4, command};
    struct hg_job_result result = {.struct_size = sizeof result, .attempt = attempt};

    result.status = last ? sample->status : HG_STATUS_FAILED;
    result.return_code = result.status == HG_STATUS_SUCCESS ? 0 : 1;
    result.duration_ms = 1250;
    result.stdout_text.data = created;
    result.stderr_text.data = refused;
    if (result.status == HG_STATUS_SUCCESS)
      result.stdout_text.length = sizeof created - 1;
    else
      result.stderr_text.length = sizeof refused - 1;
    result.reason = result.status == HG_STATUS_SUCCESS ? "" : "kubectl ended with status 1";
    if (history_record_attempts(history, NULL, 0, &started, 1, at_ms, err) < 0 ||
        history_finish_attempt(history, position, last, at_ms + 1250, &result, err) < 0)
      return -1;
  }
  return 0;
}

static int32_t write_run(const char *path, const struct sample_run *sample, int64_t at_ms,
                         struct hg_error *err) {
  static const char *const argv[] = {"headgate", "--jobs-dir", "out"};
  static const struct history_plugin plugin = {"scan-directory", "scanner", "1.0.0",
                                               "/usr/lib/headgate/headgate-scan-directory.so", 0};
  static const struct history_reporter_outcome told = {"report-json", "report.json", "failed",
                                                       "the disk is full"};
  static const struct target_record target = {"staging", "https://10.0.0.1:6443", "ann", "tuning",
                                              ""};
  const struct history_run run = {.command = sample->command,
                                  .mode = sample->mode,
                                  .started_at_ms = at_ms,
                                  .argv = argv,
                                  .argv_count = COUNT_OF(argv),
                                  .version = "1.0.0",
                                  .jobs_dir = "out",
                                  .context = "staging",
                                  .target = sample->days_ago > 5 ? NULL : &target};
  struct history *history = NULL;
  int32_t result = -1;
  int64_t run_id;

  if (history_open(path, NULL, &history, err) < 0 ||
      history_begin_run(history, &run, &run_id, err) < 0 ||
      history_add_plugin(history, &plugin, err) < 0)
    goto done;
  for (size_t i = 0; i < sample->count; i++)
    if (add_job(history, i + 1, &sample->jobs[i], err) < 0)
      goto done;
  for (size_t i = 0; i < sample->count; i++)
    if (apply_job(history, i + 1, &sample->jobs[i], at_ms, err) < 0)
      goto done;
  if (sample->mode == HG_MODE_DRY_RUN && history_skip_jobs(history, at_ms, "dry run", err) < 0)
    goto done;
  if (history_add_reporter_outcome(history, &told, err) < 0)
    goto done;
  result = history_finish_run(history, sample->state, sample->exit_code, at_ms + 5000, NULL, err);
done:
  history_close(history);
  return result;
}

int32_t history_sample_write(const char *path, int64_t now_ms, struct hg_error *err) {
  const int64_t day_ms = INT64_C(24) * 3600 * 1000;

  for (size_t i = 0; i < COUNT_OF(runs); i++)
    if (write_run(path, &runs[i], now_ms - runs[i].days_ago * day_ms, err) < 0)
      return -1;
  return 0;
}

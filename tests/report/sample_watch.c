/* SPDX-License-Identifier: Apache-2.0 */
#include "sample_runs.h"

#include <string.h>

struct hg_job_completion sample_completion(const char *name) {
  struct hg_job_completion completion = {
      .struct_size = sizeof completion,
      .outcome = HG_OUTCOME_COMPLETE,
      .document_number = 1,
      .exit_code = -1,
      .succeeded = 1,
      .completions = 1,
      .pods = 1,
      .logs_kept = 1,
      .job_name = name,
      .job_namespace = "trading",
      .yaml_path = "out/job.yaml",
      .uid = name,
      .reason = "",
      .message = "",
      .failure_class = "",
      .cause = "",
      .advice = "",
      .pod = "",
      .container = "",
      .termination_message = "",
      .log_path = "",
      .log_tail = {"", 0},
      .derived_from = "",
      .started_at = "2026-11-23T09:05:10Z",
      .finished_at = "2026-11-23T09:08:22Z",
      .decided_at = "2026-11-23T09:08:23.101Z",
      .duration_ms = 192000,
  };

  return completion;
}

static int32_t tell_applied(struct reporter_harness *harness, const char *name, uint32_t status) {
  static const char *const command[] = {"kubectl", "apply", "-f", "out/job.yaml", NULL};
  const struct hg_job_result result = {
      .struct_size = sizeof result,
      .status = status,
      .return_code = status == HG_STATUS_FAILED,
      .attempt = 1,
      .document_number = 1,
      .command_count = sizeof command / sizeof command[0] - 1,
      .job_name = name,
      .job_namespace = "trading",
      .yaml_path = "out/job.yaml",
      .command = command,
      .stdout_text = {"", 0},
      .stderr_text = {"", 0},
      .reason = status == HG_STATUS_FAILED ? "kubectl exited with status 1" : "",
      .timestamp = "2026-11-23T09:05:08.500Z",
      .duration_ms = 187,
  };

  return reporter_harness_finished(harness, &result);
}

static int32_t tell_seen(struct reporter_harness *harness, const char *name, uint32_t phase,
                         const char *reason, const char *seen_at) {
  const struct hg_job_observation observation = {
      .struct_size = sizeof observation,
      .phase = phase,
      .document_number = 1,
      .active = 1,
      .completions = 1,
      .job_name = name,
      .job_namespace = "trading",
      .yaml_path = "out/job.yaml",
      .uid = name,
      .reason = reason,
      .seen_at = seen_at,
  };

  return reporter_harness_observed(harness, &observation);
}

static struct hg_bytes bytes_of(const char *text) {
  return (struct hg_bytes){text, strlen(text)};
}

static void fill_failures(struct hg_job_completion *failed, struct hg_job_completion *stuck,
                          struct hg_job_completion *gone) {
  *failed = sample_completion("broken");
  failed->outcome = HG_OUTCOME_FAILED;
  failed->exit_code = 3;
  failed->succeeded = 0;
  failed->failed = 2;
  failed->pods = 2;
  failed->logs_kept = 2;
  failed->logs_lost = 1;
  failed->reason = "BackoffLimitExceeded";
  failed->message = "Job has reached the specified backoff limit";
  failed->failure_class = "program-error";
  failed->cause = "container tuning of Pod broken-9fq5d exited with code 3 (Error)";
  failed->advice = "see the container's log: headgate logs";
  failed->pod = "broken-9fq5d";
  failed->container = "tuning";
  failed->termination_message = "{\"sharpe\": null}";
  failed->log_path = "/home/me/.local/state/headgate/history.db.logs/41/trading/broken/"
                     "broken-9fq5d.tuning.0.log";
  failed->log_tail = bytes_of("loading candles\nTraceback (most recent call last):\n"
                              "ValueError: no candles for BTC-KRW\n");
  *stuck = sample_completion("stuck");
  stuck->outcome = HG_OUTCOME_NEVER_STARTED;
  stuck->succeeded = 0;
  stuck->logs_kept = 0;
  stuck->reason = "ImagePullBackOff";
  stuck->message = "Back-off pulling image \"registry.example/tuning:1.5\"";
  stuck->failure_class = "image-pull";
  stuck->cause = "container tuning of Pod stuck-x7k2p never started: its image cannot be pulled";
  stuck->advice = "check the image's name and tag, the registry, and spec.imagePullSecrets";
  stuck->pod = "stuck-x7k2p";
  stuck->container = "tuning";
  stuck->finished_at = "";
  stuck->duration_ms = -1;
  *gone = sample_completion("gone");
  gone->outcome = HG_OUTCOME_DELETED;
  gone->logs_kept = 0;
  gone->failure_class = "deleted";
  gone->cause = "it was deleted before it ended";
  gone->advice = "if that was not meant, run it again: headgate rerun";
  gone->finished_at = "";
  gone->duration_ms = -1;
}

static void fill_undecided(struct hg_job_completion *slow, struct hg_job_completion *blind) {
  *slow = sample_completion("slow");
  slow->outcome = HG_OUTCOME_TIMED_OUT;
  slow->succeeded = 0;
  slow->failure_class = "timed-out";
  slow->cause = "it had not ended when the time to wait was over";
  slow->advice = "the Job goes on: follow it with headgate watch";
  slow->finished_at = "";
  slow->duration_ms = -1;
  *blind = sample_completion("blind");
  blind->outcome = HG_OUTCOME_UNKNOWN;
  blind->completions = -1;
  blind->uid = blind->started_at = blind->finished_at = "";
  blind->pods = blind->logs_kept = 0;
  blind->duration_ms = -1;
}

int32_t feed_watched(struct reporter_harness *harness) {
  static const char *const names[] = {"done", "earlier", "broken", "stuck",
                                      "gone", "slow",    "blind"};
  enum { APPLIED = sizeof names / sizeof names[0] };
  const struct hg_run run = sample_started(HG_MODE_APPLY);
  const struct hg_result result = {
      .struct_size = sizeof result,
      .exit_code = 1,
      .total_jobs = APPLIED + 1,
      .successful_jobs = APPLIED,
      .failed_jobs = 1,
      .valid_jobs = APPLIED + 1,
      .finished_at = "2026-11-23T09:20:09.311Z",
      .duration_ms = 902269,
      .is_watched = 1,
      .completed_jobs = 2,
      .uncompleted_jobs = 2,
      .never_started_jobs = 1,
      .undecided_jobs = 2,
  };
  struct hg_job_completion completions[APPLIED];

  completions[0] = sample_completion("done");
  completions[1] = sample_completion("earlier");
  completions[1].flags = HG_COMPLETION_EARLIER;
  fill_failures(&completions[2], &completions[3], &completions[4]);
  fill_undecided(&completions[5], &completions[6]);
  if (reporter_harness_start(harness, &run) != 0)
    return -1;
  for (size_t i = 0; i < APPLIED; i++)
    if (tell_applied(harness, names[i], HG_STATUS_SUCCESS) != 0)
      return -1;
  if (tell_seen(harness, "stuck", HG_PHASE_PENDING, "ImagePullBackOff",
                "2026-11-23T09:05:12.000Z") != 0 ||
      tell_seen(harness, "done", HG_PHASE_RUNNING, "", "2026-11-23T09:05:12.500Z") != 0 ||
      tell_applied(harness, "refused", HG_STATUS_FAILED) != 0)
    return -1;
  for (size_t i = 0; i < APPLIED; i++)
    if (reporter_harness_completed(harness, &completions[i]) != 0)
      return -1;
  return reporter_harness_end(harness, &result);
}

#define HOSTILE "\x1b[2J\n::error::x\n##[group]x\n</pre><script>[COMPLETE JOBS]\r\xff\xe2\x80\xae|`"

int32_t feed_watched_hostile(struct reporter_harness *harness) {
  const struct hg_run run = sample_started(HG_MODE_APPLY);
  const struct hg_result result = {
      .struct_size = sizeof result,
      .exit_code = 1,
      .total_jobs = 1,
      .successful_jobs = 1,
      .valid_jobs = 1,
      .finished_at = "2026-11-23T09:20:09.311Z",
      .is_watched = 1,
      .uncompleted_jobs = 1,
  };
  struct hg_job_completion completion = sample_completion("job" HOSTILE);

  completion.outcome = HG_OUTCOME_FAILED;
  completion.exit_code = 255;
  completion.signal = 9;
  completion.job_namespace = completion.yaml_path = completion.uid = completion.reason =
      completion.message = completion.failure_class = completion.cause = completion.advice =
          completion.pod = completion.container = completion.termination_message =
              completion.log_path = HOSTILE;
  completion.log_tail = (struct hg_bytes){"\0" HOSTILE "\0::add-mask::x", sizeof HOSTILE + 14};
  completion.started_at = "2026-11-23T09:05:10Z" HOSTILE;
  completion.finished_at = HOSTILE;
  if (reporter_harness_start(harness, &run) != 0 ||
      tell_applied(harness, "job" HOSTILE, HG_STATUS_SUCCESS) != 0 ||
      tell_seen(harness, "job" HOSTILE, HG_PHASE_PENDING, HOSTILE, HOSTILE) != 0 ||
      reporter_harness_completed(harness, &completion) != 0)
    return -1;
  return reporter_harness_end(harness, &result);
}

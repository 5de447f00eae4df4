/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "prometheus": the run as gauges in a file for node_exporter's textfile collector.
 * Samples have no timestamps: the collector refuses a file with any. */
#include "extra_labels.h"
#include "files/section.h"
#include "memory/no_memory.h"
#include "metric_text.h"
#include "report/completion_wording.h"
#include "text/timestamp.h"

#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <headgate/run.h>
#include <inttypes.h>
#include <stdlib.h>

/* Each Job is two series, and a batch has new names every time. Prometheus keeps them all. */
enum { MOST_JOBS = 10000 };

static const struct metric run_info = {"headgate_run_info",
                                       "What the last run was, in its labels; always 1."};
static const struct metric run_id = {"headgate_run_id",
                                     "Number of the run in the history (headgate history show)."};
static const struct metric run_jobs = {"headgate_run_jobs", "Jobs of the plan by their outcome."};
static const struct metric run_documents = {"headgate_run_documents",
                                            "Documents that were judged by the verdict."};
static const struct metric run_exit_code = {"headgate_run_exit_code",
                                            "Exit status of headgate: 0 fine, 1 failed, 3 "
                                            "not known, 130 interrupted."};
static const struct metric run_error = {"headgate_run_error",
                                        "Whether the run could not be done: 1 or 0."};
static const struct metric run_start = {"headgate_run_start_timestamp_seconds",
                                        "When the run began, since 1970."};
static const struct metric run_finish = {"headgate_run_finish_timestamp_seconds",
                                         "When the run was over, since 1970."};
static const struct metric run_duration = {"headgate_run_duration_seconds",
                                           "How long the run took."};
static const struct metric run_left_out = {"headgate_run_jobs_left_out",
                                           "Jobs beyond the limit, without metrics of their own."};
static const struct metric job_status = {"headgate_job_status",
                                         "Outcome of a Job, in its label status; always 1."};
static const struct metric job_duration = {"headgate_job_duration_seconds",
                                           "How long applying the Job took, 0 where skipped."};

/* Of a run that waited for its Jobs. */
static const struct metric run_completions = {"headgate_run_completions",
                                              "Jobs that were applied by what became of them."};
static const struct metric run_logs = {"headgate_run_logs",
                                       "Logs of the Jobs' containers by state."};
static const struct metric longest_job = {"headgate_run_longest_job_seconds",
                                          "How long the Job took that took longest."};
static const struct metric job_seconds = {"headgate_run_jobs_seconds",
                                          "How long all Jobs took together."};
static const struct metric job_outcome = {"headgate_job_completion",
                                          "What became of a Job, in its label outcome; always 1."};
static const struct metric job_time = {"headgate_job_completion_seconds",
                                       "How long the Job took in the cluster."};

/* Behind the outcomes: one that failed, and that another Job tried again. */
enum { OUTCOME_RETRIED = HG_OUTCOME_UNKNOWN + 1 };

struct report_prometheus {
  const struct hg_output *output;
  uint64_t most_jobs; /* that have metrics of their own; 0: none does */
  uint64_t jobs;      /* that finished */
  struct text_buffer extra_labels;
  struct text_buffer run;   /* samples of the run's start */
  struct section statuses;  /* samples of job_status */
  struct section durations; /* samples of job_duration */
  uint64_t outcomes[OUTCOME_RETRIED + 1];
  struct completion_counts completions;
  int64_t longest_ms;
  int64_t together_ms;
  struct section completed;  /* samples of job_outcome */
  struct section times;      /* samples of job_time */
  struct text_buffer labels; /* of one Job */
};

static void destroy(void *self) {
  struct report_prometheus *report = self;

  if (!report)
    return;
  text_buffer_finish(&report->extra_labels);
  text_buffer_finish(&report->run);
  section_finish(&report->statuses);
  section_finish(&report->durations);
  section_finish(&report->completed);
  section_finish(&report->times);
  text_buffer_finish(&report->labels);
  free(report);
}

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct report_prometheus *report;
  uint64_t most_jobs = (uint64_t)hg_option_number(host->option(host, "job-metrics"));

  report = calloc(1, sizeof *report);
  if (!report)
    return no_memory(err);
  report->output = output;
  report->most_jobs = most_jobs;
  text_buffer_init(&report->extra_labels);
  text_buffer_init(&report->run);
  section_init(&report->statuses, SECTION_MEMORY);
  section_init(&report->durations, SECTION_MEMORY);
  section_init(&report->completed, SECTION_MEMORY);
  section_init(&report->times, SECTION_MEMORY);
  text_buffer_init(&report->labels);
  if (extra_labels_read(host->option(host, "labels"), &report->extra_labels, err) < 0) {
    destroy(report);
    return -1;
  }
  *self = report;
  return 0;
}

static const char *extra(const struct report_prometheus *report) {
  return text_buffer_string(&report->extra_labels);
}

/* A family of one sample without labels of its own. */
static void append_gauge(struct text_buffer *text, const struct report_prometheus *report,
                         const struct metric *metric, int64_t value) {
  metric_append_head(text, metric);
  text_buffer_append_string(text, metric->name);
  metric_append_labels(text, extra(report));
  metric_append_value(text, value);
}

static void append_seconds(struct text_buffer *text, const struct report_prometheus *report,
                           const struct metric *metric, int64_t milliseconds) {
  metric_append_head(text, metric);
  text_buffer_append_string(text, metric->name);
  metric_append_labels(text, extra(report));
  metric_append_seconds(text, milliseconds);
}

/* Left out where `timestamp` is none. */
static void append_time(struct text_buffer *text, const struct report_prometheus *report,
                        const struct metric *metric, const char *timestamp) {
  int64_t milliseconds;

  if (timestamp_parse(timestamp, &milliseconds))
    append_seconds(text, report, metric, milliseconds);
}

static void append_labelled(struct text_buffer *text, const struct report_prometheus *report,
                            const struct metric *metric, const char *label, const char *label_value,
                            uint64_t value) {
  text_buffer_append_string(text, metric->name);
  (void)metric_append_label(text, label, label_value);
  metric_append_labels(text, extra(report));
  metric_append_value(text, (int64_t)value);
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_prometheus *report = self;
  struct text_buffer *text = &report->run;

  metric_append_head(text, &run_info);
  text_buffer_append_string(text, run_info.name);
  (void)metric_append_label(text, "version", run->host_version);
  (void)metric_append_label(text, "command", run->command);
  (void)metric_append_label(text, "mode", hg_mode_name(run->mode));
  (void)metric_append_label(text, "kubernetes_version", run->kubernetes_version);
  metric_append_labels(text, extra(report));
  metric_append_value(text, 1);
  if (run->run_id != 0)
    append_gauge(text, report, &run_id, run->run_id);
  append_time(text, report, &run_start, run->started_at);
  if (text->failed)
    return no_memory(err);
  return 0;
}

static const char *status_label(uint32_t status) {
  switch (status) {
  case HG_STATUS_SKIPPED:
    return "skipped";
  case HG_STATUS_SUCCESS:
    return "success";
  default:
    return "failed";
  }
}

static const char *outcome_label(uint32_t outcome) {
  static const char *const labels[] = {
      [HG_OUTCOME_COMPLETE] = "complete",
      [HG_OUTCOME_FAILED] = "failed",
      [HG_OUTCOME_NEVER_STARTED] = "never_started",
      [HG_OUTCOME_DELETED] = "deleted",
      [HG_OUTCOME_TIMED_OUT] = "timed_out",
      [HG_OUTCOME_UNKNOWN] = "unknown",
      [OUTCOME_RETRIED] = "retried",
  };

  return labels[outcome >= HG_OUTCOME_COMPLETE && outcome <= OUTCOME_RETRIED ? outcome
                                                                             : HG_OUTCOME_UNKNOWN];
}

/* What tells a Job from every other one of the plan. Where characters had to be spelled, two could
 * look alike, and node_exporter would refuse the file: such a Job gets its number in the plan. */
static void describe_job(struct report_prometheus *report, const char *job_namespace,
                         const char *job_name, const char *yaml_path, uint32_t document,
                         uint64_t job) {
  struct text_buffer *labels = &report->labels;
  bool is_changed = false;
  char number[24];

  text_buffer_reset(labels);
  is_changed |= metric_append_label(labels, "namespace", job_namespace);
  is_changed |= metric_append_label(labels, "job_name", job_name);
  is_changed |= metric_append_label(labels, "file", yaml_path);
  (void)snprintf(number, sizeof number, "%" PRIu32, document);
  (void)metric_append_label(labels, "document", number);
  (void)snprintf(number, sizeof number, "%" PRIu64, job);
  if (is_changed)
    (void)metric_append_label(labels, "number", number);
}

static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  struct report_prometheus *report = self;
  struct text_buffer *labels = &report->labels;
  struct text_buffer *durations = &report->durations.text;
  struct text_buffer *statuses = &report->statuses.text;

  report->jobs++;
  if (report->jobs > report->most_jobs)
    return 0;
  describe_job(report, result->job_namespace, result->job_name, result->yaml_path,
               result->document_number, report->jobs);
  text_buffer_append_string(durations, job_duration.name);
  metric_append_labels(durations, text_buffer_string(labels));
  metric_append_labels(durations, extra(report));
  metric_append_seconds(durations, result->duration_ms);
  text_buffer_append_string(statuses, job_status.name);
  metric_append_labels(statuses, text_buffer_string(labels));
  (void)metric_append_label(statuses, "status", status_label(result->status));
  metric_append_labels(statuses, extra(report));
  metric_append_value(statuses, 1);
  if (labels->failed)
    return no_memory(err);
  if (section_keep(&report->durations, err) < 0)
    return -1;
  return section_keep(&report->statuses, err);
}

static int32_t job_completed(void *self, const struct hg_job_completion *completion,
                             struct hg_error *err) {
  struct report_prometheus *report = self;
  uint32_t outcome =
      completion->outcome <= HG_OUTCOME_UNKNOWN ? completion->outcome : HG_OUTCOME_UNKNOWN;
  struct text_buffer *labels = &report->labels;
  struct text_buffer *completed = &report->completed.text;
  struct text_buffer *times = &report->times.text;

  completion_counts_add(&report->completions, completion);
  if (completion->flags & HG_COMPLETION_RETRIED)
    outcome = OUTCOME_RETRIED;
  report->outcomes[outcome > 0 ? outcome : HG_OUTCOME_UNKNOWN]++;
  if (completion->duration_ms > 0 && !(completion->flags & HG_COMPLETION_EARLIER)) {
    report->together_ms += completion->duration_ms;
    if (completion->duration_ms > report->longest_ms)
      report->longest_ms = completion->duration_ms;
  }
  if (report->completions.total > report->most_jobs)
    return 0;
  describe_job(report, completion->job_namespace, completion->job_name, completion->yaml_path,
               completion->document_number, report->completions.total);
  text_buffer_append_string(completed, job_outcome.name);
  metric_append_labels(completed, text_buffer_string(labels));
  (void)metric_append_label(completed, "outcome", outcome_label(outcome));
  metric_append_labels(completed, extra(report));
  metric_append_value(completed, 1);
  if (completion->duration_ms >= 0) {
    text_buffer_append_string(times, job_time.name);
    metric_append_labels(times, text_buffer_string(labels));
    metric_append_labels(times, extra(report));
    metric_append_seconds(times, completion->duration_ms);
  }
  if (labels->failed)
    return no_memory(err);
  if (section_keep(&report->completed, err) < 0)
    return -1;
  return section_keep(&report->times, err);
}

static void append_completions(struct text_buffer *text, const struct report_prometheus *report) {
  metric_append_head(text, &run_completions);
  for (uint32_t outcome = HG_OUTCOME_COMPLETE; outcome <= HG_OUTCOME_UNKNOWN; outcome++)
    append_labelled(text, report, &run_completions, "outcome", outcome_label(outcome),
                    report->outcomes[outcome]);
  if (report->outcomes[OUTCOME_RETRIED] > 0)
    append_labelled(text, report, &run_completions, "outcome", outcome_label(OUTCOME_RETRIED),
                    report->outcomes[OUTCOME_RETRIED]);
  metric_append_head(text, &run_logs);
  append_labelled(text, report, &run_logs, "state", "kept", report->completions.logs_kept);
  append_labelled(text, report, &run_logs, "state", "not_whole", report->completions.logs_lost);
  append_seconds(text, report, &longest_job, report->longest_ms);
  append_seconds(text, report, &job_seconds, report->together_ms);
}

static void append_outcome(struct text_buffer *text, const struct report_prometheus *report,
                           const struct hg_result *result) {
  append_time(text, report, &run_finish, result->finished_at);
  append_seconds(text, report, &run_duration, result->duration_ms);
  append_gauge(text, report, &run_exit_code, result->exit_code);
  append_gauge(text, report, &run_error, result->error ? 1 : 0);
  metric_append_head(text, &run_documents);
  append_labelled(text, report, &run_documents, "verdict", "valid", result->valid_jobs);
  append_labelled(text, report, &run_documents, "verdict", "invalid", result->invalid_jobs);
  metric_append_head(text, &run_jobs);
  append_labelled(text, report, &run_jobs, "status", "success", result->successful_jobs);
  append_labelled(text, report, &run_jobs, "status", "failed", result->failed_jobs);
  append_labelled(text, report, &run_jobs, "status", "skipped", result->skipped_jobs);
  if (completion_counts_are_told(&report->completions, result))
    append_completions(text, report);
  if (report->most_jobs > 0)
    append_gauge(text, report, &run_left_out,
                 report->jobs > report->most_jobs ? (int64_t)(report->jobs - report->most_jobs)
                                                  : 0);
}

/* Writes `text` and empties it. */
static int32_t write_text(const struct report_prometheus *report, struct text_buffer *text,
                          struct hg_error *err) {
  int32_t status;

  if (text->failed)
    return no_memory(err);
  status = report->output->write(report->output, text_buffer_string(text), text->length, err);
  text_buffer_reset(text);
  return status;
}

static int32_t write_jobs(struct report_prometheus *report, const struct metric *metric,
                          const struct section *samples, struct hg_error *err) {
  if (section_is_empty(samples))
    return 0;
  metric_append_head(&report->run, metric);
  if (write_text(report, &report->run, err) < 0)
    return -1;
  return section_write(samples, report->output, err);
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct report_prometheus *report = self;

  append_outcome(&report->run, report, result);
  if (write_text(report, &report->run, err) < 0 ||
      write_jobs(report, &job_status, &report->statuses, err) < 0)
    return -1;
  if (write_jobs(report, &job_duration, &report->durations, err) < 0 ||
      write_jobs(report, &job_outcome, &report->completed, err) < 0)
    return -1;
  return write_jobs(report, &job_time, &report->times, err);
}

static const struct hg_option options[] = {
    {sizeof options[0], HG_OPTION_LIST, "labels", NULL, NULL,
     "Labels on every sample, such as batch=nightly; needed where files of several batches stand "
     "in one directory",
     0, 0},
    {sizeof options[0], HG_OPTION_INTEGER, "job-metrics", "0", NULL,
     "Also write status and duration of the first N Jobs: two new time series a Job, "
     "four where the run waits for it, every run",
     0, MOST_JOBS},
};

static const struct hg_reporter_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .run_started = run_started,
    .job_finished = job_finished,
    .run_finished = run_finished,
    .destroy = destroy,
    .job_completed = job_completed,
};

HG_PLUGIN(REPORTER, "report-prometheus", HEADGATE_VERSION,
          "Writes the run as metrics for Prometheus' node_exporter", ops, HG_TABLE(options),
          HG_NO_TABLE);

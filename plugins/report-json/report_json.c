/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "json": the whole run as one JSON object, schemas/run-report.schema.json. */
#include "memory/no_memory.h"
#include "report/reporter_functions.h"
#include "report_members.h"
#include "json/json_stream.h"

#include <headgate/plugin.h>
#include <headgate/run.h>
#include <stdlib.h>

enum { LARGEST_INDENT = 8 };

struct report_json {
  const struct hg_output *output;
  uint32_t mode; /* one of HG_MODE_*; 0 where the run never started */
  struct json_stream whole;
  struct json_stream documents;
  struct json_stream job_results;
  struct json_stream completions;
  struct json_stream passed_over;
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct report_json *report;
  uint64_t indent = (uint64_t)hg_option_number(host->option(host, "indent"));

  report = calloc(1, sizeof *report);
  if (!report)
    return no_memory(err);
  report->output = output;
  json_stream_init(&report->whole, (uint32_t)indent, 0);
  json_stream_init(&report->documents, (uint32_t)indent, 2);
  json_stream_init(&report->job_results, (uint32_t)indent, 2);
  json_stream_init(&report->completions, (uint32_t)indent, 2);
  json_stream_init(&report->passed_over, (uint32_t)indent, 2);
  *self = report;
  return 0;
}

/* What a run without a plan has: nothing is or would be applied. */
static bool validates_only(const struct report_json *report) {
  return report->mode != HG_MODE_DRY_RUN && report->mode != HG_MODE_APPLY;
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_json *report = self;
  struct json_stream *whole = &report->whole;

  report->mode = run->mode;
  json_stream_open(whole, NULL, '{');
  if (validates_only(report)) {
    json_stream_optional_string(whole, "kubernetes_version", run->kubernetes_version);
  } else {
    json_stream_optional_integer(whole, "run_id", run->run_id);
    json_stream_string(whole, "mode", run->mode == HG_MODE_APPLY ? "apply" : "dry-run");
    json_stream_string(whole, "command", run->command);
    json_stream_string(whole, "jobs_dir", run->jobs_dir);
    json_stream_optional_string(whole, "kubeconfig", run->kubeconfig);
    json_stream_optional_string(whole, "context", run->context);
    json_stream_string(whole, "started_at", run->started_at);
  }
  return json_stream_status(whole, err);
}

static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  struct report_json *report = self;
  bool clean = validation->valid && validation->error_count + validation->warning_count == 0;

  if (validates_only(report) || !clean)
    report_add_document(&report->documents, validation);
  return json_stream_status(&report->documents, err);
}

static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  struct report_json *report = self;

  report_add_job_result(&report->job_results, result);
  return json_stream_status(&report->job_results, err);
}

static int32_t job_completed(void *self, const struct hg_job_completion *completion,
                             struct hg_error *err) {
  struct report_json *report = self;

  report_add_completion(&report->completions, completion);
  return json_stream_status(&report->completions, err);
}

static int32_t object_passed_over(void *self, const struct hg_passed_over *object,
                                  struct hg_error *err) {
  struct report_json *report = self;

  report_add_passed_over(&report->passed_over, object);
  return json_stream_status(&report->passed_over, err);
}

static void add_outcome(struct json_stream *whole, const struct hg_result *result) {
  json_stream_string(whole, "finished_at", result->finished_at);
  json_stream_integer(whole, "duration_ms", result->duration_ms);
  json_stream_integer(whole, "exit_code", result->exit_code);
  json_stream_count(whole, "total_jobs", result->total_jobs);
  json_stream_count(whole, "successful_jobs", result->successful_jobs);
  json_stream_count(whole, "failed_jobs", result->failed_jobs);
  json_stream_count(whole, "skipped_jobs", result->skipped_jobs);
  json_stream_boolean(whole, "watched", result->is_watched != 0);
  json_stream_count(whole, "completed_jobs", result->completed_jobs);
  json_stream_count(whole, "uncompleted_jobs", result->uncompleted_jobs);
  json_stream_count(whole, "never_started_jobs", result->never_started_jobs);
  json_stream_count(whole, "undecided_jobs", result->undecided_jobs);
  json_stream_count(whole, "retried_jobs", result->retried_jobs);
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct report_json *report = self;
  const struct hg_output *output = report->output;
  struct json_stream *whole = &report->whole;

  if (report->mode == 0) {
    json_stream_open(whole, NULL, '{');
    json_stream_null(whole, "kubernetes_version");
  }
  if (validates_only(report))
    json_stream_count(whole, "total_jobs", result->total_jobs);
  else
    add_outcome(whole, result);
  json_stream_count(whole, "valid_jobs", result->valid_jobs);
  json_stream_count(whole, "invalid_jobs", result->invalid_jobs);
  json_stream_count(whole, "unselected_jobs", result->unselected_jobs);
  json_stream_optional_string(whole, "error", result->error);
  if (!validates_only(report) &&
      (json_stream_write_array(whole, "job_results", &report->job_results, output, err) < 0 ||
       json_stream_write_array(whole, "job_completions", &report->completions, output, err) < 0))
    return -1;
  if (json_stream_write_array(whole, "documents", &report->documents, output, err) < 0 ||
      json_stream_write_array(whole, "passed_over", &report->passed_over, output, err) < 0)
    return -1;
  json_stream_close(whole, '}');
  text_buffer_append_char(&whole->section.text, '\n');
  return json_stream_write(whole, output, err);
}

static void destroy(void *self) {
  struct report_json *report = self;

  if (!report)
    return;
  json_stream_finish(&report->whole);
  json_stream_finish(&report->documents);
  json_stream_finish(&report->job_results);
  json_stream_finish(&report->completions);
  json_stream_finish(&report->passed_over);
  free(report);
}

static const struct hg_option options[] = {
    {sizeof options[0], HG_OPTION_INTEGER, "indent", "2", NULL,
     "Spaces a level; 0 writes everything on one line", 0, LARGEST_INDENT},
};

static const struct hg_reporter_ops ops = {REPORTER_FUNCTIONS,
                                           .object_passed_over = object_passed_over};

HG_PLUGIN(REPORTER, "report-json", HEADGATE_VERSION, "Writes the whole run as one JSON object", ops,
          HG_TABLE(options), HG_NO_TABLE);

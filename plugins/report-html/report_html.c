/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "html": the whole run as one page that needs nothing but a browser. */
#include "completion_list.h"
#include "findings.h"
#include "html/page_frame.h"
#include "html/page_text.h"
#include "job_list.h"
#include "job_waits.h"
#include "memory/no_memory.h"
#include "page_head.h"
#include "report/reporter_functions.h"
#include "timeline.h"

#include <headgate/plugin.h>
#include <headgate/run.h>
#include <stdlib.h>

enum { LARGEST_OUTPUT = 1024 * 1024 /* more of an output is never kept */ };

struct report_html {
  const struct hg_output *output;
  struct page_head head;
  struct findings findings;
  struct job_list jobs;
  struct timeline timeline;
  struct completion_list completions;
  struct timeline lives; /* of the Jobs in the cluster */
  struct job_waits waits;
  struct text_buffer text;
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct report_html *report;
  uint64_t output_limit = (uint64_t)hg_option_number(host->option(host, "output-bytes"));

  report = calloc(1, sizeof *report);
  if (!report)
    return no_memory(err);
  report->output = output;
  page_head_init(&report->head);
  findings_init(&report->findings);
  job_list_init(&report->jobs, output_limit);
  completion_list_init(&report->completions);
  text_buffer_init(&report->text);
  *self = report;
  return 0;
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_html *report = self;

  (void)err;
  page_head_begin(&report->head, run);
  job_list_begin(&report->jobs, run);
  completion_list_begin(&report->completions, run);
  return 0;
}

static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  struct report_html *report = self;

  if (parameter_columns_add(&report->jobs.parameters, validation->parameters,
                            validation->parameter_count, err) < 0)
    return -1;
  return findings_add(&report->findings, validation, err);
}

static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  struct report_html *report = self;

  if (job_list_count(&report->jobs) == 0)
    findings_drop_documents(&report->findings);
  if (job_list_add(&report->jobs, result, err) < 0)
    return -1;
  timeline_add(&report->timeline, result, job_list_count(&report->jobs));
  return 0;
}

static int32_t job_observed(void *self, const struct hg_job_observation *observation,
                            struct hg_error *err) {
  struct report_html *report = self;

  (void)err;
  job_waits_observe(&report->waits, observation);
  return 0;
}

static int32_t job_completed(void *self, const struct hg_job_completion *completion,
                             struct hg_error *err) {
  struct report_html *report = self;
  const struct job_wait wait = job_waits_end(&report->waits, completion);

  if (completion_list_add(&report->completions, completion, &wait, err) < 0)
    return -1;
  timeline_add_completion(&report->lives, completion, &wait, report->completions.counts.total);
  return 0;
}

static int32_t object_passed_over(void *self, const struct hg_passed_over *object,
                                  struct hg_error *err) {
  struct report_html *report = self;

  (void)err;
  passed_over_tally_add(&report->head.passed_over, object);
  return 0;
}

/* That of the Jobs in the cluster, where there is one. */
static struct timeline *shown_timeline(struct report_html *report) {
  return report->lives.count > 0 ? &report->lives : &report->timeline;
}

/* Of what could not be applied: a Job that was may have failed too. */
static const char *failed_heading(const struct report_html *report) {
  return report->completions.counts.total > 0 ? "Not applied" : "Failed";
}

/* Links to what there is, and the search, which the script shows. */
static void append_navigation(struct report_html *report, struct text_buffer *text) {
  const struct findings *findings = &report->findings;
  uint64_t outcomes = job_list_count(&report->jobs);
  uint64_t documents = findings->valid + findings->invalid;
  const struct completion_counts *completions = &report->completions.counts;

  if (outcomes + documents == 0)
    return;
  text_buffer_append_string(text, "<nav aria-label=\"Sections\">\n");
  page_link(text, "failed", failed_heading(report), report->jobs.failed);
  page_link(text, "incomplete", "Not complete", completions->total - completions->complete);
  page_link(text, "errors", "Errors", findings->errors.count);
  if (shown_timeline(report)->count > 0)
    text_buffer_append_string(text, "<a href=\"#timeline\">Timeline</a>\n");
  page_link(text, "completions", "Outcomes", completions->total);
  page_link(text, "jobs", "Jobs", outcomes > 0 ? outcomes : documents);
  page_link(text, "warnings", "Warnings", findings->warnings.count);
  page_search(text, "Name, file, message");
  text_buffer_append_string(text, "</nav>\n");
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct report_html *report = self;
  struct findings *findings = &report->findings;
  const struct hg_output *output = report->output;
  struct text_buffer *text = &report->text;
  bool has_outcomes = job_list_count(&report->jobs) > 0;

  page_head_write(&report->head, result, findings->errors.count, findings->warnings.count, text);
  append_navigation(report, text);
  text_buffer_append_string(text, "<main id=\"results\" tabindex=\"-1\">\n");
  if (page_write(output, text, err) < 0 ||
      job_list_write_failed(&report->jobs, failed_heading(report), output, err) < 0 ||
      completion_list_write_incomplete(&report->completions, output, err) < 0 ||
      findings_write_errors(findings, output, err) < 0)
    return -1;
  timeline_write(shown_timeline(report), text);
  if (page_write(output, text, err) < 0 ||
      completion_list_write_all(&report->completions, output, err) < 0)
    return -1;
  if (has_outcomes
          ? job_list_write_all(&report->jobs,
                               report->completions.counts.total > 0 ? "What was applied" : "Jobs",
                               output, err) < 0
          : findings_write_documents(findings, output, err) < 0)
    return -1;
  if (findings_write_warnings(findings, output, err) < 0)
    return -1;
  page_close(text, "report-html");
  return page_write(output, text, err);
}

static void destroy(void *self) {
  struct report_html *report = self;

  if (!report)
    return;
  page_head_finish(&report->head);
  findings_finish(&report->findings);
  job_list_finish(&report->jobs);
  completion_list_finish(&report->completions);
  text_buffer_finish(&report->text);
  free(report);
}

static const struct hg_option options[] = {
    {sizeof options[0], HG_OPTION_INTEGER, "output-bytes", "8192", NULL,
     "Bytes shown of each of kubectl's outputs; the history has the rest", 0, LARGEST_OUTPUT},
};

static const struct hg_reporter_ops ops = {
    REPORTER_FUNCTIONS, .object_passed_over = object_passed_over, .job_observed = job_observed};

HG_PLUGIN(REPORTER, "report-html", HEADGATE_VERSION, "Writes the run as one page for a browser",
          ops, HG_TABLE(options), HG_NO_TABLE);

/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "junit": the run as one suite of JUnit XML, a case for each Job. A run without a
 * plan, or one that ended before its first Job, has a case for each document instead. In a run that
 * waited for its Jobs, those that were applied are judged by what became of them. */
#include "junit_cases.h"
#include "memory/no_memory.h"

#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <headgate/run.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct report_junit {
  struct judged_cases judged;    /* the first member */
  struct text_buffer timestamp;  /* when the run began; empty where it never did */
  struct text_buffer properties; /* elements */
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  const char *case_file = host->option(host, "case-file");
  struct report_junit *report = calloc(1, sizeof *report);

  if (!report)
    return no_memory(err);
  judged_cases_init(&report->judged, &junit_cases, output,
                    !case_file || hg_option_is_true(case_file));
  text_buffer_init(&report->timestamp);
  text_buffer_init(&report->properties);
  *self = report;
  return 0;
}

static void add_property(struct report_junit *report, const char *name, const char *value) {
  if (!*value)
    return;
  text_buffer_append_string(&report->properties, "      <property");
  junit_append_attribute(&report->properties, "name", name);
  junit_append_attribute(&report->properties, "value", value);
  text_buffer_append_string(&report->properties, "/>\n");
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_junit *report = self;
  char run_id[24] = "";

  (void)err; /* what memory was not there for is told at the end */
  judged_cases_start(&report->judged, run);
  text_buffer_append_string(&report->timestamp, run->started_at);
  if (run->run_id != 0)
    (void)snprintf(run_id, sizeof run_id, "%" PRId64, run->run_id);
  add_property(report, "mode", hg_mode_name(run->mode));
  add_property(report, "run_id", run_id);
  add_property(report, "jobs_dir", run->jobs_dir);
  add_property(report, "kubeconfig", run->kubeconfig);
  add_property(report, "context", run->context);
  add_property(report, "headgate_version", run->host_version);
  add_property(report, "kubernetes_version", run->kubernetes_version);
  return 0;
}

static void append_count(struct text_buffer *text, const char *name, uint64_t count) {
  text_buffer_printf(text, " %s=\"%" PRIu64 "\"", name, count);
}

/* What testsuites and testsuite both have. Only the latter knows `skipped`. */
static void append_totals(struct text_buffer *text, const struct case_list *cases,
                          const struct hg_result *result) {
  append_count(text, "tests", cases->tests);
  append_count(text, "failures", cases->failures);
  append_count(text, "errors", cases->errors);
  junit_append_seconds(text, "time", result->duration_ms);
}

static int32_t write_head(struct report_junit *report, const struct case_list *cases,
                          const struct hg_result *result, struct hg_error *err) {
  const struct hg_output *output = report->judged.output;
  struct text_buffer head;
  int32_t status = -1;

  text_buffer_init(&head);
  text_buffer_append_string(&head, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites");
  junit_append_attribute(&head, "name", "headgate");
  append_totals(&head, cases, result);
  text_buffer_append_string(&head, ">\n  <testsuite");
  junit_append_attribute(&head, "name", text_buffer_string(&report->judged.name));
  append_totals(&head, cases, result);
  append_count(&head, "skipped", cases->skipped);
  if (report->timestamp.length > 0)
    junit_append_attribute(&head, "timestamp", text_buffer_string(&report->timestamp));
  text_buffer_append_string(&head, ">\n");
  if (report->properties.length > 0) {
    text_buffer_append_string(&head, "    <properties>\n");
    text_buffer_append_string(&head, text_buffer_string(&report->properties));
    text_buffer_append_string(&head, "    </properties>\n");
  }
  if (head.failed || report->timestamp.failed || report->properties.failed)
    (void)no_memory(err);
  else
    status = output->write(output, head.data, head.length, err);
  text_buffer_finish(&head);
  return status;
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  static const char end[] = "  </testsuite>\n</testsuites>\n";
  struct report_junit *report = self;
  const struct hg_output *output = report->judged.output;
  const struct case_list *cases = judged_cases_end(&report->judged, result, err);

  if (!cases || write_head(report, cases, result, err) < 0 ||
      section_write(&cases->section, output, err) < 0)
    return -1;
  return output->write(output, end, sizeof end - 1, err);
}

static void destroy(void *self) {
  struct report_junit *report = self;

  if (!report)
    return;
  judged_cases_finish(&report->judged);
  text_buffer_finish(&report->timestamp);
  text_buffer_finish(&report->properties);
  free(report);
}

static const struct hg_option options[] = {
    {sizeof options[0], HG_OPTION_BOOLEAN, "case-file", "true", NULL,
     "Name each case's file, as GitLab shows it; the schema of Jenkins' xunit plugin has no room "
     "for it, so set this to false there",
     0, 0},
};

static const struct hg_reporter_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .run_started = run_started,
    .job_validated = judged_cases_validated,
    .job_finished = judged_cases_finished,
    .run_finished = run_finished,
    .destroy = destroy,
    .job_completed = judged_cases_completed,
};

HG_PLUGIN(REPORTER, "report-junit", HEADGATE_VERSION,
          "Writes the run as JUnit XML for Jenkins and GitLab", ops, HG_TABLE(options),
          HG_NO_TABLE);

/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "markdown": the run for a pull request, a wiki, a mail. */
#include "memory/no_memory.h"
#include "report/markdown_report.h"
#include "report/reporter_functions.h"

#include <headgate/plugin.h>
#include <stdlib.h>

struct report_markdown {
  const struct hg_output *output;
  struct markdown_report report;
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct report_markdown *markdown = calloc(1, sizeof *markdown);

  if (!markdown)
    return no_memory(err);
  markdown->output = output;
  markdown_report_init(&markdown->report, host);
  *self = markdown;
  return 0;
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_markdown *markdown = self;

  return markdown_report_started(&markdown->report, run, err);
}

static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  struct report_markdown *markdown = self;

  return markdown_report_validated(&markdown->report, validation, err);
}

static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  struct report_markdown *markdown = self;

  return markdown_report_job(&markdown->report, result, err);
}

static int32_t job_completed(void *self, const struct hg_job_completion *completion,
                             struct hg_error *err) {
  struct report_markdown *markdown = self;

  return markdown_report_completion(&markdown->report, completion, err);
}

static int32_t object_passed_over(void *self, const struct hg_passed_over *object,
                                  struct hg_error *err) {
  struct report_markdown *markdown = self;

  return markdown_report_passed_over(&markdown->report, object, err);
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct report_markdown *markdown = self;
  bool whole = false;

  return markdown_report_write(&markdown->report, result, markdown->output, UINT64_MAX, &whole,
                               err);
}

static void destroy(void *self) {
  struct report_markdown *markdown = self;

  if (!markdown)
    return;
  markdown_report_finish(&markdown->report);
  free(markdown);
}

static const struct hg_option options[] = {MARKDOWN_REPORT_MAX_JOBS};

static const struct hg_reporter_ops ops = {REPORTER_FUNCTIONS,
                                           .object_passed_over = object_passed_over};

HG_PLUGIN(REPORTER, "report-markdown", HEADGATE_VERSION,
          "Writes the run as GitHub-flavoured Markdown", ops, HG_TABLE(options), HG_NO_TABLE);

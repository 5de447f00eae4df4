/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "text": D30's plan for a run that validates or stops because of what it read, D31's
 * report for one that applies or would, and behind it what became of the Jobs where it waited. */
#include "apply_report.h"
#include "completion_report.h"
#include "layout.h"
#include "memory/no_memory.h"
#include "passed_over_list.h"
#include "plan_report.h"
#include "report/reporter_functions.h"
#include "terminal_output.h"

#include <headgate/plugin.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>

struct report_text {
  struct terminal_output terminal;
  const struct hg_output *output; /* by way of `terminal` where that is one */
  struct layout layout;
  struct plan_report plan;
  struct apply_report apply;
  struct completion_report completion;
  struct passed_over_list others;
  uint32_t mode;  /* one of HG_MODE_*; 0 where the run never started */
  int64_t run_id; /* 0: it has no number */
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct report_text *report = calloc(1, sizeof *report);

  (void)host;
  if (!report)
    return no_memory(err);
  report->output = terminal_output_init(&report->terminal, output);
  layout_init(&report->layout, output);
  plan_report_init(&report->plan, &report->layout);
  apply_report_init(&report->apply, &report->layout);
  completion_report_init(&report->completion, &report->layout);
  passed_over_list_init(&report->others, &report->layout);
  *self = report;
  return 0;
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_text *report = self;

  (void)err;
  report->mode = run->mode;
  report->run_id = run->run_id;
  return 0;
}

static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  struct report_text *report = self;

  return plan_report_add(&report->plan, validation, err);
}

static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  struct report_text *report = self;

  return apply_report_add(&report->apply, report->mode, result, err);
}

static int32_t job_completed(void *self, const struct hg_job_completion *completion,
                             struct hg_error *err) {
  struct report_text *report = self;

  return completion_report_add(&report->completion, completion, err);
}

static void append_part(struct text_buffer *text, uint64_t count, const char *word) {
  if (count > 0)
    text_buffer_printf(text, "%s%" PRIu64 " %s", text->length > 0 ? ", " : "", count, word);
}

/* headgate rerun only shows what it would do. */
static void append_next(struct text_buffer *line, const char *next, int64_t run_id) {
  text_buffer_printf(line, "headgate %s %" PRId64, next, run_id);
  if (strcmp(next, "logs") == 0)
    text_buffer_printf(line, " --failed; headgate rerun %" PRId64, run_id);
}

/* "Run 64: 276 applied, 24 failed. headgate resume 64": what to type next is the last word. */
static int32_t write_closing_line(const struct report_text *report, const struct hg_result *result,
                                  struct hg_error *err) {
  uint64_t ended_badly = result->uncompleted_jobs + result->never_started_jobs;
  bool is_unfinished = result->failed_jobs + result->skipped_jobs > 0;
  bool goes_on = result->undecided_jobs > 0 || !result->is_watched;
  const char *next = is_unfinished     ? "resume"
                     : ended_badly > 0 ? "logs"
                     : goes_on         ? "watch"
                                       : "history show";
  struct text_buffer parts;
  struct text_buffer line;
  int32_t status;

  text_buffer_init(&parts);
  text_buffer_init(&line);
  append_part(&parts, result->successful_jobs, "applied");
  append_part(&parts, result->failed_jobs, "failed");
  append_part(&parts, result->skipped_jobs, "skipped");
  append_part(&parts, result->completed_jobs, "complete");
  append_part(&parts, result->retried_jobs, "tried again");
  append_part(&parts, ended_badly, "not complete");
  append_part(&parts, result->undecided_jobs, "not known");
  if (parts.length > 0) {
    text_buffer_printf(&line, "\nRun %" PRId64 ": %s. ", report->run_id,
                       text_buffer_string(&parts));
    append_next(&line, next, report->run_id);
    text_buffer_append_char(&line, '\n');
  }
  line.failed = line.failed || parts.failed;
  status = layout_write(report->output, &line, err);
  text_buffer_finish(&parts);
  text_buffer_finish(&line);
  return status;
}

static int32_t object_passed_over(void *self, const struct hg_passed_over *object,
                                  struct hg_error *err) {
  struct report_text *report = self;

  return passed_over_list_add(&report->others, object, err);
}

/* A run that came to no Job is explained by what was found on the way there; one that found nothing
 * (no such directory) by its error alone, which the host prints. */
static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct report_text *report = self;
  bool is_whole = (report->output->flags & HG_OUTPUT_FULL) != 0;
  bool stopped_before = result->error && report->apply.count == 0;
  bool applies = report->mode == HG_MODE_DRY_RUN || report->mode == HG_MODE_APPLY;

  if (result->error && result->total_jobs == 0 && !is_whole)
    return 0;
  if (!applies || result->invalid_jobs > 0 || stopped_before)
    return plan_report_write(&report->plan, &report->others, result, report->output, err);
  if (apply_report_write(&report->apply, report->mode, &report->others, result, report->output,
                         err) < 0 ||
      completion_report_write(&report->completion, result, report->output, err) < 0)
    return -1;
  return report->mode == HG_MODE_APPLY && report->run_id > 0 && !is_whole
             ? write_closing_line(report, result, err)
             : 0;
}

static void destroy(void *self) {
  struct report_text *report = self;

  if (!report)
    return;
  plan_report_finish(&report->plan);
  apply_report_finish(&report->apply);
  completion_report_finish(&report->completion);
  passed_over_list_finish(&report->others);
  terminal_output_finish(&report->terminal);
  free(report);
}

static const struct hg_reporter_ops ops = {REPORTER_FUNCTIONS,
                                           .object_passed_over = object_passed_over};

HG_PLUGIN(REPORTER, "report-text", HEADGATE_VERSION,
          "Writes the plan or the apply report as text for people", ops, HG_NO_TABLE, HG_NO_TABLE);

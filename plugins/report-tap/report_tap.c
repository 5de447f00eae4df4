/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "tap": the run in the Test Anything Protocol, version 14, a test point for each Job.
 * A run without a plan, or one that ended before its first Job, has a point for each document
 * instead. In a run that waited for its Jobs, those that were applied are judged by what became of
 * them. Everything is written at the end, when the number of points is known. */
#include "memory/no_memory.h"
#include "tap_points.h"

#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <headgate/run.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct report_tap {
  struct judged_cases judged; /* the first member */
  const char *version;        /* of TAP, the option's text */
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  const char *version = host->option(host, "tap-version");
  struct report_tap *report = calloc(1, sizeof *report);

  if (!report)
    return no_memory(err);
  judged_cases_init(&report->judged, &tap_points, output, true);
  report->version = version && strcmp(version, "13") == 0 ? "13" : "14";
  *self = report;
  return 0;
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_tap *report = self;

  (void)err;
  judged_cases_start(&report->judged, run);
  return 0;
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct report_tap *report = self;
  const struct hg_output *output = report->judged.output;
  const struct case_list *points = judged_cases_end(&report->judged, result, err);
  struct text_buffer head;
  int32_t status = -1;

  if (!points)
    return -1;
  text_buffer_init(&head);
  text_buffer_printf(&head, "TAP version %s\n1..%" PRIu64 "%s\n", report->version, points->tests,
                     points->tests == 0 ? " # SKIP there are no Jobs" : "");
  if (head.failed)
    (void)no_memory(err);
  else if (output->write(output, head.data, head.length, err) == 0)
    status = section_write(&points->section, output, err);
  text_buffer_finish(&head);
  return status;
}

static void destroy(void *self) {
  struct report_tap *report = self;

  if (!report)
    return;
  judged_cases_finish(&report->judged);
  free(report);
}

static const struct hg_option options[] = {
    {sizeof options[0], HG_OPTION_CHOICE, "tap-version", "14", "14,13",
     "What the first line says; 13 for readers that stop at a later one, such as the prove of perl "
     "5.36: all else is the same",
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

HG_PLUGIN(REPORTER, "report-tap", HEADGATE_VERSION, "Writes the run in the Test Anything Protocol",
          ops, HG_TABLE(options), HG_NO_TABLE);

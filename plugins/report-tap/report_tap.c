/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "tap": the run in the Test Anything Protocol, version 14, a test point for each Job.
 * A run without a plan, or one that ended before its first Job, has a point for each document
 * instead. In a run that waited for its Jobs, those that were applied are judged by what became of
 * them. Everything is written at the end, when the number of points is known. */
#include "memory/no_memory.h"
#include "report/report_wording.h"
#include "tap_points.h"

#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <headgate/run.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct report_tap {
  const struct hg_output *output;
  const char *version; /* of TAP, the option's text */
  struct tap_points points;
  struct tap_points watched; /* those of a run that waited */
  struct text_buffer name;   /* of the run: "headgate COMMAND" */
  bool has_plan;
  bool applies;
  bool has_outcomes; /* the points are those of Jobs, no longer of documents */
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  const char *version = host->option(host, "tap-version");
  struct report_tap *report = calloc(1, sizeof *report);

  if (!report)
    return no_memory(err);
  report->output = output;
  report->version = version && strcmp(version, "13") == 0 ? "13" : "14";
  tap_points_init(&report->points);
  tap_points_init(&report->watched);
  text_buffer_init(&report->name);
  text_buffer_append_string(&report->name, "headgate");
  *self = report;
  return 0;
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_tap *report = self;

  report->has_plan = wording_mode_has_plan(run->mode);
  report->applies = run->mode == HG_MODE_APPLY;
  text_buffer_append_char(&report->name, ' ');
  text_buffer_append_string(&report->name, run->command);
  if (report->name.failed)
    return no_memory(err);
  return 0;
}

static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  struct report_tap *report = self;

  if (report->has_outcomes)
    return 0;
  return tap_points_add_document(&report->points, validation, report->has_plan, err);
}

static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  struct report_tap *report = self;

  if (!report->has_outcomes)
    tap_points_reset(&report->points);
  report->has_outcomes = true;
  if (report->applies && result->status != HG_STATUS_SUCCESS &&
      tap_points_add_outcome(&report->watched, result, err) < 0)
    return -1;
  return tap_points_add_outcome(&report->points, result, err);
}

static int32_t job_completed(void *self, const struct hg_job_completion *completion,
                             struct hg_error *err) {
  struct report_tap *report = self;

  report->has_outcomes = true;
  return tap_points_add_completion(&report->watched, completion, err);
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct report_tap *report = self;
  bool is_watched = result->is_watched && report->has_outcomes;
  struct tap_points *points = is_watched ? &report->watched : &report->points;
  bool is_told = result->exit_code == 0 || points->failed > 0;
  struct text_buffer head;
  int32_t status = -1;

  text_buffer_init(&head);
  if (report->name.failed) {
    (void)no_memory(err);
    goto done;
  }
  if ((result->error || !is_told) &&
      tap_points_add_run_error(points, text_buffer_string(&report->name), result, err) < 0)
    goto done;
  text_buffer_printf(&head, "TAP version %s\n1..%" PRIu64 "%s\n", report->version, points->count,
                     points->count == 0 ? " # SKIP there are no Jobs" : "");
  if (head.failed)
    (void)no_memory(err);
  else if (report->output->write(report->output, head.data, head.length, err) == 0)
    status = section_write(&points->section, report->output, err);
done:
  text_buffer_finish(&head);
  return status;
}

static void destroy(void *self) {
  struct report_tap *report = self;

  if (!report)
    return;
  tap_points_finish(&report->points);
  tap_points_finish(&report->watched);
  text_buffer_finish(&report->name);
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
    .job_validated = job_validated,
    .job_finished = job_finished,
    .run_finished = run_finished,
    .destroy = destroy,
    .job_completed = job_completed,
};

HG_PLUGIN(REPORTER, "report-tap", HEADGATE_VERSION, "Writes the run in the Test Anything Protocol",
          ops, HG_TABLE(options), HG_NO_TABLE);

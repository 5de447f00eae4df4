/* SPDX-License-Identifier: Apache-2.0 */
/* The run of check_many_jobs. Its lines are made from few, of which only the Job's number changes:
 * what is measured is the reporter. */
#include "inspection/trial_runs.h"

#include "events/run_event_write.h"
#include "memory/no_memory.h"

#include <headgate/diagnostic.h>
#include <headgate/job.h>
#include <string.h>

enum { PIECE = 64 * 1024 }; /* bytes sent at a time */

/* Where it stands in a line, its number comes. */
#define NAME "job-000000"
enum { DIGITS = 6 };

/* A line with the numbers in it. */
struct pattern {
  struct text_buffer line;
  size_t numbers[8]; /* offsets of their first digits */
  size_t count;
};

static int32_t pattern_init(struct pattern *pattern, enum run_event_kind kind, const void *event,
                            struct hg_error *err) {
  text_buffer_init(&pattern->line);
  pattern->count = 0;
  if (run_event_append(&pattern->line, kind, event, err) < 0)
    return -1;
  for (const char *text = pattern->line.data;
       pattern->count < sizeof pattern->numbers / sizeof *pattern->numbers &&
       (text = strstr(text, NAME)) != NULL;
       text += sizeof NAME - 1)
    pattern->numbers[pattern->count++] =
        (size_t)(text - pattern->line.data) + sizeof NAME - 1 - DIGITS;
  return 0;
}

static void write_number(struct pattern *pattern, unsigned number) {
  for (size_t digit = DIGITS; digit-- > 0; number /= 10)
    for (size_t i = 0; i < pattern->count; i++)
      pattern->line.data[pattern->numbers[i] + digit] = (char)('0' + number % 10);
}

/* Sends what was gathered, where that is enough. */
static int32_t flush(struct check_teller *teller, size_t enough, struct hg_error *err) {
  struct text_buffer *lines = &teller->lines;

  if (lines->failed)
    return no_memory(err);
  if (lines->length <= enough)
    return 0;
  if (teller->send(teller->context, lines->data, lines->length, err) < 0)
    return -1;
  text_buffer_reset(lines);
  return 0;
}

/* All Jobs, in the lines of `usual` and, for every tenth, of `other`. */
static int32_t tell_all(struct check_teller *teller, struct pattern *usual, struct pattern *other,
                        struct hg_error *err) {
  text_buffer_reset(&teller->lines);
  for (unsigned i = 0; i < CHECK_MANY_JOBS; i++) {
    struct pattern *pattern = i % 10 == 9 ? other : usual;

    write_number(pattern, i);
    text_buffer_append(&teller->lines, pattern->line.data, pattern->line.length);
    if (flush(teller, PIECE, err) < 0)
      return -1;
  }
  return flush(teller, 0, err);
}

static int32_t tell_validations(struct check_teller *teller, struct hg_error *err) {
  static const struct hg_diagnostic no_namespace = {
      sizeof no_namespace,  HG_SEVERITY_WARNING, 3,   1, "namespace",
      "metadata.namespace", "Recommended value", NULL};
  static const struct hg_diagnostic *const warnings[] = {&no_namespace};
  static const struct hg_pair labels[] = {{"app", "tuning"}, {"worker", NAME}};
  static const struct hg_job_details details = {.struct_size = sizeof details,
                                                .container_count = 1,
                                                .label_count = 2,
                                                .image = "registry.example/tuning:1.4",
                                                .labels = labels};
  struct hg_validation validation = {
      sizeof validation,    1,    1,    0,        0,   0, NAME, "default",
      "jobs/" NAME ".yaml", NULL, NULL, &details, NULL};
  struct pattern usual;
  struct pattern other;
  int32_t status;

  status = pattern_init(&usual, RUN_EVENT_JOB_VALIDATED, &validation, err);
  validation.warnings = warnings;
  validation.warning_count = 1;
  if (pattern_init(&other, RUN_EVENT_JOB_VALIDATED, &validation, err) < 0)
    status = -1;
  if (status == 0)
    status = tell_all(teller, &usual, &other, err);
  text_buffer_finish(&usual.line);
  text_buffer_finish(&other.line);
  return status;
}

static int32_t tell_results(struct check_teller *teller, struct hg_error *err) {
  static const char created[] = "job.batch/" NAME " created\n";
  static const char refused[] =
      "Error from server (Forbidden): jobs.batch \"" NAME "\" is forbidden\n";
  struct hg_job_result result = check_job_result(HG_STATUS_SUCCESS, NAME);
  struct pattern usual;
  struct pattern other;
  int32_t status;

  result.yaml_path = "jobs/" NAME ".yaml";
  result.stdout_text = (struct hg_bytes){created, sizeof created - 1};
  status = pattern_init(&usual, RUN_EVENT_JOB_FINISHED, &result, err);
  result = check_job_result(HG_STATUS_FAILED, NAME);
  result.yaml_path = "jobs/" NAME ".yaml";
  result.stderr_text = (struct hg_bytes){refused, sizeof refused - 1};
  result.failure_class = "forbidden";
  result.advice = "ask for the right to create Jobs";
  if (pattern_init(&other, RUN_EVENT_JOB_FINISHED, &result, err) < 0)
    status = -1;
  if (status == 0)
    status = tell_all(teller, &usual, &other, err);
  text_buffer_finish(&usual.line);
  text_buffer_finish(&other.line);
  return status;
}

int32_t check_many_jobs(struct check_teller *teller, struct hg_error *err) {
  if (check_tell_start(teller, err) < 0 || tell_validations(teller, err) < 0 ||
      tell_results(teller, err) < 0)
    return -1;
  teller->result.total_jobs = teller->result.valid_jobs = CHECK_MANY_JOBS;
  teller->result.failed_jobs = CHECK_MANY_JOBS / 10;
  teller->result.successful_jobs = CHECK_MANY_JOBS - CHECK_MANY_JOBS / 10;
  return check_tell_end(teller, NULL, err);
}

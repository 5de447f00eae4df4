/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter for Headgate: one line of CSV for each Job. Built from the installed headers alone. */
#include "csv_text.h"

#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct report {
  const struct hg_output *output;
  int with_mark;
  int with_header;
  int is_begun;      /* the header is written */
  int is_validation; /* no Job will have another outcome than VALID and INVALID */
  int64_t run_id;    /* 0: the run is not recorded */
  struct csv_record record;
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct report *report = calloc(1, sizeof *report);

  if (!report)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  report->output = output;
  report->record.for_terminal = (output->flags & HG_OUTPUT_TERMINAL) != 0;
  report->with_mark = hg_option_is_true(host->option(host, "byte-order-mark"));
  report->with_header = hg_option_is_true(host->option(host, "header"));
  *self = report;
  return 0;
}

static int32_t write_record(struct report *report, struct hg_error *err) {
  const struct csv_record *record = &report->record;

  csv_record_end(&report->record);
  if (record->failed)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  return report->output->write(report->output, record->text, record->length, err);
}

/* What comes before the first Job, once. */
static int32_t begin(struct report *report, struct hg_error *err) {
  static const char *const columns[] = {"run_id",      "namespace",   "job_name",
                                        "status",      "return_code", "attempt",
                                        "duration_ms", "yaml_path",   "reason"};

  if (report->is_begun)
    return 0;
  report->is_begun = 1;
  if (report->with_mark &&
      report->output->write(report->output, BYTE_ORDER_MARK, sizeof BYTE_ORDER_MARK - 1, err) < 0)
    return -1;
  if (!report->with_header)
    return 0;
  csv_record_begin(&report->record);
  for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
    csv_record_add_text(&report->record, columns[i]);
  return write_record(report, err);
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report *report = self;

  report->run_id = run->run_id;
  report->is_validation = run->mode == HG_MODE_VALIDATE;
  return begin(report, err);
}

/* The columns that every Job has. */
static void begin_job(struct report *report, const char *job_namespace, const char *job_name,
                      const char *status) {
  struct csv_record *record = &report->record;

  csv_record_begin(record);
  if (report->run_id > 0)
    csv_record_add_number(record, report->run_id);
  else
    csv_record_add_nothing(record);
  csv_record_add_text(record, job_namespace);
  csv_record_add_text(record, job_name);
  csv_record_add_text(record, status);
}

/* The first error, and how many there are besides. */
static void add_errors(struct csv_record *record, const struct hg_validation *validation) {
  char number[48];

  csv_record_open_cell(record);
  if (validation->error_count > 0) {
    const struct hg_diagnostic *error = validation->errors[0];

    if (error->line > 0) {
      (void)snprintf(number, sizeof number, "line %u: ", (unsigned)error->line);
      csv_record_put(record, number);
    }
    if (*error->field) {
      csv_record_put(record, error->field);
      csv_record_put(record, ": ");
    }
    csv_record_put(record, error->message);
  }
  if (validation->error_count > 1) {
    (void)snprintf(number, sizeof number, " (and %u more)", (unsigned)validation->error_count - 1);
    csv_record_put(record, number);
  }
  csv_record_close_cell(record);
}

/* An invalid Job will not be part of the plan: this is all that there will be of it. */
static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  struct report *report = self;
  struct csv_record *record = &report->record;

  if (validation->valid && !report->is_validation)
    return 0;
  begin_job(report, validation->job_namespace, validation->job_name,
            validation->valid ? "VALID" : "INVALID");
  for (int column = 0; column < 3; column++) /* return_code, attempt, duration_ms */
    csv_record_add_nothing(record);
  csv_record_add_text(record, validation->yaml_path);
  add_errors(record, validation);
  return write_record(report, err);
}

static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  struct report *report = self;
  struct csv_record *record = &report->record;
  int is_skipped = result->status == HG_STATUS_SKIPPED;

  begin_job(report, result->job_namespace, result->job_name, hg_status_name(result->status));
  if (result->return_code >= 0 && !is_skipped)
    csv_record_add_number(record, result->return_code);
  else
    csv_record_add_nothing(record);
  csv_record_add_number(record, result->attempt);
  if (is_skipped)
    csv_record_add_nothing(record);
  else
    csv_record_add_number(record, result->duration_ms);
  csv_record_add_text(record, result->yaml_path);
  csv_record_add_text(record, result->reason);
  return write_record(report, err);
}

/* A run that could not start has no Jobs; its file has the header all the same. */
static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  (void)result;
  return begin(self, err);
}

static void destroy(void *self) {
  struct report *report = self;

  if (report)
    csv_record_finish(&report->record);
  free(report);
}

static const struct hg_option options[] = {
    {.struct_size = sizeof options[0],
     .type = HG_OPTION_BOOLEAN,
     .name = "header",
     .default_value = "true",
     .help = "Begin with a line that names the columns"},
    {.struct_size = sizeof options[0],
     .type = HG_OPTION_BOOLEAN,
     .name = "byte-order-mark",
     .default_value = "false",
     .help = "Begin with U+FEFF, by which spreadsheets on Windows know UTF-8"},
};

static const struct hg_reporter_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .run_started = run_started,
    .job_validated = job_validated,
    .job_finished = job_finished,
    .run_finished = run_finished,
    .destroy = destroy,
};

HG_PLUGIN(REPORTER, "report-csv", "1.0", "Writes one line of CSV for each Job", ops,
          HG_TABLE(options), HG_NO_TABLE);

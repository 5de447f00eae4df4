/* SPDX-License-Identifier: Apache-2.0 */
#include "report/markdown_report.h"

#include "memory/no_memory.h"
#include "report/markdown_heading.h"
#include "report/markdown_text.h"

#include <inttypes.h>
#include <string.h>

enum {
  CUT_RESERVE = 256,  /* bytes for the note that the report is cut */
  LIST_RESERVE = 512, /* bytes for what stands before and behind a list's rows */
};

void markdown_report_init(struct markdown_report *report, const struct hg_host *host) {
  uint64_t most = (uint64_t)hg_option_number(host->option(host, "max-jobs"));

  if (most == 0)
    most = UINT64_MAX;
  memset(report, 0, sizeof *report);
  text_buffer_init(&report->facts);
  text_buffer_init(&report->text);
  parameter_columns_init(&report->parameters);
  markdown_rows_init(&report->failed, most);
  markdown_rows_init(&report->outputs, most);
  markdown_rows_init(&report->errors, most);
  markdown_rows_init(&report->warnings, most);
  markdown_rows_init(&report->skipped, most);
  markdown_rows_init(&report->incomplete, most);
  markdown_rows_init(&report->tails, most);
  markdown_rows_init(&report->complete, most);
  markdown_rows_init(&report->fine, most);
}

void markdown_report_finish(struct markdown_report *report) {
  text_buffer_finish(&report->facts);
  text_buffer_finish(&report->text);
  parameter_columns_finish(&report->parameters);
  markdown_rows_finish(&report->failed);
  markdown_rows_finish(&report->outputs);
  markdown_rows_finish(&report->errors);
  markdown_rows_finish(&report->warnings);
  markdown_rows_finish(&report->skipped);
  markdown_rows_finish(&report->incomplete);
  markdown_rows_finish(&report->tails);
  markdown_rows_finish(&report->complete);
  markdown_rows_finish(&report->fine);
}

int32_t markdown_report_started(struct markdown_report *report, const struct hg_run *run,
                                struct hg_error *err) {
  report->mode = run->mode;
  markdown_facts_append(&report->facts, run);
  return report->facts.failed ? no_memory(err) : 0;
}

/* NAMESPACE/NAME; where there is no name, the file. */
static void append_job(struct text_buffer *text, const char *job_namespace, const char *job_name,
                       const char *yaml_path) {
  if (!*job_name) {
    text_buffer_append_string(text, "no name, in ");
    markdown_code_append(text, yaml_path);
    return;
  }
  text_buffer_append_string(text, "<code>");
  markdown_text_append(text, job_namespace);
  text_buffer_append_char(text, '/');
  markdown_text_append(text, job_name);
  text_buffer_append_string(text, "</code>");
}

/* The file, from its second document on with the document's number. */
static void append_document(struct text_buffer *text, const char *yaml_path, uint32_t document) {
  markdown_code_append(text, yaml_path);
  if (document > 1)
    text_buffer_printf(text, ", document %" PRIu32, document);
}

/* FILE:LINE:COLUMN, as far as it is known. */
static void append_place(struct text_buffer *text, const char *yaml_path,
                         const struct hg_diagnostic *diagnostic) {
  text_buffer_append_string(text, "<code>");
  markdown_text_append(text, yaml_path);
  if (diagnostic->line > 0)
    text_buffer_printf(text, ":%" PRIu32, diagnostic->line);
  if (diagnostic->line > 0 && diagnostic->column > 0)
    text_buffer_printf(text, ":%" PRIu32, diagnostic->column);
  text_buffer_append_string(text, "</code>");
}

static int32_t add_diagnostics(struct markdown_rows *rows, const struct hg_validation *validation,
                               const struct hg_diagnostic *const *diagnostics, uint32_t count,
                               struct hg_error *err) {
  struct text_buffer *text = &rows->section.text;

  for (uint32_t i = 0; i < count; i++) {
    const struct hg_diagnostic *diagnostic = diagnostics[i];

    if (!markdown_rows_begin(rows))
      continue;
    text_buffer_append_string(text, "| ");
    append_place(text, validation->yaml_path, diagnostic);
    text_buffer_append_string(text, " | ");
    append_job(text, validation->job_namespace, validation->job_name, validation->yaml_path);
    text_buffer_append_string(text, " | ");
    markdown_code_append(text, diagnostic->field);
    text_buffer_append_string(text, " | ");
    markdown_code_append(text, diagnostic->message);
    if (diagnostic->advice && *diagnostic->advice) {
      text_buffer_append_string(text, "<br>");
      markdown_code_append(text, diagnostic->advice);
    }
    text_buffer_append_string(text, " | ");
    markdown_code_append(text, diagnostic->rule);
    text_buffer_append_string(text, " |\n");
    if (markdown_rows_end(rows, err) < 0)
      return -1;
  }
  return 0;
}

int32_t markdown_report_validated(struct markdown_report *report,
                                  const struct hg_validation *validation, struct hg_error *err) {
  bool validates_only = report->mode != HG_MODE_DRY_RUN && report->mode != HG_MODE_APPLY;

  if (parameter_columns_add(&report->parameters, validation->parameters,
                            validation->parameter_count, err) < 0 ||
      add_diagnostics(&report->errors, validation, validation->errors, validation->error_count,
                      err) < 0 ||
      add_diagnostics(&report->warnings, validation, validation->warnings,
                      validation->warning_count, err) < 0)
    return -1;
  if (!validates_only || !validation->valid || !markdown_rows_begin(&report->fine))
    return 0;
  text_buffer_append_string(&report->fine.section.text, "- ");
  append_job(&report->fine.section.text, validation->job_namespace, validation->job_name,
             validation->yaml_path);
  text_buffer_append_char(&report->fine.section.text, '\n');
  return markdown_rows_end(&report->fine, err);
}

/* "lr=0.1 batch=32", each as code. */
static void append_parameters(struct text_buffer *text, const struct hg_job_result *result) {
  for (uint32_t i = 0; i < result->parameter_count; i++) {
    text_buffer_append_string(text, i > 0 ? " <code>" : "<code>");
    markdown_text_append(text, result->parameters[i].name);
    text_buffer_append_char(text, '=');
    markdown_text_append(text, result->parameters[i].value);
    text_buffer_append_string(text, "</code>");
  }
}

/* " | 0.1 | 32", a column each. */
static void append_parameter_cells(const struct markdown_report *report, struct text_buffer *text,
                                   const struct hg_job_result *result) {
  const struct parameter_columns *columns = &report->parameters;

  for (size_t i = 0; i < columns->count; i++) {
    const char *value =
        parameter_columns_value(columns, i, result->parameters, result->parameter_count);

    text_buffer_append_string(text, " | ");
    if (columns->is_joined)
      append_parameters(text, result);
    else if (value)
      markdown_code_append(text, value);
  }
}

static int32_t add_failed(struct markdown_report *report, const struct hg_job_result *result,
                          struct hg_error *err) {
  struct text_buffer *text = &report->failed.section.text;

  if (!markdown_rows_begin(&report->failed))
    return 0;
  text_buffer_append_string(text, "| ");
  append_job(text, result->job_namespace, result->job_name, result->yaml_path);
  append_parameter_cells(report, text, result);
  text_buffer_append_string(text, " | ");
  append_document(text, result->yaml_path, result->document_number);
  text_buffer_append_string(text, " | ");
  markdown_code_append(text, result->reason);
  text_buffer_append_string(text, " | ");
  markdown_code_append(text, result->advice ? result->advice : "");
  text_buffer_append_string(text, " |\n");
  return markdown_rows_end(&report->failed, err);
}

static int32_t add_output(struct markdown_report *report, const struct hg_job_result *result,
                          struct hg_error *err) {
  const struct hg_bytes *output = &result->stderr_text;
  struct text_buffer *text = &report->outputs.section.text;

  if (output->length == 0 || !markdown_rows_begin(&report->outputs))
    return 0;
  text_buffer_append_string(text, "\nStandard error of ");
  append_job(text, result->job_namespace, result->job_name, result->yaml_path);
  if ((result->flags & HG_RESULT_STDERR_CUT) != 0)
    text_buffer_printf(text, ", of which only the first %" PRIu64 " bytes were kept",
                       output->length);
  if (output->length > MARKDOWN_BLOCK_MOST)
    text_buffer_printf(text, ", the first %d of %" PRIu64 " bytes", (int)MARKDOWN_BLOCK_MOST,
                       output->length);
  text_buffer_append_string(text, ":\n\n");
  markdown_block_append(text, output->data, output->length);
  return markdown_rows_end(&report->outputs, err);
}

/* An item of a list; where the Jobs have parameters, a row of a table. */
static int32_t add_item(const struct markdown_report *report, struct markdown_rows *rows,
                        const struct hg_job_result *result, bool with_reason,
                        struct hg_error *err) {
  bool is_row = report->parameters.count > 0;
  struct text_buffer *text = &rows->section.text;

  if (!markdown_rows_begin(rows))
    return 0;
  text_buffer_append_string(text, is_row ? "| " : "- ");
  append_job(text, result->job_namespace, result->job_name, result->yaml_path);
  append_parameter_cells(report, text, result);
  if (is_row)
    text_buffer_append_string(text, with_reason ? " | " : " |");
  if (with_reason && *result->reason) {
    text_buffer_append_string(text, is_row ? "" : " ");
    markdown_code_append(text, result->reason);
  }
  text_buffer_append_string(text, is_row && with_reason ? " |\n" : "\n");
  return markdown_rows_end(rows, err);
}

int32_t markdown_report_job(struct markdown_report *report, const struct hg_job_result *result,
                            struct hg_error *err) {
  switch (result->status) {
  case HG_STATUS_SKIPPED:
    return add_item(report, &report->skipped, result, report->mode == HG_MODE_APPLY, err);
  case HG_STATUS_SUCCESS:
    return add_item(report, &report->fine, result, false, err);
  default:
    if (add_failed(report, result, err) < 0)
      return -1;
    return add_output(report, result, err);
  }
}

/* Code with what one of the functions of completion_wording.h says. */
static void append_said(struct text_buffer *text, const struct hg_job_completion *completion,
                        void (*say)(struct text_buffer *, const struct hg_job_completion *)) {
  struct text_buffer said;

  text_buffer_init(&said);
  say(&said, completion);
  markdown_code_append(text, text_buffer_string(&said));
  text->failed = text->failed || said.failed;
  text_buffer_finish(&said);
}

static int32_t add_incomplete(struct markdown_report *report,
                              const struct hg_job_completion *completion, struct hg_error *err) {
  struct text_buffer *text = &report->incomplete.section.text;

  if (!markdown_rows_begin(&report->incomplete))
    return 0;
  text_buffer_append_string(text, "| ");
  append_job(text, completion->job_namespace, completion->job_name, completion->yaml_path);
  text_buffer_printf(text, " | %s%s | ", hg_outcome_name(completion->outcome),
                     completion->flags & HG_COMPLETION_RETRIED ? ", tried again" : "");
  append_said(text, completion, completion_append_error);
  text_buffer_append_string(text, " | ");
  append_said(text, completion, completion_append_container);
  text_buffer_append_string(text, " | ");
  markdown_code_append(text, completion->advice);
  text_buffer_append_string(text, " |\n");
  return markdown_rows_end(&report->incomplete, err);
}

static int32_t add_tail(struct markdown_report *report, const struct hg_job_completion *completion,
                        struct hg_error *err) {
  struct text_buffer *text = &report->tails.section.text;
  struct hg_bytes tail = completion->log_tail;

  if (tail.length == 0 || !markdown_rows_begin(&report->tails))
    return 0;
  text_buffer_append_string(text, "\nLast lines of ");
  append_job(text, completion->job_namespace, completion->job_name, completion->yaml_path);
  text_buffer_append_string(text, ", the log is ");
  markdown_code_append(text, completion->log_path);
  text_buffer_append_string(text, ":\n\n");
  markdown_block_append(text, tail.data, tail.length);
  return markdown_rows_end(&report->tails, err);
}

int32_t markdown_report_completion(struct markdown_report *report,
                                   const struct hg_job_completion *completion,
                                   struct hg_error *err) {
  struct text_buffer *text = &report->complete.section.text;

  if (completion_verdict_of(completion) != COMPLETION_GOOD) {
    if (add_incomplete(report, completion, err) < 0)
      return -1;
    return add_tail(report, completion, err);
  }
  if (!markdown_rows_begin(&report->complete))
    return 0;
  text_buffer_append_string(text, "- ");
  append_job(text, completion->job_namespace, completion->job_name, completion->yaml_path);
  if (completion->flags & HG_COMPLETION_EARLIER)
    text_buffer_append_string(text, " (already complete)");
  text_buffer_append_char(text, '\n');
  return markdown_rows_end(&report->complete, err);
}

/* How a list stands in the report. */
struct list {
  const char *title;
  const char *before; /* the rows: a blank line, the columns of a table */
  bool folded;        /* in a <details> block */
  bool has_job;       /* its rows begin with a Job and its parameters, then comes `before` */
};

#define FINDING_COLUMNS "\n| Place | Job | Field | Problem | Rule |\n|---|---|---|---|---|\n"

static const struct list failed_list = {"Failed Jobs", " File | Reason | Advice |", false, true};
static const struct list errors_list = {"Errors", FINDING_COLUMNS, false, false};
static const struct list outputs_list = {"What kubectl said", "", false, false};
static const struct list warnings_list = {"Warnings", FINDING_COLUMNS, true, false};
static const struct list incomplete_list = {
    "Jobs that are not complete",
    "\n| Job | Outcome | Error | Pod | Advice |\n|---|---|---|---|---|\n", false, false};
static const struct list tails_list = {"Ends of logs", "", true, false};
static const struct list complete_list = {"Complete Jobs", "\n", true, false};
static const struct list skipped_list = {"Skipped Jobs", " Reason |", true, true};
static const struct list planned_list = {"Jobs that would be applied", "", true, true};
static const struct list successful_list = {"Successful Jobs", "", true, true};
static const struct list applied_list = {"Applied Jobs", "", true, true};
static const struct list valid_list = {"Valid Jobs", "\n", true, false};

/* The head of a table of Jobs. */
static void append_columns(const struct parameter_columns *columns, struct text_buffer *text,
                           const char *before) {
  size_t count = columns->count + 1;

  text_buffer_append_string(text, "\n| Job |");
  for (size_t i = 0; i < columns->count; i++) {
    text_buffer_append_char(text, ' ');
    markdown_text_append(text, parameter_columns_heading(columns, i));
    text_buffer_append_string(text, " |");
  }
  text_buffer_append_string(text, before);
  for (const char *c = before; *c; c++)
    count += *c == '|';
  text_buffer_append_string(text, "\n|");
  for (size_t i = 0; i < count; i++)
    text_buffer_append_string(text, "---|");
  text_buffer_append_char(text, '\n');
}

static int32_t write_list(struct markdown_report *report, struct markdown_output *to,
                          const struct list *list, const struct markdown_rows *rows, bool *whole,
                          struct hg_error *err) {
  struct text_buffer *text = &report->text;
  uint64_t written = 0;

  if (rows->count == 0)
    return 0;
  if (to->left < LIST_RESERVE) {
    *whole = false;
    return 0;
  }
  if (list->folded)
    text_buffer_printf(text, "\n<details><summary>%s: %" PRIu64 "</summary>\n", list->title,
                       rows->count);
  else
    text_buffer_printf(text, "\n### %s: %" PRIu64 "\n", list->title, rows->count);
  if (list == &failed_list || (list->has_job && report->parameters.count > 0))
    append_columns(&report->parameters, text, list->before);
  else
    text_buffer_append_string(text, list->has_job ? "\n" : list->before);
  if (markdown_output_text(to, text, err) < 0 ||
      markdown_output_rows(to, rows, LIST_RESERVE / 2, &written, err) < 0)
    return -1;
  if (written < rows->count)
    text_buffer_printf(text, "\n… and %" PRIu64 " more\n", rows->count - written);
  if (written < rows->kept)
    *whole = false;
  if (list->folded)
    text_buffer_append_string(text, "\n</details>\n");
  return markdown_output_text(to, text, err);
}

int32_t markdown_report_passed_over(struct markdown_report *report,
                                    const struct hg_passed_over *object, struct hg_error *err) {
  (void)err;
  passed_over_tally_add(&report->passed_over, object);
  return 0;
}

/* What the run left out, behind what was run. */
static void append_others(struct markdown_report *report, const struct hg_result *result) {
  struct text_buffer tally;

  if (result->unselected_jobs > 0)
    text_buffer_printf(&report->facts, "; not selected: %" PRIu64, result->unselected_jobs);
  if (report->passed_over.count == 0)
    return;
  text_buffer_init(&tally);
  passed_over_tally_append(&tally, &report->passed_over);
  text_buffer_append_string(&report->facts, "; passed over: ");
  markdown_text_append(&report->facts, text_buffer_string(&tally));
  text_buffer_finish(&tally);
}

int32_t markdown_report_write(struct markdown_report *report, const struct hg_result *result,
                              const struct hg_output *output, uint64_t room, bool *whole,
                              struct hg_error *err) {
  struct markdown_output to = {output, room - (room < CUT_RESERVE ? room : CUT_RESERVE)};
  bool validates_only = report->mode != HG_MODE_DRY_RUN && report->mode != HG_MODE_APPLY;
  struct text_buffer *text = &report->text;

  *whole = true;
  append_others(report, result);
  markdown_heading_append(text, report->mode, text_buffer_string(&report->facts), result);
  if (text->length > to.left) {
    *whole = false;
    return 0;
  }
  if (markdown_output_text(&to, text, err) < 0 ||
      write_list(report, &to, &failed_list, &report->failed, whole, err) < 0 ||
      write_list(report, &to, &incomplete_list, &report->incomplete, whole, err) < 0 ||
      write_list(report, &to, &errors_list, &report->errors, whole, err) < 0 ||
      write_list(report, &to, &outputs_list, &report->outputs, whole, err) < 0 ||
      write_list(report, &to, &tails_list, &report->tails, whole, err) < 0 ||
      write_list(report, &to, &warnings_list, &report->warnings, whole, err) < 0 ||
      write_list(report, &to, report->mode == HG_MODE_APPLY ? &skipped_list : &planned_list,
                 &report->skipped, whole, err) < 0 ||
      write_list(report, &to, &complete_list, &report->complete, whole, err) < 0 ||
      ((!result->is_watched || report->parameters.count > 0) &&
       write_list(report, &to,
                  validates_only       ? &valid_list
                  : result->is_watched ? &applied_list
                                       : &successful_list,
                  &report->fine, whole, err) < 0))
    return -1;
  if (*whole)
    return 0;
  to.left += CUT_RESERVE;
  text_buffer_append_string(text,
                            "\n**This report is cut: there is no room for the rest of it.**\n");
  return markdown_output_text(&to, text, err);
}

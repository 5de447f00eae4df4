/* SPDX-License-Identifier: Apache-2.0 */
#include "apply_report.h"

#include "memory/no_memory.h"

#include <headgate/run.h>
#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

static const char unchanged[] = " (unchanged)";
static const struct equal_wording equal_warnings = {MARK_SUCCESS, "Warning", "Jobs", 8, 0};

void apply_report_init(struct apply_report *report, const struct layout *layout) {
  memset(report, 0, sizeof *report);
  report->layout = layout;
  section_init(&report->successful, SECTION_MEMORY);
  section_init(&report->noted, SECTION_MEMORY);
  section_init(&report->failed, SECTION_MEMORY);
  equal_failures_init(&report->equal, &equal_errors);
  equal_failures_init(&report->warned, &equal_warnings);
  section_init(&report->skipped, SECTION_MEMORY);
  section_init(&report->details, SECTION_MEMORY);
  text_buffer_init(&report->scratch);
}

void apply_report_finish(struct apply_report *report) {
  section_finish(&report->successful);
  section_finish(&report->noted);
  section_finish(&report->failed);
  equal_failures_finish(&report->equal);
  equal_failures_finish(&report->warned);
  section_finish(&report->skipped);
  section_finish(&report->details);
  text_buffer_finish(&report->scratch);
}

static void append_warnings(struct text_buffer *text, const struct hg_job_result *result) {
  for (uint32_t i = 0; i < result->warning_count; i++) {
    text_buffer_append_string(text, "    Warning: ");
    layout_visible(text, result->warnings[i]);
    text_buffer_append_char(text, '\n');
  }
}

/* A Job that did not fail. */
static int32_t add_line(struct apply_report *report, struct section *list, uint32_t mode,
                        const struct hg_job_result *result, struct hg_error *err) {
  bool is_skipped = result->status == HG_STATUS_SKIPPED;

  layout_mark(&list->text, report->layout, is_skipped ? MARK_SKIPPED : MARK_SUCCESS);
  layout_name(&list->text, result->job_name, result->yaml_path, result->document_number);
  if (is_skipped && mode == HG_MODE_APPLY && *result->reason) {
    text_buffer_append_string(&list->text, " (");
    layout_visible(&list->text, result->reason);
    text_buffer_append_char(&list->text, ')');
  }
  if (!is_skipped && result->verb == HG_VERB_UNCHANGED)
    text_buffer_append_string(&list->text, unchanged);
  text_buffer_append_char(&list->text, '\n');
  append_warnings(&list->text, result);
  return section_keep(list, err);
}

static struct failure failure_of(const struct hg_job_result *result) {
  return (struct failure){
      .job_name = result->job_name,
      .yaml_path = result->yaml_path,
      .document_number = result->document_number,
      .note = "",
      .reason = result->reason,
      .pod = "",
      .container = "",
      .log_path = "",
      .log_tail = {"", 0},
      .advice = result->advice ? result->advice : "",
  };
}

static int32_t add_failure(struct apply_report *report, const struct hg_job_result *result,
                           struct hg_error *err) {
  struct failure failure = failure_of(result);
  struct section *list = &report->failed;
  bool is_taken = false;

  if (report->layout->is_brief && result->warning_count == 0 &&
      equal_failures_add(&report->equal, &failure, &is_taken, err) < 0)
    return -1;
  if (is_taken)
    return 0;
  failure_append_name(&failure, report->layout, list);
  append_warnings(&list->text, result);
  return failure_append_reason(&failure, list, err);
}

/* On a terminal, what the server warned of for many Jobs is told once, too. */
static int32_t add_warned(struct apply_report *report, uint32_t mode,
                          const struct hg_job_result *result, struct hg_error *err) {
  struct failure failure = failure_of(result);
  struct text_buffer *warnings = &report->scratch;
  bool is_taken;

  text_buffer_reset(warnings);
  for (uint32_t i = 0; i < result->warning_count; i++)
    text_buffer_printf(warnings, "%s%s", i > 0 ? "; " : "", result->warnings[i]);
  if (warnings->failed)
    return no_memory(err);
  failure.reason = text_buffer_string(warnings);
  failure.advice = "";
  if (result->verb == HG_VERB_UNCHANGED)
    failure.note = unchanged;
  if (equal_failures_add(&report->warned, &failure, &is_taken, err) < 0)
    return -1;
  return is_taken ? 0 : add_line(report, &report->noted, mode, result, err);
}

static int32_t add_to_list(struct apply_report *report, uint32_t mode,
                           const struct hg_job_result *result, struct hg_error *err) {
  if (result->status == HG_STATUS_SKIPPED)
    return add_line(report, &report->skipped, mode, result, err);
  if (result->status != HG_STATUS_SUCCESS)
    return add_failure(report, result, err);
  if (report->layout->is_brief && result->warning_count > 0 &&
      add_warned(report, mode, result, err) < 0)
    return -1;
  return add_line(report, &report->successful, mode, result, err);
}

/* No number is made up: where kubectl has no exit status, none is shown. */
static void append_return_code(struct text_buffer *text, const struct hg_job_result *result) {
  layout_label(text, "  Return Code:");
  if (result->status != HG_STATUS_SKIPPED && result->return_code >= 0)
    text_buffer_printf(text, "%" PRId32 "\n", result->return_code);
  else if (result->signal != 0)
    text_buffer_printf(text, "- (signal %" PRId32 ")\n", result->signal);
  else
    text_buffer_append_string(text, "-\n");
}

static int32_t append_stream(struct section *details, const char *label,
                             const struct hg_bytes *bytes, bool cut, struct hg_error *err) {
  if (bytes->length == 0)
    return 0;
  layout_label(&details->text, label);
  if (section_append_lines(details, bytes->data, bytes->length, layout_indent, err) < 0)
    return -1;
  text_buffer_append_char(&details->text, '\n');
  if (cut)
    text_buffer_printf(&details->text, "%s[cut here: kubectl wrote more than %" PRIu64 " bytes]\n",
                       layout_indent, bytes->length);
  return 0;
}

static int32_t add_details(struct apply_report *report, const struct hg_job_result *result,
                           struct hg_error *err) {
  struct section *details = &report->details;
  struct text_buffer *text = &details->text;

  text_buffer_printf(text, "\n[Job %" PRIu64 "]\n", report->count);
  layout_value(text, "  Name:", result->job_name);
  layout_value(text, "  Namespace:", result->job_namespace);
  layout_value(text, "  YAML Path:", result->yaml_path);
  layout_command(text, "  Command:", result->command, result->command_count, &report->scratch);
  layout_value(text, "  Status:", hg_status_name(result->status));
  if (*hg_verb_name(result->verb))
    layout_value(text, "  Verb:", hg_verb_name(result->verb));
  append_return_code(text, result);
  layout_value(text, "  Timestamp:", result->timestamp);
  if (append_stream(details, "  Stdout:", &result->stdout_text,
                    (result->flags & HG_RESULT_STDOUT_CUT) != 0, err) < 0 ||
      append_stream(details, "  Stderr:", &result->stderr_text,
                    (result->flags & HG_RESULT_STDERR_CUT) != 0, err) < 0)
    return -1;
  if (result->status != HG_STATUS_SUCCESS)
    layout_value(text, "  Reason:", result->reason);
  return section_keep(details, err);
}

int32_t apply_report_add(struct apply_report *report, uint32_t mode,
                         const struct hg_job_result *result, struct hg_error *err) {
  report->count++;
  if (result->status == HG_STATUS_SUCCESS && result->verb <= HG_VERB_UNCHANGED)
    report->verbs[result->verb]++;
  if (add_to_list(report, mode, result, err) < 0)
    return -1;
  return report->layout->full ? add_details(report, result, err) : 0;
}

/* What the applies did, where one did anything: behind D31's own rows. */
static void append_verbs(const struct apply_report *report, struct text_buffer *text) {
  static const char *const labels[] = {
      [HG_VERB_CREATED] = "Created:",
      [HG_VERB_CONFIGURED] = "Configured:",
      [HG_VERB_UNCHANGED] = "Unchanged:",
  };
  uint64_t told = 0;

  for (uint32_t verb = HG_VERB_CREATED; verb <= HG_VERB_UNCHANGED; verb++)
    told += report->verbs[verb];
  for (uint32_t verb = HG_VERB_CREATED; told > 0 && verb <= HG_VERB_UNCHANGED; verb++)
    layout_count(text, labels[verb], report->verbs[verb]);
}

int32_t apply_report_write(struct apply_report *report, uint32_t mode,
                           const struct passed_over_list *others, const struct hg_result *result,
                           const struct hg_output *output, struct hg_error *err) {
  const struct layout *layout = report->layout;
  const char *skipped = mode == HG_MODE_APPLY ? "[SKIPPED JOBS]" : "[SKIPPED JOBS (DRY-RUN)]";
  struct text_buffer *text = &report->scratch;
  uint64_t alike = mode == HG_MODE_APPLY ? 0 : result->skipped_jobs; /* else each has its reason */

  if (equal_failures_append(&report->equal, layout, &report->failed, err) < 0 ||
      equal_failures_append(&report->warned, layout, &report->noted, err) < 0)
    return -1;
  text_buffer_reset(text);
  if (layout->full) {
    layout_title(text, layout, "[D31_K8S_APPLY] KUBERNETES APPLY REPORT");
    text_buffer_append_char(text, '\n');
  }
  layout_heading(text, layout, "[SUMMARY]");
  layout_count(text, "Total Jobs:", result->total_jobs);
  layout_count(text, "Successful:", result->successful_jobs);
  layout_count(text, "Failed:", result->failed_jobs);
  layout_count(text, "Skipped (dry-run):", result->skipped_jobs);
  append_verbs(report, text);
  passed_over_list_summarize(others, text, result);
  layout_run_error(text, layout, result->error);
  if (layout_write(output, text, err) < 0 ||
      layout_write_good(layout, output, "[SUCCESSFUL JOBS]", MARK_SUCCESS, result->successful_jobs,
                        &report->successful, &report->noted, err) < 0 ||
      layout_write_list(layout, output, "[FAILED JOBS]", &report->failed, err) < 0 ||
      layout_write_good(layout, output, skipped, MARK_SKIPPED, alike, &report->skipped, NULL, err) <
          0 ||
      passed_over_list_write(others, output, err) < 0 ||
      layout_write_list(layout, output, "[JOB DETAILS]", &report->details, err) < 0)
    return -1;
  if (!layout->full)
    return 0;
  text_buffer_append_char(text, '\n');
  layout_title(text, layout, "[D31_K8S_APPLY] END OF APPLY REPORT");
  return layout_write(output, text, err);
}

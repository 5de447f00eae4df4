/* SPDX-License-Identifier: Apache-2.0 */
#include "completion_report.h"

#include "text/visible_text.h"

#include <string.h>

enum { ERROR_LENGTH = 600 /* characters of the line that says why a Job is not complete */ };

static const char log_indent[] = "      ";

void completion_report_init(struct completion_report *report, const struct layout *layout) {
  memset(report, 0, sizeof *report);
  report->layout = layout;
  section_init(&report->complete, SECTION_MEMORY);
  section_init(&report->not_complete, SECTION_MEMORY);
  section_init(&report->retried, SECTION_MEMORY);
  text_buffer_init(&report->scratch);
}

void completion_report_finish(struct completion_report *report) {
  section_finish(&report->complete);
  section_finish(&report->not_complete);
  section_finish(&report->retried);
  text_buffer_finish(&report->scratch);
}

/* A line with what the scratch holds, which is emptied; none where it is empty. */
static void append_line(struct completion_report *report, struct section *list, const char *label,
                        bool is_whole) {
  struct text_buffer *text = &list->text;
  struct text_buffer *scratch = &report->scratch;

  if (scratch->length > 0) {
    text_buffer_append_string(text, label);
    if (is_whole)
      visible_text_append(text, scratch->data, scratch->length);
    else
      first_line_append(text, scratch->data, scratch->length, ERROR_LENGTH);
    text_buffer_append_char(text, '\n');
  }
  text->failed = text->failed || scratch->failed;
  text_buffer_reset(scratch);
}

static int32_t add_not_complete(struct completion_report *report, struct section *list,
                                const struct hg_job_completion *completion, struct hg_error *err) {
  struct hg_bytes tail = completion->log_tail;

  completion_append_error(&report->scratch, completion);
  append_line(report, list, "    Error: ", false);
  completion_append_container(&report->scratch, completion);
  if (*completion->pod && *completion->container && *completion->failure_class)
    text_buffer_printf(&report->scratch, " (%s)", completion->failure_class);
  append_line(report, list, "    Pod: ", true);
  text_buffer_append_string(&report->scratch, completion->log_path);
  append_line(report, list, "    Log: ", true);
  if (tail.length > 0) {
    text_buffer_append_string(&list->text, log_indent);
    if (section_append_lines(list, tail.data, tail.length, log_indent, err) < 0)
      return -1;
    text_buffer_append_char(&list->text, '\n');
  }
  text_buffer_append_string(&report->scratch, completion->advice);
  append_line(report, list, "    Advice: ", true);
  return 0;
}

int32_t completion_report_add(struct completion_report *report,
                              const struct hg_job_completion *completion, struct hg_error *err) {
  enum completion_verdict verdict = completion_verdict_of(completion);
  bool is_complete = verdict == COMPLETION_GOOD;
  bool is_earlier = (completion->flags & HG_COMPLETION_EARLIER) != 0;
  struct section *list = is_complete                     ? &report->complete
                         : verdict == COMPLETION_RETRIED ? &report->retried
                                                         : &report->not_complete;

  completion_counts_add(&report->counts, completion);
  layout_mark(&list->text, report->layout, is_complete ? MARK_SUCCESS : MARK_FAILURE);
  layout_name(&list->text, completion->job_name, completion->yaml_path,
              completion->document_number);
  if (is_earlier)
    text_buffer_append_string(&list->text,
                              is_complete ? " (already complete)" : " (already failed)");
  if (*completion->derived_from) {
    text_buffer_append_string(&list->text, " (tries ");
    visible_text_append(&list->text, completion->derived_from, strlen(completion->derived_from));
    text_buffer_append_string(&list->text, " again)");
  }
  text_buffer_append_char(&list->text, '\n');
  if (!is_complete && add_not_complete(report, list, completion, err) < 0)
    return -1;
  return section_keep(list, err);
}

int32_t completion_report_write(struct completion_report *report, const struct hg_result *result,
                                const struct hg_output *output, struct hg_error *err) {
  const struct layout *layout = report->layout;
  struct completion_counts *counts = &report->counts;
  struct text_buffer *text = &report->scratch;

  if (!completion_counts_are_told(counts, result))
    return 0;
  completion_counts_settle(counts, result);
  text_buffer_reset(text);
  text_buffer_append_char(text, '\n');
  if (layout->full) {
    layout_title(text, layout, "[D32_K8S_MONITOR] KUBERNETES COMPLETION REPORT");
    text_buffer_append_char(text, '\n');
  }
  layout_heading(text, layout, "[COMPLETION]");
  layout_count(text, "Total Jobs:", counts->total);
  layout_count(text, "Complete:", counts->complete);
  layout_count(text, "Failed:", counts->failed);
  layout_count(text, "Never started:", counts->never_started);
  layout_count(text, "Not known:", counts->undecided);
  if (counts->retried > 0)
    layout_count(text, "Tried again:", counts->retried);
  layout_count(text, "Logs kept:", counts->logs_kept);
  if (counts->logs_lost > 0)
    layout_count(text, "Logs not whole:", counts->logs_lost);
  if (layout_write(output, text, err) < 0 ||
      layout_write_good(layout, output, "[COMPLETE JOBS]", MARK_SUCCESS, counts->complete,
                        &report->complete, NULL, err) < 0 ||
      layout_write_list(layout, output, "[NOT COMPLETE JOBS]", &report->not_complete, err) < 0 ||
      layout_write_list(layout, output, "[FAILED TRIES]", &report->retried, err) < 0)
    return -1;
  if (!layout->full)
    return 0;
  text_buffer_append_char(text, '\n');
  layout_title(text, layout, "[D32_K8S_MONITOR] END OF COMPLETION REPORT");
  return layout_write(output, text, err);
}

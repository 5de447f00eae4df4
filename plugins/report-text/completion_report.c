/* SPDX-License-Identifier: Apache-2.0 */
#include "completion_report.h"

#include "memory/no_memory.h"

#include <string.h>

void completion_report_init(struct completion_report *report, const struct layout *layout) {
  memset(report, 0, sizeof *report);
  report->layout = layout;
  section_init(&report->complete, SECTION_MEMORY);
  section_init(&report->not_complete, SECTION_MEMORY);
  section_init(&report->retried, SECTION_MEMORY);
  equal_failures_init(&report->equal_not_complete, &equal_errors);
  equal_failures_init(&report->equal_retried, &equal_errors);
  text_buffer_init(&report->scratch);
}

void completion_report_finish(struct completion_report *report) {
  section_finish(&report->complete);
  section_finish(&report->not_complete);
  section_finish(&report->retried);
  equal_failures_finish(&report->equal_not_complete);
  equal_failures_finish(&report->equal_retried);
  text_buffer_finish(&report->scratch);
}

static void append_note(struct text_buffer *text, const struct hg_job_completion *completion) {
  if (completion->flags & HG_COMPLETION_EARLIER)
    text_buffer_append_string(text, completion_verdict_of(completion) == COMPLETION_GOOD
                                        ? " (already complete)"
                                        : " (already failed)");
  if (*completion->derived_from)
    text_buffer_printf(text, " (tries %s again)", completion->derived_from);
}

static int32_t add_complete(struct completion_report *report,
                            const struct hg_job_completion *completion, struct hg_error *err) {
  struct section *list = &report->complete;
  struct text_buffer *note = &report->scratch;

  text_buffer_reset(note);
  append_note(note, completion);
  layout_mark(&list->text, report->layout, MARK_SUCCESS);
  layout_name(&list->text, completion->job_name, completion->yaml_path,
              completion->document_number);
  layout_visible(&list->text, text_buffer_string(note));
  text_buffer_append_char(&list->text, '\n');
  list->text.failed = list->text.failed || note->failed;
  return section_keep(list, err);
}

static int32_t add_failure(struct completion_report *report, struct section *list,
                           struct equal_failures *equal, const struct failure *failure,
                           struct hg_error *err) {
  bool is_taken = false;

  if (report->layout->is_brief && equal_failures_add(equal, failure, &is_taken, err) < 0)
    return -1;
  if (is_taken)
    return 0;
  failure_append_name(failure, report->layout, list);
  return failure_append_reason(failure, list, err);
}

static int32_t add_not_complete(struct completion_report *report,
                                const struct hg_job_completion *completion, struct hg_error *err) {
  bool is_retried = completion_verdict_of(completion) == COMPLETION_RETRIED;
  struct section *list = is_retried ? &report->retried : &report->not_complete;
  struct equal_failures *equal = is_retried ? &report->equal_retried : &report->equal_not_complete;
  struct text_buffer note;
  struct text_buffer reason;
  struct text_buffer container;
  int32_t status;

  text_buffer_init(&note);
  text_buffer_init(&reason);
  text_buffer_init(&container);
  append_note(&note, completion);
  completion_append_error(&reason, completion);
  completion_append_container(&container, completion);
  if (*completion->pod && *completion->container && *completion->failure_class)
    text_buffer_printf(&container, " (%s)", completion->failure_class);
  if (note.failed || reason.failed || container.failed)
    status = no_memory(err);
  else
    status = add_failure(report, list, equal,
                         &(struct failure){
                             .job_name = completion->job_name,
                             .yaml_path = completion->yaml_path,
                             .document_number = completion->document_number,
                             .note = text_buffer_string(&note),
                             .reason = text_buffer_string(&reason),
                             .pod = completion->pod,
                             .container = text_buffer_string(&container),
                             .log_path = completion->log_path,
                             .log_tail = completion->log_tail,
                             .advice = completion->advice,
                         },
                         err);
  text_buffer_finish(&note);
  text_buffer_finish(&reason);
  text_buffer_finish(&container);
  return status;
}

int32_t completion_report_add(struct completion_report *report,
                              const struct hg_job_completion *completion, struct hg_error *err) {
  completion_counts_add(&report->counts, completion);
  return completion_verdict_of(completion) == COMPLETION_GOOD
             ? add_complete(report, completion, err)
             : add_not_complete(report, completion, err);
}

int32_t completion_report_write(struct completion_report *report, const struct hg_result *result,
                                const struct hg_output *output, struct hg_error *err) {
  const struct layout *layout = report->layout;
  struct completion_counts *counts = &report->counts;
  struct text_buffer *text = &report->scratch;

  if (!completion_counts_are_told(counts, result))
    return 0;
  if (equal_failures_append(&report->equal_not_complete, layout, &report->not_complete, err) < 0 ||
      equal_failures_append(&report->equal_retried, layout, &report->retried, err) < 0)
    return -1;
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

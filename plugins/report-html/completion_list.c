/* SPDX-License-Identifier: Apache-2.0 */
#include "completion_list.h"

#include "html/html_text.h"
#include "html/measure.h"
#include "html/page_text.h"
#include "report/file_uri.h"
#include "text/duration.h"

#include <inttypes.h>
#include <string.h>

enum {
  OPEN_CARDS = 5, /* that are shown in full without a click */
};

static const struct verdict {
  const char *name; /* class of its colour */
  const char *mark;
} verdicts[] = {
    [COMPLETION_GOOD] = {"success", "✓"},
    [COMPLETION_BAD] = {"failed", "✗"},
    [COMPLETION_UNDECIDED] = {"warning", "?"},
    [COMPLETION_RETRIED] = {"warning", "↻"},
};

static const char *label_of(uint32_t outcome) {
  switch (outcome) {
  case HG_OUTCOME_COMPLETE:
    return "Complete";
  case HG_OUTCOME_FAILED:
    return "Failed";
  case HG_OUTCOME_NEVER_STARTED:
    return "Never started";
  case HG_OUTCOME_DELETED:
    return "Deleted";
  case HG_OUTCOME_TIMED_OUT:
    return "Timed out";
  default:
    return "Not known";
  }
}

void completion_list_init(struct completion_list *list) {
  memset(list, 0, sizeof *list);
  section_init(&list->cards, SECTION_MEMORY);
  section_init(&list->rows, SECTION_MEMORY);
  text_buffer_init(&list->scratch);
}

void completion_list_finish(struct completion_list *list) {
  section_finish(&list->cards);
  section_finish(&list->rows);
  text_buffer_finish(&list->scratch);
}

void completion_list_begin(struct completion_list *list, const struct hg_run *run) {
  size_t length = strnlen(run->started_at, COMPLETION_LIST_DAY - 1);

  memcpy(list->started, run->started_at, length);
  list->started[length] = '\0';
}

/* The cluster's clock knows whole seconds. */
static void append_duration(struct text_buffer *text, int64_t ms) {
  enum { SECOND = 1000, MINUTE = 60 * SECOND };

  if (ms < MINUTE && ms % SECOND == 0)
    text_buffer_printf(text, "%" PRId64 " s", ms / SECOND);
  else
    duration_append(text, ms);
}

static void append_wait(struct text_buffer *text, const struct job_wait *wait) {
  if (wait->ms == 0 && !*wait->reason)
    return;
  duration_append(text, wait->ms);
  if (!*wait->reason)
    return;
  text_buffer_append_string(text, " for ");
  html_text_string(text, wait->reason);
}

static void append_log(struct text_buffer *text, const char *path, const char *label) {
  text_buffer_append_string(text, "<a href=\"");
  file_uri_append(text, path);
  text_buffer_append_string(text, "\">");
  html_text_string(text, label);
  text_buffer_append_string(text, "</a>");
}

static void append_number(struct text_buffer *text, const char *label, int64_t number,
                          bool is_known) {
  if (!is_known)
    return;
  page_fact_open(text, label);
  text_buffer_printf(text, "%" PRId64, number);
  page_fact_close(text);
}

static void append_facts(struct text_buffer *text, const struct hg_job_completion *completion,
                         const struct job_wait *wait) {
  text_buffer_append_string(text, "<dl class=\"facts\">\n");
  if (*completion->log_path) {
    page_fact_open(text, "Log");
    text_buffer_append_string(text, "<code>");
    append_log(text, completion->log_path, completion->log_path);
    text_buffer_append_string(text, "</code>");
    page_fact_close(text);
  }
  page_fact(text, "Failure class", completion->failure_class);
  page_fact(text, "Pod", completion->pod);
  page_fact(text, "Container", completion->container);
  append_number(text, "Exit code", completion->exit_code, completion->exit_code >= 0);
  append_number(text, "Ended by signal", completion->signal, completion->signal > 0);
  page_fact(text, "Its last words", completion->termination_message);
  append_number(text, "Pods seen", completion->pods, true);
  append_number(text, "Pods succeeded", completion->succeeded, true);
  append_number(text, "Pods failed", completion->failed, true);
  append_number(text, "Logs kept", completion->logs_kept, true);
  append_number(text, "Logs not whole", completion->logs_lost, completion->logs_lost > 0);
  if (wait->ms > 0 || *wait->reason) {
    page_fact_open(text, "Waited");
    append_wait(text, wait);
    page_fact_close(text);
  }
  page_fact_time(text, "Started (the cluster's clock)", completion->started_at);
  page_fact_time(text, "Ended (the cluster's clock)", completion->finished_at);
  if (completion->duration_ms >= 0) {
    page_fact_open(text, "Duration");
    append_duration(text, completion->duration_ms);
    page_fact_close(text);
  }
  page_fact_open(text, "File");
  page_file(text, completion->yaml_path, completion->document_number);
  page_fact_close(text);
  text_buffer_append_string(text, "</dl>\n");
}

static void append_paragraph(struct text_buffer *text, const char *open, const char *words) {
  if (!*words)
    return;
  text_buffer_append_string(text, open);
  html_text_string(text, words);
  text_buffer_append_string(text, "</p>\n");
}

static int32_t add_card(struct completion_list *list, const struct hg_job_completion *completion,
                        const struct verdict *verdict, const struct job_wait *wait,
                        struct hg_error *err) {
  uint64_t cards = list->counts.total - list->counts.complete;
  struct text_buffer *text = &list->cards.text;
  struct text_buffer *scratch = &list->scratch;
  struct hg_bytes tail = completion->log_tail;

  text_buffer_reset(scratch);
  completion_append_error(scratch, completion);
  failure_groups_add(&list->groups, completion,
                     *completion->cause ? completion->cause : text_buffer_string(scratch),
                     list->counts.total);
  text_buffer_printf(text, "<details class=\"card\" id=\"c%" PRIu64 "\"%s><summary>",
                     list->counts.total, cards <= OPEN_CARDS ? " open=\"\"" : "");
  text_buffer_printf(text, "<span class=\"%s\" aria-hidden=\"true\">%s</span> <b>", verdict->name,
                     verdict->mark);
  page_name(text, completion->job_name);
  text_buffer_append_string(text, "</b> <span class=\"part\">");
  html_text_string(text, completion->job_namespace);
  text_buffer_printf(text, "</span> %s <span class=\"why\">", label_of(completion->outcome));
  html_text_string(text, text_buffer_string(scratch));
  text_buffer_append_string(text, "</span></summary>\n<div class=\"body\">\n");
  append_paragraph(text, "<p>", text_buffer_string(scratch));
  text->failed |= scratch->failed;
  append_paragraph(text, "<p>", completion_cause_beside_error(completion));
  append_paragraph(text, "<p class=\"advice\">", completion->advice);
  append_facts(text, completion, wait);
  if (tail.length > 0) {
    text_buffer_append_string(text, "<p class=\"label\">Last lines of its log</p>\n<pre>\n");
    if (html_lines_append(&list->cards, tail.data, tail.length, err) < 0)
      return -1;
    text_buffer_append_string(text, "</pre>\n");
  }
  text_buffer_append_string(text, "</div></details>\n");
  return section_keep(&list->cards, err);
}

static int32_t add_row(struct completion_list *list, const struct hg_job_completion *completion,
                       const struct verdict *verdict, const struct job_wait *wait,
                       struct hg_error *err) {
  bool has_card = verdict != &verdicts[COMPLETION_GOOD];
  bool is_earlier = (completion->flags & HG_COMPLETION_EARLIER) != 0;
  struct text_buffer *text = &list->rows.text;

  text_buffer_printf(text, "<tr id=\"w%" PRIu64 "\"><th scope=\"row\">", list->counts.total);
  if (has_card)
    text_buffer_printf(text, "<a href=\"#c%" PRIu64 "\">", list->counts.total);
  page_name(text, completion->job_name);
  text_buffer_append_string(text, has_card ? "</a></th><td>" : "</th><td>");
  html_text_string(text, completion->job_namespace);
  text_buffer_printf(text, "</td><td class=\"%s\"><span aria-hidden=\"true\">%s</span> %s%s%s",
                     verdict->name, verdict->mark, is_earlier ? "Already " : "",
                     label_of(completion->outcome),
                     verdict == &verdicts[COMPLETION_RETRIED] ? ", tried again" : "");
  if (*completion->derived_from) {
    text_buffer_append_string(text, " <span class=\"part\">tries ");
    html_text_string(text, completion->derived_from);
    text_buffer_append_string(text, " again</span>");
  }
  if (*completion->failure_class) {
    text_buffer_append_string(text, " <span class=\"part\">");
    html_text_string(text, completion->failure_class);
    text_buffer_append_string(text, "</span>");
  }
  text_buffer_printf(text, "</td><td data-v=\"%" PRId64 "\">", wait->ms);
  append_wait(text, wait);
  text_buffer_append_string(text, "</td><td>");
  measure_time(text, completion->started_at, list->started);
  text_buffer_printf(text, "</td><td data-v=\"%" PRId64 "\">", completion->duration_ms);
  if (completion->duration_ms >= 0)
    append_duration(text, completion->duration_ms);
  text_buffer_append_string(text, "</td><td>");
  if (*completion->log_path)
    append_log(text, completion->log_path, "log");
  text_buffer_append_string(text, "</td></tr>\n");
  return section_keep(&list->rows, err);
}

int32_t completion_list_add(struct completion_list *list,
                            const struct hg_job_completion *completion, const struct job_wait *wait,
                            struct hg_error *err) {
  const struct verdict *verdict = &verdicts[completion_verdict_of(completion)];

  completion_counts_add(&list->counts, completion);
  if (verdict != &verdicts[COMPLETION_GOOD] && add_card(list, completion, verdict, wait, err) < 0)
    return -1;
  return add_row(list, completion, verdict, wait, err);
}

int32_t completion_list_write_incomplete(struct completion_list *list,
                                         const struct hg_output *output, struct hg_error *err) {
  uint64_t count = list->counts.total - list->counts.complete;
  struct text_buffer *text = &list->scratch;

  if (count == 0)
    return 0;
  text_buffer_reset(text);
  page_section_open(text, "incomplete", "Not complete", count);
  if (count > 1)
    failure_groups_write(&list->groups, text);
  page_nothing_found(text, "incomplete");
  text_buffer_append_string(text, "<div class=\"cards\" data-list=\"incomplete\">\n");
  if (page_write(output, text, err) < 0 || section_write(&list->cards, output, err) < 0)
    return -1;
  section_finish(&list->cards);
  text_buffer_append_string(text, "</div>\n</section>\n");
  return page_write(output, text, err);
}

int32_t completion_list_write_all(struct completion_list *list, const struct hg_output *output,
                                  struct hg_error *err) {
  struct text_buffer *text = &list->scratch;

  if (list->counts.total == 0)
    return 0;
  text_buffer_reset(text);
  page_section_open(text, "completions", "What became of the Jobs", list->counts.total);
  page_nothing_found(text, "completions");
  text_buffer_append_string(text, "<div class=\"scroll\"><table class=\"list completions\">\n"
                                  "<thead><tr><th scope=\"col\" data-sort=\"text\">Job</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Namespace</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Outcome</th>"
                                  "<th scope=\"col\" data-sort=\"number\">Waited</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Started (UTC)</th>"
                                  "<th scope=\"col\" data-sort=\"number\">Duration</th>"
                                  "<th scope=\"col\">Log</th></tr></thead>\n");
  page_rows_open(text, "completions", list->counts.total);
  if (page_write(output, text, err) < 0 || section_write(&list->rows, output, err) < 0)
    return -1;
  section_finish(&list->rows);
  text_buffer_append_string(text, "</tbody>\n</table></div>\n</section>\n");
  return page_write(output, text, err);
}

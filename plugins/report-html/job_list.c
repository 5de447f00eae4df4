/* SPDX-License-Identifier: Apache-2.0 */
#include "job_list.h"

#include "html/html_text.h"
#include "html/measure.h"
#include "html/page_text.h"
#include "text/duration.h"
#include "text/shell_quote.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

enum {
  OPEN_CARDS = 5,       /* failed Jobs that are shown in full without a click */
  WORDS = 16,           /* of a command; a batch has one for each of its files */
  ERROR_LENGTH = 200,   /* characters of the line that a card begins with */
  COMMAND_LIMIT = 4096, /* bytes of a command that are shown */
  PARAMETER_LIMIT = 64, /* bytes of a value */
};

static const struct status {
  const char *name;
  const char *label;
  const char *mark;
} statuses[] = {
    [HG_STATUS_SKIPPED] = {"skipped", "Skipped", "⊘"},
    [HG_STATUS_SUCCESS] = {"success", "Success", "✓"},
    [HG_STATUS_FAILED] = {"failed", "Failed", "✗"},
};

static const struct status *status_of(const struct hg_job_result *result) {
  if (result->status == HG_STATUS_SKIPPED || result->status == HG_STATUS_SUCCESS)
    return &statuses[result->status];
  return &statuses[HG_STATUS_FAILED];
}

static const char *or_empty(const char *text) {
  return text ? text : "";
}

void job_list_init(struct job_list *list, uint64_t output_limit) {
  memset(list, 0, sizeof *list);
  section_init(&list->cards, SECTION_MEMORY);
  section_init(&list->rows, SECTION_MEMORY);
  text_buffer_init(&list->scratch);
  parameter_columns_init(&list->parameters);
  list->output_limit = output_limit;
}

void job_list_finish(struct job_list *list) {
  section_finish(&list->cards);
  section_finish(&list->rows);
  text_buffer_finish(&list->scratch);
  parameter_columns_finish(&list->parameters);
}

void job_list_begin(struct job_list *list, const struct hg_run *run) {
  size_t length = strnlen(run->started_at, JOB_LIST_DAY - 1);

  list->run_id = run->run_id;
  memcpy(list->started, run->started_at, length);
  list->started[length] = '\0';
}

uint64_t job_list_count(const struct job_list *list) {
  return list->successful + list->failed + list->skipped;
}

static void append_command(struct job_list *list, struct text_buffer *text,
                           const struct hg_job_result *result) {
  uint32_t words = result->command_count < WORDS ? result->command_count : WORDS;
  size_t shown;

  if (result->command_count == 0)
    return;
  text_buffer_reset(&list->scratch);
  shell_quote_append(&list->scratch, result->command, words);
  shown = utf8_piece(text_buffer_string(&list->scratch), list->scratch.length, COMMAND_LIMIT);
  page_fact_open(text, "Command");
  text_buffer_append_string(text, "<code>");
  html_text_append(text, text_buffer_string(&list->scratch), shown);
  text_buffer_append_string(text, "</code>");
  if (shown < list->scratch.length)
    text_buffer_append_string(text, " <span class=\"part\">and more</span>");
  else if (words < result->command_count)
    text_buffer_printf(text, " <span class=\"part\">and %" PRIu32 " more arguments</span>",
                       result->command_count - words);
  page_fact_close(text);
  text->failed |= list->scratch.failed;
}

static void append_value(struct text_buffer *text, const char *value) {
  html_text_append(text, value, utf8_piece(value, strlen(value), PARAMETER_LIMIT));
}

static void append_parameters(struct text_buffer *text, const struct hg_job_result *result) {
  for (uint32_t i = 0; i < result->parameter_count; i++) {
    const struct hg_pair *pair = &result->parameters[i];

    text_buffer_append_string(text, i > 0 ? " <code>" : "<code>");
    html_text_string(text, pair->name);
    text_buffer_append_char(text, '=');
    append_value(text, pair->value);
    text_buffer_append_string(text, "</code>");
  }
}

/* No number is made up: where kubectl has no exit status, none is shown. */
static void append_facts(struct job_list *list, struct text_buffer *text,
                         const struct hg_job_result *result) {
  bool ran = result->status != HG_STATUS_SKIPPED;

  text_buffer_append_string(text, "<dl class=\"facts\">\n");
  append_command(list, text, result);
  if (ran && result->return_code >= 0) {
    page_fact_open(text, "Return code");
    text_buffer_printf(text, "%" PRId32, result->return_code);
    page_fact_close(text);
  }
  if (result->signal != 0) {
    page_fact_open(text, "Ended by signal");
    text_buffer_printf(text, "%" PRId32, result->signal);
    page_fact_close(text);
  }
  if (result->parameter_count > 0) {
    page_fact_open(text, "Parameters");
    append_parameters(text, result);
    page_fact_close(text);
  }
  page_fact(text, "Failure class", or_empty(result->failure_class));
  page_fact_open(text, "File");
  page_file(text, result->yaml_path, result->document_number);
  page_fact_close(text);
  if (*result->timestamp) {
    page_fact_open(text, ran ? "Started" : "Skipped");
    measure_time(text, result->timestamp, "");
    page_fact_close(text);
  }
  if (ran) {
    page_fact_open(text, "Duration");
    duration_append(text, result->duration_ms);
    page_fact_close(text);
  }
  if (result->attempt > 1) {
    page_fact_open(text, "Attempt");
    text_buffer_printf(text, "%" PRIu32, result->attempt);
    page_fact_close(text);
  }
  text_buffer_append_string(text, "</dl>\n");
}

/* A column each; a phone, which shows no headings, says its name before it. */
static void append_parameter_cells(struct job_list *list, const struct hg_job_result *result) {
  const struct parameter_columns *columns = &list->parameters;
  struct text_buffer *text = &list->rows.text;

  for (size_t i = 0; i < columns->count; i++) {
    const char *value =
        parameter_columns_value(columns, i, result->parameters, result->parameter_count);

    text_buffer_append_string(text, "<td data-p=\"");
    html_attribute_string(text, columns->is_joined ? "" : columns->names[i]);
    text_buffer_append_string(text, "\">");
    if (columns->is_joined)
      append_parameters(text, result);
    else if (value)
      append_value(text, value);
    text_buffer_append_string(text, "</td>");
  }
}

static void append_cut(struct job_list *list, struct text_buffer *text, uint64_t shown,
                       const struct hg_bytes *bytes, bool cut) {
  if (shown == bytes->length && !cut)
    return;
  text_buffer_append_string(text, "<p class=\"cut\">");
  if (shown < bytes->length) {
    text_buffer_append_string(text, "Cut here: ");
    measure_count(text, shown);
    text_buffer_append_string(text, " of ");
    measure_counted(text, bytes->length, "bytes");
    if (list->run_id != 0)
      text_buffer_printf(text,
                         " are shown. The rest is in the history: run %" PRId64
                         " in the view <code>job_outcomes</code>.",
                         list->run_id);
    else
      text_buffer_append_string(text, " are shown. The run is not in a history that had the rest.");
  }
  if (cut) {
    text_buffer_append_string(text, shown < bytes->length ? " kubectl" : "Cut here: kubectl");
    text_buffer_append_string(text, " wrote more than the ");
    measure_counted(text, bytes->length, "bytes");
    text_buffer_append_string(text, " that were kept.");
  }
  text_buffer_append_string(text, "</p>\n");
}

/* A line feed right after <pre> is not part of its text (HTML, 13.1.2.5), so there always is one.
 */
static int32_t append_stream(struct job_list *list, struct section *section, const char *label,
                             const struct hg_bytes *bytes, bool cut, struct hg_error *err) {
  uint64_t shown = bytes->length;

  if (bytes->length == 0)
    return 0;
  if (shown > list->output_limit)
    shown = list->output_limit < 4 ? 0 : utf8_piece(bytes->data, shown, list->output_limit);
  text_buffer_printf(&section->text, "<p class=\"label\">%s</p>\n", label);
  if (shown > 0) {
    text_buffer_append_string(&section->text, "<pre>\n");
    if (html_lines_append(section, bytes->data, shown, err) < 0)
      return -1;
    text_buffer_append_string(&section->text, "</pre>\n");
  }
  append_cut(list, &section->text, shown, bytes, cut);
  return section_keep(section, err);
}

static int32_t append_streams(struct job_list *list, struct section *section,
                              const struct hg_job_result *result, struct hg_error *err) {
  if (append_stream(list, section, "Standard error", &result->stderr_text,
                    (result->flags & HG_RESULT_STDERR_CUT) != 0, err) < 0)
    return -1;
  return append_stream(list, section, "Standard output", &result->stdout_text,
                       (result->flags & HG_RESULT_STDOUT_CUT) != 0, err);
}

/* Why it failed, in one line. */
static void append_why(struct job_list *list, struct text_buffer *text,
                       const struct hg_job_result *result) {
  text_buffer_reset(&list->scratch);
  first_line_append(&list->scratch, result->reason, strlen(result->reason), ERROR_LENGTH);
  html_text_append(text, text_buffer_string(&list->scratch), list->scratch.length);
  text->failed |= list->scratch.failed;
}

static int32_t add_card(struct job_list *list, const struct hg_job_result *result,
                        struct hg_error *err) {
  struct text_buffer *text = &list->cards.text;
  const char *advice = or_empty(result->advice);

  tally_add(&list->causes, or_empty(result->failure_class), advice);
  text_buffer_printf(text, "<details class=\"card\" id=\"f%" PRIu64 "\"%s><summary>",
                     job_list_count(list), list->failed <= OPEN_CARDS ? " open=\"\"" : "");
  text_buffer_append_string(text, "<span class=\"failed\" aria-hidden=\"true\">✗</span> <b>");
  page_name(text, result->job_name);
  text_buffer_append_string(text, "</b> <span class=\"part\">");
  html_text_string(text, result->job_namespace);
  text_buffer_append_string(text, "</span> <span class=\"why\">");
  append_why(list, text, result);
  text_buffer_append_string(text, "</span></summary>\n<div class=\"body\">\n");
  if (*result->reason) {
    text_buffer_append_string(text, "<p>");
    html_text_string(text, result->reason);
    text_buffer_append_string(text, "</p>\n");
  }
  if (*advice) {
    text_buffer_append_string(text, "<p class=\"advice\">");
    html_text_string(text, advice);
    text_buffer_append_string(text, "</p>\n");
  }
  append_facts(list, text, result);
  if (append_streams(list, &list->cards, result, err) < 0)
    return -1;
  text_buffer_append_string(text, "</div></details>\n");
  return section_keep(&list->cards, err);
}

/* A failed Job's row leads to its card; the others can be opened on the spot. */
static int32_t append_name(struct job_list *list, const struct hg_job_result *result,
                           struct hg_error *err) {
  struct text_buffer *text = &list->rows.text;

  if (status_of(result) == &statuses[HG_STATUS_FAILED]) {
    text_buffer_printf(text, "<a href=\"#f%" PRIu64 "\">", job_list_count(list));
    page_name(text, result->job_name);
    text_buffer_append_string(text, "</a>");
    return 0;
  }
  text_buffer_append_string(text, "<details><summary>");
  page_name(text, result->job_name);
  text_buffer_append_string(text, "</summary><div class=\"body\">\n");
  if (*result->reason) {
    text_buffer_append_string(text, "<p>");
    html_text_string(text, result->reason);
    text_buffer_append_string(text, "</p>\n");
  }
  append_facts(list, text, result);
  if (append_streams(list, &list->rows, result, err) < 0)
    return -1;
  text_buffer_append_string(text, "</div></details>");
  return 0;
}

static void append_measures(struct job_list *list, const struct hg_job_result *result) {
  struct text_buffer *text = &list->rows.text;

  if (result->status == HG_STATUS_SKIPPED) {
    text_buffer_append_string(text, "<td></td><td></td><td></td>");
    return;
  }
  text_buffer_append_string(text, "<td>");
  measure_time(text, result->timestamp, list->started);
  text_buffer_printf(text, "</td><td data-v=\"%" PRId64 "\">", result->duration_ms);
  duration_append(text, result->duration_ms);
  text_buffer_printf(text, "</td><td>%" PRIu32 "</td>", result->attempt);
}

static int32_t add_row(struct job_list *list, const struct hg_job_result *result,
                       struct hg_error *err) {
  const struct status *status = status_of(result);
  struct text_buffer *text = &list->rows.text;

  text_buffer_printf(text, "<tr id=\"j%" PRIu64 "\" data-s=\"%s\"><th scope=\"row\">",
                     job_list_count(list), status->name);
  if (append_name(list, result, err) < 0)
    return -1;
  text_buffer_append_string(text, "</th><td>");
  html_text_string(text, result->job_namespace);
  text_buffer_printf(text, "</td><td class=\"%s\"><span aria-hidden=\"true\">%s</span> %s",
                     status->name, status->mark, status->label);
  if (*or_empty(result->failure_class)) {
    text_buffer_append_string(text, " <span class=\"part\">");
    html_text_string(text, result->failure_class);
    text_buffer_append_string(text, "</span>");
  }
  text_buffer_append_string(text, "</td>");
  append_measures(list, result);
  append_parameter_cells(list, result);
  text_buffer_append_string(text, "<td>");
  page_file(text, result->yaml_path, result->document_number);
  text_buffer_append_string(text, "</td></tr>\n");
  return section_keep(&list->rows, err);
}

int32_t job_list_add(struct job_list *list, const struct hg_job_result *result,
                     struct hg_error *err) {
  const struct status *status = status_of(result);

  list->skipped += status == &statuses[HG_STATUS_SKIPPED];
  list->successful += status == &statuses[HG_STATUS_SUCCESS];
  list->failed += status == &statuses[HG_STATUS_FAILED];
  if (status == &statuses[HG_STATUS_FAILED] && add_card(list, result, err) < 0)
    return -1;
  return add_row(list, result, err);
}

int32_t job_list_write_failed(struct job_list *list, const char *heading,
                              const struct hg_output *output, struct hg_error *err) {
  struct text_buffer *text = &list->scratch;

  if (list->failed == 0)
    return 0;
  text_buffer_reset(text);
  page_section_open(text, "failed", heading, list->failed);
  tally_write(&list->causes, text, "without a known cause");
  page_nothing_found(text, "failed");
  text_buffer_append_string(text, "<div class=\"cards\" data-list=\"failed\">\n");
  if (page_write(output, text, err) < 0 || section_write(&list->cards, output, err) < 0)
    return -1;
  section_finish(&list->cards);
  text_buffer_append_string(text, "</div>\n</section>\n");
  return page_write(output, text, err);
}

static void append_parameter_headings(const struct parameter_columns *columns,
                                      struct text_buffer *text) {
  for (size_t i = 0; i < columns->count; i++) {
    text_buffer_printf(text, "<th scope=\"col\" data-sort=\"%s\">",
                       columns->has_words[i] ? "text" : "number");
    html_text_string(text, parameter_columns_heading(columns, i));
    text_buffer_append_string(text, "</th>");
  }
}

int32_t job_list_write_all(struct job_list *list, const char *heading,
                           const struct hg_output *output, struct hg_error *err) {
  struct text_buffer *text = &list->scratch;
  const struct page_filter filters[] = {{"failed", "Failed", list->failed},
                                        {"success", "Success", list->successful},
                                        {"skipped", "Skipped", list->skipped}};
  bool ran = list->successful + list->failed > 0;

  if (job_list_count(list) == 0)
    return 0;
  text_buffer_reset(text);
  page_section_open(text, "jobs", heading, job_list_count(list));
  page_filters(text, filters, sizeof filters / sizeof filters[0]);
  page_nothing_found(text, "jobs");
  text_buffer_printf(text, "<div class=\"scroll\"><table class=\"list outcomes%s%s\">\n",
                     ran ? "" : " idle", list->parameters.count > 0 ? " wide" : "");
  text_buffer_append_string(text, "<thead><tr><th scope=\"col\" data-sort=\"text\">Job</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Namespace</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Status</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Started (UTC)</th>"
                                  "<th scope=\"col\" data-sort=\"number\">Duration</th>"
                                  "<th scope=\"col\" data-sort=\"number\">Attempt</th>");
  append_parameter_headings(&list->parameters, text);
  text_buffer_append_string(text, "<th scope=\"col\" data-sort=\"text\">File</th></tr></thead>\n");
  page_rows_open(text, "jobs", job_list_count(list));
  if (page_write(output, text, err) < 0 || section_write(&list->rows, output, err) < 0)
    return -1;
  section_finish(&list->rows);
  text_buffer_append_string(text, "</tbody>\n</table></div>\n</section>\n");
  return page_write(output, text, err);
}

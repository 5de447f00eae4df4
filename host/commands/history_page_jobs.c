/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs over all runs: how long they take, how they end, and what kept them from ending well. */
#include "commands/history_page_cells.h"
#include "commands/history_page_lists.h"
#include "html/measure.h"
#include "text/duration.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- Kinds of failure ------------------------------------------------------------------------- */

static int32_t add_failure(void *context, const struct history_row_view *row,
                           struct hg_error *err) {
  struct page_list *failures = context;
  struct text_buffer *text = &failures->rows.text;

  failures->count++;
  failures->whole = page_number(row, "whole");
  text_buffer_append_string(text, "<tr><th scope=\"row\">");
  if (history_cell(row, "failure_class")->length > 0)
    page_cell(text, row, "failure_class");
  else
    text_buffer_append_string(text, "without a known kind");
  text_buffer_append_string(text, " <span class=\"part\">");
  page_cell(text, row, "what");
  text_buffer_printf(text, "</span></th><td data-v=\"%" PRId64 "\">", page_number(row, "jobs"));
  measure_count(text, (uint64_t)page_number(row, "jobs"));
  text_buffer_printf(text, "</td><td>%" PRId64 "</td><td>%" PRId64 "</td><td>",
                     page_number(row, "runs"), page_number(row, "newest"));
  page_cell(text, row, "job_name");
  text_buffer_append_string(text, " <span class=\"why\">");
  page_cell(text, row, "cause");
  text_buffer_append_string(text, "</span>");
  if (history_cell(row, "advice")->length > 0) {
    text_buffer_append_string(text, "<p class=\"advice\">");
    page_cell(text, row, "advice");
    text_buffer_append_string(text, "</p>");
  }
  text_buffer_append_string(text, "</td></tr>\n");
  return section_keep(&failures->rows, err);
}

int32_t page_read_failures(struct history *history, struct page_list *failures,
                           struct hg_error *err) {
  return history_read(history, HISTORY_PAGE_FAILURES, PAGE_KINDS, 0, add_failure, failures, err);
}

/* --- Trends ----------------------------------------------------------------------------------- */

enum kind { KIND_SUCCESS, KIND_FAILED, KIND_WARNING, KIND_COUNT };

static const char *const kind_names[] = {"success", "failed", "warning"};
static const char *const kind_marks[] = {"✓", "✗", "?"};

struct point {
  enum kind kind;
  int64_t ms; /* -1: not known */
};

/* One Job, of which the rows come by run. */
struct trend {
  struct page_list *jobs;
  bool is_begun;
  struct text_buffer key;  /* namespace and name, to tell where the next Job begins */
  struct text_buffer head; /* markup: its first cells */
  struct text_buffer outcome;
  uint64_t runs;
  uint64_t failed;
  struct point points[PAGE_POINTS]; /* a ring: point N is at N modulo its size */
};

static int compare(const void *a, const void *b) {
  const int64_t *left = a;
  const int64_t *right = b;

  return *left < *right ? -1 : *left > *right;
}

static uint64_t shown_points(const struct trend *trend) {
  return trend->runs < PAGE_POINTS ? trend->runs : PAGE_POINTS;
}

static const struct point *point_at(const struct trend *trend, uint64_t index) {
  return &trend->points[(trend->runs - shown_points(trend) + index) % PAGE_POINTS];
}

static int64_t median(const struct trend *trend) {
  int64_t known[PAGE_POINTS];
  size_t count = 0;

  for (uint64_t i = 0; i < shown_points(trend); i++)
    if (point_at(trend, i)->ms >= 0)
      known[count++] = point_at(trend, i)->ms;
  if (count == 0)
    return -1;
  qsort(known, count, sizeof known[0], compare);
  return known[count / 2];
}

static void append_path(struct text_buffer *text, const struct trend *trend, enum kind kind,
                        int64_t most) {
  bool is_open = false;

  for (uint64_t i = 0; i < shown_points(trend); i++) {
    const struct point *point = point_at(trend, i);
    int64_t height = point->ms > 0 && most > 0 ? 2 + point->ms * 20 / most : 2;

    if (point->kind != kind)
      continue;
    if (!is_open)
      text_buffer_printf(text, "<path class=\"%s\" d=\"", kind_names[kind]);
    is_open = true;
    text_buffer_printf(text, "M%" PRIu64 " 22v-%" PRId64, 3 + 6 * i, height);
  }
  if (is_open)
    text_buffer_append_string(text, "\" />");
}

static void append_trend(struct text_buffer *text, const struct trend *trend) {
  int64_t most = 0;

  for (uint64_t i = 0; i < shown_points(trend); i++)
    most = point_at(trend, i)->ms > most ? point_at(trend, i)->ms : most;
  text_buffer_printf(text,
                     "<svg class=\"trend\" width=\"%d\" height=\"22\" role=\"img\" "
                     "aria-label=\"The last %" PRIu64 " runs",
                     PAGE_POINTS * 6, shown_points(trend));
  if (most > 0) {
    text_buffer_append_string(text, ", at most ");
    duration_append(text, most);
  }
  text_buffer_append_string(text, "\">");
  for (enum kind kind = KIND_SUCCESS; kind < KIND_COUNT; kind++)
    append_path(text, trend, kind, most);
  text_buffer_append_string(text, "</svg>");
}

static void append_duration(struct text_buffer *text, int64_t ms) {
  text_buffer_printf(text, "<td data-v=\"%" PRId64 "\">", ms);
  if (ms >= 0)
    duration_append(text, ms);
  text_buffer_append_string(text, "</td>");
}

static int32_t end_job(struct trend *trend, struct hg_error *err) {
  struct text_buffer *text = &trend->jobs->rows.text;

  if (!trend->is_begun)
    return 0;
  trend->jobs->count++;
  text_buffer_printf(text, "<tr data-s=\"%s\">",
                     kind_names[point_at(trend, shown_points(trend) - 1)->kind]);
  text_buffer_append(text, text_buffer_string(&trend->head), trend->head.length);
  text_buffer_append(text, text_buffer_string(&trend->outcome), trend->outcome.length);
  text_buffer_printf(text, "<td>%" PRIu64 "</td><td data-v=\"%" PRIu64 "\">", trend->runs,
                     trend->failed);
  if (trend->failed > 0)
    text_buffer_printf(text, "%" PRIu64, trend->failed);
  text_buffer_append_string(text, "</td>");
  append_duration(text, point_at(trend, shown_points(trend) - 1)->ms);
  append_duration(text, median(trend));
  text_buffer_append_string(text, "<td>");
  append_trend(text, trend);
  text_buffer_append_string(text, "</td></tr>\n");
  text->failed = text->failed || trend->head.failed || trend->outcome.failed || trend->key.failed;
  return section_keep(&trend->jobs->rows, err);
}

static bool is_same(const struct trend *trend, const struct history_row_view *row) {
  const struct history_cell *space = history_cell(row, "namespace");
  const struct history_cell *name = history_cell(row, "job_name");
  const struct text_buffer *key = &trend->key;

  return trend->is_begun && key->length == space->length + 1 + name->length &&
         memcmp(key->data, space->bytes, space->length) == 0 &&
         memcmp(key->data + space->length + 1, name->bytes, name->length) == 0;
}

static void begin_job(struct trend *trend, const struct history_row_view *row) {
  const struct history_cell *space = history_cell(row, "namespace");
  const struct history_cell *name = history_cell(row, "job_name");

  trend->is_begun = true;
  trend->jobs->whole = page_number(row, "whole");
  trend->runs = trend->failed = 0;
  text_buffer_reset(&trend->key);
  text_buffer_append(&trend->key, space->bytes, space->length);
  text_buffer_append_char(&trend->key, '/');
  text_buffer_append(&trend->key, name->bytes, name->length);
  text_buffer_reset(&trend->head);
  text_buffer_append_string(&trend->head, "<th scope=\"row\">");
  page_cell(&trend->head, row, "job_name");
  text_buffer_append_string(&trend->head, "</th><td>");
  page_cell(&trend->head, row, "namespace");
  text_buffer_append_string(&trend->head, "</td>");
}

/* By its end in the cluster, where somebody looked; else by the apply. */
static enum kind kind_of(const struct history_row_view *row) {
  if (history_cell(row, "outcome")->length == 0)
    return page_cell_is(row, "status", "SUCCESS") ? KIND_SUCCESS : KIND_FAILED;
  if (page_cell_is(row, "outcome", "COMPLETE"))
    return KIND_SUCCESS;
  return page_cell_is(row, "outcome", "UNKNOWN") || page_cell_is(row, "outcome", "TIMED-OUT")
             ? KIND_WARNING
             : KIND_FAILED;
}

static void note_outcome(struct trend *trend, const struct history_row_view *row, enum kind kind) {
  struct text_buffer *text = &trend->outcome;
  bool is_watched = history_cell(row, "outcome")->length > 0;

  text_buffer_reset(text);
  text_buffer_printf(text, "<td class=\"%s\"><span aria-hidden=\"true\">%s</span> ",
                     kind_names[kind], kind_marks[kind]);
  if (is_watched)
    page_cell(text, row, "outcome");
  else
    text_buffer_append_string(text, kind == KIND_SUCCESS ? "Applied" : "Not applied");
  text_buffer_append_string(text, " <span class=\"part\">");
  page_cell(text, row, "failure_class");
  text_buffer_printf(text, " run <a href=\"#r%" PRId64 "\">%" PRId64 "</a></span></td>",
                     page_number(row, "run_id"), page_number(row, "run_id"));
}

static int32_t add_job(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct trend *trend = context;
  enum kind kind = kind_of(row);
  const struct history_cell *duration = history_cell(row, "duration_ms");

  if (!is_same(trend, row)) {
    if (end_job(trend, err) < 0)
      return -1;
    begin_job(trend, row);
  }
  trend->points[trend->runs++ % PAGE_POINTS] =
      (struct point){kind, duration->kind == CELL_INTEGER ? duration->integer : -1};
  trend->failed += kind == KIND_FAILED;
  note_outcome(trend, row, kind);
  return 0;
}

int32_t page_read_jobs(struct history *history, struct page_list *jobs, struct hg_error *err) {
  struct trend trend = {.jobs = jobs};
  int32_t result;

  text_buffer_init(&trend.key);
  text_buffer_init(&trend.head);
  text_buffer_init(&trend.outcome);
  result = history_read(history, HISTORY_PAGE_JOBS, PAGE_JOBS, 0, add_job, &trend, err);
  if (result == 0)
    result = end_job(&trend, err);
  text_buffer_finish(&trend.key);
  text_buffer_finish(&trend.head);
  text_buffer_finish(&trend.outcome);
  return result;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Runs, by day and one by one. */
#include "commands/history_page_cells.h"
#include "commands/history_page_lists.h"
#include "html/measure.h"
#include "html/page_text.h"
#include "memory/no_memory.h"
#include "text/duration.h"
#include "text/timestamp.h"

#include <inttypes.h>
#include <string.h>

enum {
  DATE = 10,
  CHART_HEIGHT = 120,
  LEAST_DAYS = 14,
  LEAST_TOP = 4, /* runs a day that the chart has room for: a single one is no tower */
};

/* --- One by one ------------------------------------------------------------------------------ */

static const struct state {
  const char *word; /* of the history */
  const char *kind; /* class of its colour */
  const char *mark;
  const char *label;
} states[] = {
    {"succeeded", "success", "✓", "Succeeded"},     {"failed", "failed", "✗", "Failed"},
    {"undecided", "warning", "?", "Not known"},     {"cancelled", "skipped", "⊘", "Stopped"},
    {"interrupted", "skipped", "⊘", "Interrupted"}, {"running", "skipped", "…", "Running"},
};

static const struct state *state_of(const struct history_row_view *row) {
  for (size_t i = 0; i + 1 < sizeof states / sizeof *states; i++)
    if (page_cell_is(row, "state", states[i].word))
      return &states[i];
  return &states[sizeof states / sizeof *states - 1];
}

/* A time of the history's own. */
static void append_time(struct text_buffer *text, const struct history_row_view *row,
                        const char *name) {
  const struct history_cell *cell = history_cell(row, name);
  char time[TIMESTAMP_SIZE];

  if (cell->length != TIMESTAMP_SIZE - 1)
    return;
  memcpy(time, cell->bytes, cell->length);
  time[cell->length] = '\0';
  measure_time(text, time, "");
}

static void append_count(struct text_buffer *text, int64_t count) {
  text_buffer_printf(text, "<td data-v=\"%" PRId64 "\">", count);
  if (count > 0)
    measure_count(text, (uint64_t)count);
  text_buffer_append_string(text, "</td>");
}

static void append_ends(struct text_buffer *text, const struct history_row_view *row) {
  int64_t watched = page_number(row, "watched");

  if (watched == 0)
    return;
  text_buffer_append_string(text, " <span class=\"part\">");
  measure_count(text, (uint64_t)page_number(row, "complete"));
  text_buffer_append_string(text, " of ");
  measure_count(text, (uint64_t)watched);
  text_buffer_append_string(text, " complete</span>");
}

static int32_t add_run(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct page_list *runs = context;
  struct text_buffer *text = &runs->rows.text;
  const struct state *state = state_of(row);
  int64_t run_id = page_number(row, "run_id");

  runs->count++;
  text_buffer_printf(text,
                     "<tr id=\"r%" PRId64 "\" data-s=\"%s\"><th scope=\"row\">%" PRId64 "</th><td>",
                     run_id, state->kind, run_id);
  append_time(text, row, "started_at");
  text_buffer_append_string(text, "</td><td>");
  page_cell(text, row, "command");
  if (page_cell_is(row, "mode", "apply"))
    text_buffer_append_string(text, " <b>--apply</b>");
  text_buffer_printf(text, "</td><td class=\"%s\"><span aria-hidden=\"true\">%s</span> %s",
                     state->kind, state->mark, state->label);
  append_ends(text, row);
  if (history_cell(row, "error")->length > 0) {
    text_buffer_append_string(text, "<span class=\"why\"> ");
    page_cell(text, row, "error");
    text_buffer_append_string(text, "</span>");
  }
  text_buffer_append_string(text, "</td>");
  append_count(text, page_number(row, "total"));
  append_count(text, page_number(row, "failed") + page_number(row, "invalid") +
                         page_number(row, "unwell"));
  text_buffer_printf(text, "<td data-v=\"%" PRId64 "\">", page_number(row, "duration_ms"));
  if (history_cell(row, "duration_ms")->kind == CELL_INTEGER)
    duration_append(text, page_number(row, "duration_ms"));
  text_buffer_append_string(text, "</td><td>");
  page_cell(text, row, "context");
  text_buffer_append_string(text, "</td></tr>\n");
  return section_keep(&runs->rows, err);
}

int32_t page_read_runs(struct history *history, struct page_list *runs, struct hg_error *err) {
  return history_read(history, HISTORY_PAGE_RUNS, PAGE_RUNS, 0, add_run, runs, err);
}

/* --- By day ---------------------------------------------------------------------------------- */

struct day {
  int64_t good, bad, others;
};

struct days {
  int64_t last_ms;            /* the newest run's day; 0: there is none */
  uint32_t first;             /* that is shown: a young history's chart is a short one */
  struct day days[PAGE_DAYS]; /* the newest one last */
};

static int64_t day_ms(const struct history_row_view *row) {
  const struct history_cell *cell = history_cell(row, "day");
  char time[TIMESTAMP_SIZE] = "";
  int64_t ms = 0;

  if (cell->length == DATE) {
    memcpy(time, cell->bytes, DATE);
    (void)strcpy(time + DATE, "T00:00:00Z");
    (void)timestamp_parse(time, &ms);
  }
  return ms;
}

/* The newest day comes first. */
static int32_t add_day(void *context, const struct history_row_view *row, struct hg_error *err) {
  struct days *days = context;
  int64_t ms = day_ms(row);
  int64_t back;

  (void)err;
  if (days->last_ms == 0)
    days->last_ms = ms;
  back = (days->last_ms - ms) / DAY_MS;
  if (ms > 0 && back >= 0 && back < PAGE_DAYS)
    days->days[PAGE_DAYS - 1 - back] =
        (struct day){page_number(row, "good"), page_number(row, "bad"), page_number(row, "others")};
  return 0;
}

static int64_t sum(const struct day *day) {
  return day->good + day->bad + day->others;
}

static void append_date(struct text_buffer *text, const struct days *days, uint32_t index) {
  char time[TIMESTAMP_SIZE];

  timestamp_format(days->last_ms - (int64_t)(PAGE_DAYS - 1 - index) * DAY_MS, time);
  text_buffer_append(text, time, DATE);
}

/* Thousandths of a pixel: nothing that happened is too small to be seen. */
static int64_t append_part(struct text_buffer *text, const char *kind, int64_t count, int64_t most,
                           int64_t below, uint32_t index, int64_t shown) {
  int64_t height = count * CHART_HEIGHT * 1000 / most;

  if (count == 0)
    return below;
  if (height < 2000)
    height = 2000;
  text_buffer_printf(text, "<rect class=\"%s\" x=\"", kind);
  measure_decimal(text, (int64_t)index * 100000 / shown);
  text_buffer_append_string(text, "%\" y=\"");
  measure_decimal(text, below - height > 0 ? below - height : 0);
  text_buffer_append_string(text, "\" width=\"");
  measure_decimal(text, 90000 / shown);
  text_buffer_append_string(text, "%\" height=\"");
  measure_decimal(text, height);
  text_buffer_append_string(text, "\" />");
  return below - height;
}

static void append_bar(struct text_buffer *text, const struct days *days, uint32_t index,
                       int64_t most) {
  const struct day *day = &days->days[index];
  int64_t below = (int64_t)CHART_HEIGHT * 1000;
  int64_t shown = PAGE_DAYS - (int64_t)days->first;
  uint32_t at = index - days->first;

  text_buffer_append_string(text, "<g><title>");
  append_date(text, days, index);
  text_buffer_printf(text,
                     ": %" PRId64 " succeeded, %" PRId64 " failed, %" PRId64 " others</title>",
                     day->good, day->bad, day->others);
  below = append_part(text, "failed", day->bad, most, below, at, shown);
  below = append_part(text, "skipped", day->others, most, below, at, shown);
  (void)append_part(text, "success", day->good, most, below, at, shown);
  text_buffer_append_string(text, "</g>\n");
}

static void append_table(struct text_buffer *text, const struct days *days) {
  text_buffer_append_string(text, "<details class=\"fold\"><summary>Days as a table</summary>\n"
                                  "<table class=\"list days\"><thead><tr><th scope=\"col\">Day</th>"
                                  "<th scope=\"col\">Runs</th><th scope=\"col\">Succeeded</th>"
                                  "<th scope=\"col\">Failed</th><th scope=\"col\">Others</th></tr>"
                                  "</thead>\n<tbody>\n");
  for (uint32_t i = PAGE_DAYS; i-- > 0;) {
    const struct day *day = &days->days[i];

    if (sum(day) == 0)
      continue;
    text_buffer_append_string(text, "<tr><th scope=\"row\">");
    append_date(text, days, i);
    text_buffer_append_string(text, "</th>");
    append_count(text, sum(day));
    append_count(text, day->good);
    append_count(text, day->bad);
    append_count(text, day->others);
    text_buffer_append_string(text, "</tr>\n");
  }
  text_buffer_append_string(text, "</tbody></table>\n</details>\n");
}

int32_t page_append_days(struct history *history, struct text_buffer *text, struct hg_error *err) {
  struct days days = {.last_ms = 0};
  int64_t most = 0;

  if (history_read(history, HISTORY_PAGE_DAYS, PAGE_DAYS - 1, 0, add_day, &days, err) < 0)
    return -1;
  days.first = PAGE_DAYS - LEAST_DAYS;
  for (uint32_t i = 0; i < days.first; i++)
    if (sum(&days.days[i]) > 0)
      days.first = i;
  for (uint32_t i = 0; i < PAGE_DAYS; i++)
    most = sum(&days.days[i]) > most ? sum(&days.days[i]) : most;
  if (most == 0)
    return 0;
  page_section_open(text, "days", "Runs by day", 0);
  text_buffer_printf(text,
                     "<figure><svg class=\"days\" width=\"100%%\" height=\"%d\" role=\"img\" "
                     "aria-label=\"Runs by day\">\n",
                     CHART_HEIGHT);
  for (uint32_t i = 0; i < PAGE_DAYS; i++)
    if (sum(&days.days[i]) > 0)
      append_bar(text, &days, i, most < LEAST_TOP ? LEAST_TOP : most);
  text_buffer_append_string(text, "</svg>\n<figcaption>");
  append_date(text, &days, days.first);
  text_buffer_append_string(text, " to ");
  append_date(text, &days, PAGE_DAYS - 1);
  text_buffer_printf(text,
                     " (UTC), at most %" PRId64 " a day: failed at the bottom, then those "
                     "that were stopped, run or are not known, succeeded at the top.",
                     most);
  text_buffer_append_string(text, "</figcaption></figure>\n");
  append_table(text, &days);
  text_buffer_append_string(text, "</section>\n");
  return text->failed ? no_memory(err) : 0;
}

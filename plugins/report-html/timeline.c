/* SPDX-License-Identifier: Apache-2.0 */
#include "timeline.h"

#include "html/html_text.h"
#include "html/measure.h"
#include "html/page_text.h"
#include "report/completion_wording.h"
#include "text/duration.h"
#include "text/timestamp.h"
#include "text/utf8.h"
#include "timeline_axis.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
  NAMED_HEIGHT = 26, /* pixels of a lane with names: a line of text, and the bar below it */
  NAMED_BAR = 8,
  LANE_HEIGHT = 15,
  LANE_BAR = 11,
  RUNNING_HEIGHT = 64, /* pixels of the charts of a run with many Jobs */
  ENDED_HEIGHT = 64,
  FAILED_HEIGHT = 8,
  CHART_GAP = 22,
  WHOLE_WIDTH = 100000,      /* thousandths of a percent */
  LONGEST_SECONDS = 1 << 30, /* that a Job may take: 34 years */
};

/* Where its times are known. Returns whether they are. */
static bool add_span(struct timeline *timeline, struct timeline_span span, const char *name,
                     const char *started_at, int64_t duration_ms) {
  if (!timestamp_parse(started_at, &span.start_ms) || duration_ms < 0 ||
      duration_ms / 1000 > LONGEST_SECONDS) {
    timeline->untimed++;
    return false;
  }
  span.end_ms = span.start_ms + duration_ms;
  if (span.waited_ms > duration_ms)
    span.waited_ms = duration_ms;
  if (timeline->count == 0 || span.start_ms < timeline->first_ms)
    timeline->first_ms = span.start_ms;
  if (timeline->count == 0 || span.end_ms > timeline->last_ms)
    timeline->last_ms = span.end_ms;
  density_add(&timeline->density, span.start_ms, span.end_ms, span.failed);
  if (timeline->count < TIMELINE_BARS) {
    size_t length = utf8_piece(name, strlen(name), TIMELINE_NAME - 4);

    memcpy(span.name, name, length);
    if (name[length])
      memcpy(span.name + length, "…", sizeof "…");
    timeline->spans[timeline->count] = span;
  }
  timeline->count++;
  return true;
}

void timeline_add(struct timeline *timeline, const struct hg_job_result *result, uint64_t number) {
  const struct timeline_span span = {.number = number,
                                     .failed = result->status != HG_STATUS_SUCCESS};

  if (result->status == HG_STATUS_SKIPPED)
    return;
  if (add_span(timeline, span, result->job_name, result->timestamp, result->duration_ms))
    timeline->retried += result->attempt > 1;
}

void timeline_add_completion(struct timeline *timeline, const struct hg_job_completion *completion,
                             const struct job_wait *wait, uint64_t number) {
  struct timeline_span span = {.number = number,
                               .waited_ms = wait->ms,
                               .failed = completion->outcome != HG_OUTCOME_COMPLETE,
                               .goes_on =
                                   completion_verdict_of(completion) == COMPLETION_UNDECIDED};

  memcpy(span.reason, wait->reason, sizeof span.reason);
  timeline->is_of_cluster = true;
  (void)add_span(timeline, span, completion->job_name, completion->started_at,
                 completion->duration_ms >= 0 ? completion->duration_ms
                 : wait->seen_ms > 0          ? wait->seen_ms
                                              : -1);
}

static int compare_spans(const void *a, const void *b) {
  const struct timeline_span *left = a;
  const struct timeline_span *right = b;

  if (left->start_ms != right->start_ms)
    return left->start_ms < right->start_ms ? -1 : 1;
  return left->number < right->number ? -1 : left->number > right->number;
}

/* Gives each Job the first lane that is free when it starts. Returns how many lanes that takes:
 * the most Jobs that ran at the same time. */
static uint32_t assign_lanes(struct timeline *timeline) {
  int64_t free_at[TIMELINE_BARS];
  uint32_t lanes = 0;

  qsort(timeline->spans, timeline->count, sizeof timeline->spans[0], compare_spans);
  for (uint64_t i = 0; i < timeline->count; i++) {
    struct timeline_span *span = &timeline->spans[i];

    span->lane = 0;
    while (span->lane < lanes && free_at[span->lane] > span->start_ms)
      span->lane++;
    if (span->lane == lanes)
      lanes++;
    free_at[span->lane] = span->end_ms;
  }
  return lanes;
}

/* A rectangle: `x` and `width` as on the axis, `y` and `height` in thousandths of a pixel. */
static void append_rectangle(struct text_buffer *text, int64_t x, int64_t y, int64_t width,
                             int64_t height) {
  text_buffer_append_string(text, " x=\"");
  measure_decimal(text, x);
  text_buffer_append_string(text, "%\" y=\"");
  measure_decimal(text, y);
  text_buffer_append_string(text, "\" width=\"");
  measure_decimal(text, width);
  text_buffer_append_string(text, "%\" height=\"");
  measure_decimal(text, height);
  text_buffer_append_char(text, '"');
}

/* A bar's beginning, in which the Job was seen to wait. */
static void append_waiting(struct text_buffer *text, const struct timeline_axis *axis,
                           const struct timeline_span *span, uint32_t y, uint32_t height) {
  int64_t x = timeline_axis_place(axis, span->start_ms);
  int64_t width = timeline_axis_place(axis, span->start_ms + span->waited_ms) - x;

  if (width < TIMELINE_AXIS_LEAST)
    return;
  text_buffer_append_string(text, "<rect class=\"skipped\"");
  append_rectangle(text, x, (int64_t)y * 1000, width, (int64_t)height * 1000);
  text_buffer_append_string(text, "><title>");
  html_attribute_string(text, *span->name ? span->name : "no name");
  text_buffer_append_string(text, " waited ");
  duration_append(text, span->waited_ms);
  if (*span->reason) {
    text_buffer_append_string(text, " for ");
    html_attribute_string(text, span->reason);
  }
  text_buffer_append_string(text, "</title></rect>\n");
}

struct bar_words {
  char link[2]; /* of ids: of one that went well, of one that failed */
  const char *fine;
  const char *failed;
};

static void append_bar(struct text_buffer *text, const struct timeline *timeline,
                       const struct timeline_axis *axis, const struct timeline_span *span,
                       uint32_t y, uint32_t height) {
  static const struct bar_words words_of[] = {
      {{'j', 'f'}, ", applied in ", ", failed after "},
      {{'w', 'c'}, ", complete after ", ", not complete after "}};
  const struct bar_words *words = &words_of[timeline->is_of_cluster];
  int64_t x = timeline_axis_place(axis, span->start_ms);
  int64_t width = timeline_axis_place(axis, span->end_ms) - x;

  if (width < TIMELINE_AXIS_LEAST)
    width = TIMELINE_AXIS_LEAST;
  if (x + width > WHOLE_WIDTH)
    x = WHOLE_WIDTH - width;
  text_buffer_printf(text, "<rect class=\"%s\" data-to=\"%c%" PRIu64 "\"",
                     span->goes_on  ? "running"
                     : span->failed ? "failed"
                                    : "success",
                     words->link[span->failed], span->number);
  append_rectangle(text, x, (int64_t)y * 1000, width, (int64_t)height * 1000);
  text_buffer_append_string(text, "><title>");
  html_attribute_string(text, *span->name ? span->name : "no name");
  text_buffer_append_string(text, span->failed ? words->failed : words->fine);
  duration_append(text, span->end_ms - span->start_ms);
  text_buffer_append_string(text, "</title></rect>\n");
  append_waiting(text, axis, span, y, height);
}

static void append_name(struct text_buffer *text, const struct timeline_axis *axis,
                        const struct timeline_span *span, uint32_t y) {
  int64_t x = timeline_axis_place(axis, span->start_ms);
  bool at_end = x > WHOLE_WIDTH / 2;

  if (at_end)
    x = timeline_axis_place(axis, span->end_ms);
  text_buffer_append_string(text, "<text x=\"");
  measure_decimal(text, x);
  text_buffer_printf(text, "%%\" y=\"%" PRIu32 "\"%s>", y, at_end ? " text-anchor=\"end\"" : "");
  html_attribute_string(text, *span->name ? span->name : "no name");
  text_buffer_append_string(text, "</text>\n");
}

static void open_drawing(struct text_buffer *text, const struct timeline *timeline,
                         uint32_t height) {
  text_buffer_printf(text,
                     "<svg class=\"timeline\" role=\"img\" width=\"100%%\" height=\"%" PRIu32
                     "\" aria-label=\"",
                     height);
  measure_counted(text, timeline->count, "Jobs");
  text_buffer_append_string(text, " in ");
  duration_append(text, timeline->last_ms - timeline->first_ms);
  text_buffer_append_string(text, "; the table of Jobs has the time of each\">\n");
}

static void append_start(struct text_buffer *text, const struct timeline *timeline,
                         const struct timeline_axis *axis) {
  char time[TIMESTAMP_SIZE];

  timestamp_format(axis->first_ms, time);
  text_buffer_append_string(text, "Time runs from ");
  measure_time(text, time, "");
  text_buffer_append_string(text, timeline->is_of_cluster
                                      ? " UTC, by the cluster's clock. Grey is how long a Job was "
                                        "seen to wait before a container of it ran; one that "
                                        "has not ended is drawn for as long as it was seen."
                                      : " UTC.");
  if (timeline->retried > 0)
    text_buffer_append_string(text, " A Job that was tried again is shown by its last attempt.");
  if (timeline->untimed > 0) {
    text_buffer_append_char(text, ' ');
    measure_counted(text, timeline->untimed, "Jobs");
    text_buffer_append_string(text, timeline->untimed == 1
                                        ? " has no time that can be read, and no bar."
                                        : " have no time that can be read, and no bars.");
  }
}

static uint64_t short_bars(const struct timeline *timeline, const struct timeline_axis *axis) {
  uint64_t too_short = 0;

  for (uint64_t i = 0; i < timeline->count; i++) {
    const struct timeline_span *span = &timeline->spans[i];

    too_short +=
        timeline_axis_place(axis, span->end_ms) - timeline_axis_place(axis, span->start_ms) <
        TIMELINE_AXIS_LEAST;
  }
  return too_short;
}

static void write_bars(struct timeline *timeline, struct text_buffer *text, uint32_t lanes) {
  struct timeline_axis axis = {timeline->first_ms, timeline->last_ms};
  bool named = timeline->count <= TIMELINE_NAMED;
  uint32_t lane_height = named ? NAMED_HEIGHT : LANE_HEIGHT;
  uint32_t rows = named ? (uint32_t)timeline->count : lanes;
  uint64_t too_short = short_bars(timeline, &axis);

  open_drawing(text, timeline, rows * lane_height + TIMELINE_AXIS_HEIGHT);
  timeline_axis_append(&axis, text, rows * lane_height);
  for (uint32_t i = 0; i < timeline->count; i++) {
    const struct timeline_span *span = &timeline->spans[i];

    if (named) {
      append_name(text, &axis, span, i * NAMED_HEIGHT + NAMED_HEIGHT - NAMED_BAR - 6);
      append_bar(text, timeline, &axis, span, (i + 1) * NAMED_HEIGHT - NAMED_BAR - 2, NAMED_BAR);
    } else {
      append_bar(text, timeline, &axis, span, span->lane * LANE_HEIGHT + 2, LANE_BAR);
    }
  }
  text_buffer_append_string(text, "</svg>\n<figcaption>");
  text_buffer_printf(text, "At most %" PRIu32 " at the same time. ", lanes);
  append_start(text, timeline, &axis);
  if (too_short > 0) {
    text_buffer_append_char(text, ' ');
    measure_counted(text, too_short, "Jobs");
    text_buffer_append_string(text, too_short == 1 ? " is" : " are");
    text_buffer_append_string(text, " drawn wider than to scale, to be seen.");
  }
  text_buffer_append_string(text, "</figcaption>\n");
}

struct chart {
  const struct timeline_axis *axis;
  struct text_buffer *text;
  int64_t width_ms; /* of a column */
  uint32_t bottom;  /* pixels from above */
};

/* A column from `from` up to `to`, in thousandths of a pixel above the chart's bottom. */
static void append_column(const struct chart *chart, const char *kind, int64_t start_ms,
                          int64_t from, int64_t to) {
  int64_t x = timeline_axis_place(chart->axis, start_ms);
  int64_t end = timeline_axis_place(chart->axis, start_ms + chart->width_ms);

  if (to <= from)
    return;
  text_buffer_printf(chart->text, "<rect class=\"%s\"", kind);
  append_rectangle(chart->text, x, (int64_t)chart->bottom * 1000 - to, end - x, to - from);
  text_buffer_append_string(chart->text, " />\n");
}

static void append_label(const struct chart *chart, uint32_t height, const char *label) {
  text_buffer_printf(chart->text, "<text x=\"0\" y=\"%" PRIu32 "\">%s", chart->bottom - height - 6,
                     label);
}

/* `part` of `whole` as a height, in thousandths of a pixel; 0 where there is nothing. */
static int64_t height_of(int64_t part, int64_t whole, uint32_t height) {
  return whole > 0 ? (int64_t)((double)part / (double)whole * height * 1000) : 0;
}

static void append_running(const struct density *density, const struct chart *chart) {
  int64_t most = 0;

  for (uint32_t i = 0; i < density->count; i++)
    if (density->columns[i].running_ms > most)
      most = density->columns[i].running_ms;
  append_label(chart, RUNNING_HEIGHT, "Running at the same time, mean of each column, up to ");
  measure_decimal(chart->text, most * 10 / chart->width_ms * 100);
  text_buffer_append_string(chart->text, "</text>\n");
  for (uint32_t i = 0; i < density->count; i++)
    append_column(chart, "running", density->first_ms + (int64_t)i * chart->width_ms, 0,
                  height_of(density->columns[i].running_ms, most, RUNNING_HEIGHT));
}

static void append_ended(const struct density *density, const struct chart *chart) {
  int64_t most = 0;

  for (uint32_t i = 0; i < density->count; i++) {
    int64_t ended = (int64_t)density->columns[i].successful + density->columns[i].failed;

    most = ended > most ? ended : most;
  }
  append_label(chart, ENDED_HEIGHT, "Ended in each column, up to ");
  measure_count(chart->text, (uint64_t)most);
  text_buffer_append_string(chart->text, "</text>\n");
  for (uint32_t i = 0; i < density->count; i++) {
    const struct density_column *column = &density->columns[i];
    int64_t start_ms = density->first_ms + (int64_t)i * chart->width_ms;
    int64_t failed = height_of(column->failed, most, ENDED_HEIGHT);
    int64_t all = height_of((int64_t)column->failed + column->successful, most, ENDED_HEIGHT);

    append_column(chart, "failed", start_ms, 0, failed);
    append_column(chart, "success", start_ms, failed, all);
  }
}

/* One failure among thousands would be too low a part of its column to be seen. */
static void append_failed(const struct density *density, const struct chart *chart) {
  append_label(chart, FAILED_HEIGHT, "Columns in which a Job failed</text>\n");
  for (uint32_t i = 0; i < density->count; i++)
    if (density->columns[i].failed > 0)
      append_column(chart, "failed", density->first_ms + (int64_t)i * chart->width_ms, 0,
                    (int64_t)FAILED_HEIGHT * 1000);
}

static bool any_failed(const struct density *density) {
  for (uint32_t i = 0; i < density->count; i++)
    if (density->columns[i].failed > 0)
      return true;
  return false;
}

static void write_columns(struct timeline *timeline, struct text_buffer *text) {
  const struct density *density = &timeline->density;
  int64_t width = density_width(density);
  struct timeline_axis axis = {density->first_ms, density->first_ms + density->count * width};
  struct chart chart = {&axis, text, width, CHART_GAP + RUNNING_HEIGHT};
  bool failed = any_failed(density);
  uint32_t height = 2 * CHART_GAP + RUNNING_HEIGHT + ENDED_HEIGHT;

  if (failed)
    height += CHART_GAP + FAILED_HEIGHT;
  open_drawing(text, timeline, height + TIMELINE_AXIS_HEIGHT);
  timeline_axis_append(&axis, text, height);
  append_running(density, &chart);
  chart.bottom += CHART_GAP + ENDED_HEIGHT;
  append_ended(density, &chart);
  if (failed) {
    chart.bottom += CHART_GAP + FAILED_HEIGHT;
    append_failed(density, &chart);
  }
  text_buffer_append_string(text, "</svg>\n<figcaption>Too many Jobs to draw each: a column is ");
  duration_append(text, width);
  text_buffer_append_string(text, ". ");
  append_start(text, timeline, &axis);
  text_buffer_append_string(text, "</figcaption>\n");
}

void timeline_write(struct timeline *timeline, struct text_buffer *text) {
  uint32_t lanes = TIMELINE_BARS;

  if (timeline->count == 0)
    return;
  page_section_open(text, "timeline", "Timeline", 0);
  text_buffer_append_string(text, "<figure>\n");
  if (timeline->count <= TIMELINE_BARS)
    lanes = assign_lanes(timeline);
  if (lanes <= TIMELINE_LANES)
    write_bars(timeline, text, lanes);
  else
    write_columns(timeline, text);
  text_buffer_append_string(text, "</figure>\n</section>\n");
}

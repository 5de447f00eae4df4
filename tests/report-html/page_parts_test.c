/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the page that reckon: escaping, measures, tallies, columns over time. */
#include "density.h"
#include "failure_groups.h"
#include "html/html_text.h"
#include "html/measure.h"
#include "job_waits.h"
#include "tally.h"
#include "timeline_axis.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static void assert_text(struct text_buffer *text, const char *expected) {
  assert_string_equal(text_buffer_string(text), expected);
  text_buffer_reset(text);
}

static void escapes_for_each_place(void **state) {
  static const char hostile[] = "<&\"'>\n\t\x1b\x1b\xff한\\";
  struct section section;
  struct text_buffer text;
  struct hg_error err = HG_ERROR_INIT;

  (void)state;
  text_buffer_init(&text);
  html_text_append(&text, hostile, sizeof hostile - 1);
  assert_text(&text, "&lt;&amp;&quot;&#39;&gt;<i class=\"x\">\\n\\t\\x1b\\x1b\\xff</i>한\\");
  html_attribute_string(&text, hostile);
  assert_text(&text, "&lt;&amp;&quot;&#39;&gt;\\n\\t\\x1b\\x1b\\xff한\\");
  html_text_string(&text, "\xef\xbf\xbe");
  assert_text(&text, "<i class=\"x\">\\u{fffe}</i>");
  html_text_string(&text, "");
  assert_text(&text, "");
  text_buffer_finish(&text);

  section_init(&section, 1024);
  assert_int_equal(html_lines_append(&section, hostile, sizeof hostile - 1, &err), 0);
  assert_string_equal(text_buffer_string(&section.text),
                      "&lt;&amp;&quot;&#39;&gt;\n\t<i class=\"x\">\\x1b\\x1b\\xff</i>한\\");
  section_finish(&section);
}

static void shows_measures(void **state) {
  static const struct {
    int64_t thousandths;
    const char *shown;
  } decimals[] = {{0, "0"},    {1, "0.001"},     {10, "0.01"},      {100, "0.1"},
                  {1000, "1"}, {12340, "12.34"}, {12045, "12.045"}, {100000, "100"}};
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  for (size_t i = 0; i < sizeof decimals / sizeof decimals[0]; i++) {
    measure_decimal(&text, decimals[i].thousandths);
    assert_text(&text, decimals[i].shown);
  }
  measure_count(&text, UINT64_MAX);
  assert_text(&text, "18,446,744,073,709,551,615");
  measure_counted(&text, 1, "Jobs");
  assert_text(&text, "1 Job");
  measure_counted(&text, 1000, "Jobs");
  assert_text(&text, "1,000 Jobs");
  text_buffer_finish(&text);
}

static void shows_times(void **state) {
  struct text_buffer text;

  (void)state;
  text_buffer_init(&text);
  measure_time(&text, "2026-11-23T09:05:07.042Z", "2026-11-23T00:00:00.000Z");
  assert_text(&text, "<time datetime=\"2026-11-23T09:05:07.042Z\">09:05:07.042</time>");
  measure_time(&text, "2026-11-24T00:00:07.042Z", "2026-11-23T00:00:00.000Z");
  assert_text(&text, "<time datetime=\"2026-11-24T00:00:07.042Z\">2026-11-24 00:00:07.042</time>");
  measure_time(&text, "<b>", "");
  assert_text(&text, "&lt;b&gt;");
  text_buffer_finish(&text);
}

static void tallies_within_its_room(void **state) {
  static struct tally tally;
  struct text_buffer text;
  char name[200];

  (void)state;
  memset(&tally, 0, sizeof tally);
  text_buffer_init(&text);
  tally_write(&tally, &text, "none");
  assert_text(&text, "");
  tally_add(&tally, "", "");
  tally_write(&tally, &text, "none");
  assert_text(&text, "");
  tally_add(&tally, "<a>", "do & so");
  tally_add(&tally, "<a>", "not this");
  tally_write(&tally, &text, "none");
  assert_text(&text, "<ul class=\"tally\">\n"
                     "<li><b>2</b> <span><code>&lt;a&gt;</code> <span class=\"part\">do &amp; "
                     "so</span></span></li>\n<li><b>1</b> <span>none</span></li>\n</ul>\n");
  for (unsigned i = 0; i < 1000; i++) {
    (void)snprintf(name, sizeof name, "%03u%0150u", i, i);
    tally_add(&tally, name, name);
  }
  assert_int_equal(tally.row_count, TALLY_ROWS);
  assert_int_equal(tally.other, 1000 - (TALLY_ROWS - 2));
  tally_write(&tally, &text, "none");
  assert_non_null(strstr(text_buffer_string(&text), "<b>978</b> <span>others</span>"));
  text_buffer_finish(&text);
}

/* Whatever is added in whatever order, nothing is lost: all Jobs end, and all time is accounted. */
static void columns_lose_nothing(void **state) {
  static const int64_t ranges[] = {
      1, 100, 5000, 100000, 7 * INT64_C(86400000), INT64_C(20000) * 365 * 86400000 / 2};
  static struct density density;

  (void)state;
  for (size_t r = 0; r < sizeof ranges / sizeof ranges[0]; r++) {
    int64_t running = 0;
    int64_t seen = 0;
    int64_t first = INT64_MAX;
    int64_t last = INT64_MIN;
    uint64_t ended[2] = {0, 0};
    uint64_t random = 7;

    memset(&density, 0, sizeof density);
    for (uint32_t i = 0; i < 3000; i++) {
      int64_t start;
      int64_t end;

      random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
      start = (int64_t)((random >> 11) % (uint64_t)ranges[r]) - ranges[r] / 2;
      end = start + (int64_t)((random >> 40) % (uint64_t)(ranges[r] / 10 + 1));
      density_add(&density, start, end, i % 7 == 0);
      running += end - start;
      ended[i % 7 == 0]++;
      first = start < first ? start : first;
      last = end > last ? end : last;
    }
    for (uint32_t i = 0; i < density.count; i++) {
      seen += density.columns[i].running_ms;
      ended[0] -= density.columns[i].successful;
      ended[1] -= density.columns[i].failed;
    }
    assert_int_equal(seen, running);
    assert_int_equal(ended[0], 0);
    assert_int_equal(ended[1], 0);
    assert_true(density.count <= DENSITY_COLUMNS);
    assert_true(density.first_ms <= first);
    assert_true(density.first_ms + (int64_t)density.count * density_width(&density) > last);
    assert_true(first - density.first_ms < density_width(&density));
  }
}

static void columns_hold_what_ended_in_them(void **state) {
  static struct density density;

  (void)state;
  memset(&density, 0, sizeof density);
  density_add(&density, 1000, 1010, false);
  density_add(&density, 990, 990, true);
  assert_int_equal(density_width(&density), 1);
  assert_int_equal(density.first_ms, 990);
  assert_int_equal(density.count, 21);
  assert_int_equal(density.columns[0].failed, 1);
  assert_int_equal(density.columns[0].running_ms, 0);
  assert_int_equal(density.columns[10].running_ms, 1);
  assert_int_equal(density.columns[20].successful, 1);
  assert_int_equal(density.columns[20].running_ms, 0);
  density_add(&density, 500, 1500, false);
  assert_int_equal(density_width(&density), 10);
  assert_int_equal(density.first_ms, 500);
  assert_int_equal(density.columns[49].running_ms, 10);
  assert_int_equal(density.columns[49].failed, 1);
  assert_int_equal(density.columns[50].running_ms, 20);
  assert_int_equal(density.columns[51].successful, 1);
}

static void axis_has_a_few_round_lines(void **state) {
  struct text_buffer text;
  struct timeline_axis axis = {5000, 5000};

  (void)state;
  text_buffer_init(&text);
  assert_int_equal(timeline_axis_place(&axis, 5000), 0);
  for (int64_t range = 0; range < INT64_C(1) << 50; range = range * 3 + 1) {
    uint32_t lines = 0;

    axis.last_ms = axis.first_ms + range;
    timeline_axis_append(&axis, &text, 100);
    for (const char *at = text_buffer_string(&text); (at = strstr(at, "<line ")); at++)
      lines++;
    assert_in_range(lines, 1, 6);
    assert_true(range < 2 || lines >= 2);
    text_buffer_reset(&text);
  }
  axis.last_ms = 5000 + 150000;
  timeline_axis_append(&axis, &text, 100);
  assert_non_null(strstr(text_buffer_string(&text), ">1 min 30 s</text>"));
  text_buffer_finish(&text);
}

static void see(struct job_waits *waits, const char *uid, uint32_t phase, const char *reason,
                const char *seen_at) {
  const struct hg_job_observation observation = {.struct_size = sizeof observation,
                                                 .phase = phase,
                                                 .uid = uid,
                                                 .reason = reason,
                                                 .seen_at = seen_at};

  job_waits_observe(waits, &observation);
}

static struct job_wait end(struct job_waits *waits, const char *uid, const char *decided_at) {
  const struct hg_job_completion completion = {
      .struct_size = sizeof completion, .uid = uid, .decided_at = decided_at};

  return job_waits_end(waits, &completion);
}

/* Only what was seen is counted: waiting, and the time in all. */
static void waits_are_those_that_were_seen(void **state) {
  static struct job_waits waits;
  struct job_wait wait;

  (void)state;
  see(&waits, "a", HG_PHASE_PENDING, "Unschedulable", "2026-11-23T09:00:00.000Z");
  see(&waits, "b", HG_PHASE_RUNNING, "", "2026-11-23T09:00:01.000Z");
  see(&waits, "a", HG_PHASE_PENDING, "ContainerCreating", "2026-11-23T09:00:02.000Z");
  see(&waits, "a", HG_PHASE_RUNNING, "", "2026-11-23T09:00:05.000Z");
  see(&waits, "a", HG_PHASE_SUSPENDED, "", "2026-11-23T09:00:06.000Z");
  wait = end(&waits, "a", "2026-11-23T09:00:06.500Z");
  assert_int_equal(wait.ms, 5500);
  assert_int_equal(wait.seen_ms, 6500);
  assert_string_equal(wait.reason, "ContainerCreating");
  assert_int_equal(end(&waits, "b", "2026-11-23T09:00:03.000Z").ms, 0);
  assert_int_equal(end(&waits, "a", "2026-11-23T09:00:07.000Z").seen_ms, 0);
  see(&waits, "", HG_PHASE_PENDING, "", "2026-11-23T09:00:00.000Z");
  see(&waits, "c", HG_PHASE_PENDING, "", "no time");
  assert_int_equal(end(&waits, "c", "2026-11-23T09:00:07.000Z").seen_ms, 0);
}

/* Beyond the room nothing is known, until a Job has ended. */
static void waits_within_their_room(void **state) {
  static struct job_waits waits;
  char uid[16];

  (void)state;
  for (int i = 0; i <= JOB_WAITS; i++) {
    (void)snprintf(uid, sizeof uid, "uid-%d", i);
    see(&waits, uid, HG_PHASE_PENDING, "", "2026-11-23T09:00:00.000Z");
  }
  assert_int_equal(end(&waits, uid, "2026-11-23T09:00:01.000Z").ms, 0);
  assert_int_equal(end(&waits, "uid-7", "2026-11-23T09:00:01.000Z").ms, 1000);
  see(&waits, uid, HG_PHASE_PENDING, "", "2026-11-23T09:00:01.000Z");
  assert_int_equal(end(&waits, uid, "2026-11-23T09:00:03.000Z").ms, 2000);
}

static void groups_failures_within_its_room(void **state) {
  static struct failure_groups groups;
  struct text_buffer text;
  char name[32];

  (void)state;
  memset(&groups, 0, sizeof groups);
  text_buffer_init(&text);
  for (unsigned i = 0; i < 20; i++) {
    struct hg_job_completion completion = {
        .failure_class = i == 0 ? "" : "image-<pull>", .job_name = name, .advice = "look & see"};

    (void)snprintf(name, sizeof name, "job-%u", i);
    failure_groups_add(&groups, &completion, i < 19 ? "no image" : "another", i + 1);
  }
  failure_groups_write(&groups, &text);
  assert_non_null(strstr(text.data,
                         "<ul class=\"tally groups\">\n<li><b>19</b> <div><code>image-&lt;pull&gt;"
                         "</code> <span class=\"why\">such as: no image</span><p class=\"names\">"
                         "<a href=\"#c2\">job-1</a>, <a href=\"#c3\">job-2</a>"));
  assert_non_null(strstr(text.data,
                         "<a href=\"#c13\">job-12</a> <span class=\"part\">and 7 more</span></p>"
                         "<p class=\"advice\">look &amp; see</p>"));
  assert_non_null(
      strstr(text.data, "<li><b>1</b> <div>without a known kind <span class=\"why\">no image"));
  for (unsigned i = 0; i < 100; i++) {
    struct hg_job_completion completion = {.failure_class = name, .job_name = "a", .advice = ""};

    (void)snprintf(name, sizeof name, "class-%u", i);
    failure_groups_add(&groups, &completion, "", 1);
  }
  assert_int_equal(100 + 2 - GROUP_COUNT, groups.others);
  text_buffer_finish(&text);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(groups_failures_within_its_room),
      cmocka_unit_test(escapes_for_each_place),
      cmocka_unit_test(shows_measures),
      cmocka_unit_test(shows_times),
      cmocka_unit_test(tallies_within_its_room),
      cmocka_unit_test(columns_lose_nothing),
      cmocka_unit_test(columns_hold_what_ended_in_them),
      cmocka_unit_test(axis_has_a_few_round_lines),
      cmocka_unit_test(waits_are_those_that_were_seen),
      cmocka_unit_test(waits_within_their_room),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

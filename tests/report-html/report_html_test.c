/* SPDX-License-Identifier: Apache-2.0 */
/* Whole pages of the reporter "html" against golden files; what many Jobs and long outputs leave
 * of them. */
#include "page_runs.h"
#include "reporter_case.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void write_page(int32_t (*feed)(struct reporter_harness *)) {
  assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_FULL), 0);
  assert_int_equal(feed(&harness), 0);
  reporter_harness_destroy(&harness);
}

static const char *page(void) {
  return text_buffer_string(&harness.written);
}

/* Takes out what stands between `start` and `end`: the style sheet and the script have files of
 * their own, and a golden page shall not change with them. */
static void cut_out(const char *start, const char *end) {
  char *from = strstr(harness.written.data, start);
  char *to;

  assert_non_null(from);
  from += strlen(start);
  to = strstr(from, end);
  assert_non_null(to);
  harness.written.length -= (size_t)(to - from);
  memmove(from, to, strlen(to) + 1);
}

static void pages_are_the_golden_ones(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    char name[80];

    write_page(sample_runs[i].feed);
    cut_out("<style>", "</style>");
    cut_out("<script>", "</script>");
    cut_out("style-src 'sha256-", "'");
    cut_out("script-src 'sha256-", "'");
    (void)snprintf(name, sizeof name, "%s.html", sample_runs[i].name);
    assert_report(&harness, GOLDEN_DIRECTORY, REPORTS_DIRECTORY, name);
  }
}

static void page_does_not_depend_on_the_output(void **state) {
  char *whole;

  (void)state;
  write_page(page_run_hostile);
  whole = strdup(page());
  assert_non_null(whole);
  assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_TERMINAL | HG_OUTPUT_COLOR), 0);
  assert_int_equal(page_run_hostile(&harness), 0);
  reporter_harness_destroy(&harness);
  assert_string_equal(page(), whole);
  free(whole);
}

/* Whoever looks at the file itself, in a terminal or an editor, is as safe as in a browser. */
static void nothing_hidden_is_in_a_page(void **state) {
  static int32_t (*const runs[])(struct reporter_harness *) = {page_run_hostile,
                                                               page_run_hostile_findings};

  (void)state;
  for (size_t i = 0; i < sample_run_count + 2; i++) {
    write_page(i < sample_run_count ? sample_runs[i].feed : runs[i - sample_run_count]);
    for (size_t at = 0; at < harness.written.length;) {
      uint32_t c = 0;
      size_t count = utf8_decode(harness.written.data + at, harness.written.length - at, &c);

      assert_true(count > 0);
      assert_true(c == '\n' || c == '\t' || !visible_text_hides(c));
      at += count;
    }
  }
}

static void feed_output(int64_t run_id, const char *data, size_t length, uint32_t flags) {
  const char *const command[] = {"kubectl", NULL};
  const struct hg_run run = {sizeof run, HG_MODE_APPLY, run_id, "apply", "", "", "", "", "", ""};
  const struct hg_result result = {
      .struct_size = sizeof result, .finished_at = "", .total_jobs = 1, .successful_jobs = 1};
  const struct hg_job_result job = {
      .struct_size = sizeof job,
      .status = HG_STATUS_SUCCESS,
      .flags = flags,
      .command_count = 1,
      .document_number = 1,
      .job_name = "a",
      .job_namespace = "b",
      .yaml_path = "c",
      .command = command,
      .stdout_text = {data, length},
      .stderr_text = {"", 0},
      .reason = "",
      .timestamp = "",
  };

  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(reporter_harness_start(&harness, &run), 0);
  assert_int_equal(reporter_harness_finished(&harness, &job), 0);
  assert_int_equal(reporter_harness_end(&harness, &result), 0);
  reporter_harness_destroy(&harness);
}

/* What nobody sees is spelled out in an attribute without a tag, which would end it. */
static void a_parameters_name_stays_in_its_attribute(void **state) {
  static const struct hg_pair parameter = {"lr\xe2\x80\x8b", "1"};
  const struct hg_run run = {sizeof run, HG_MODE_APPLY, 1, "apply", "", "", "", "", "", ""};
  const struct hg_result result = {
      .struct_size = sizeof result, .finished_at = "", .total_jobs = 1, .successful_jobs = 1};
  const struct hg_job_result job = {
      .struct_size = sizeof job,
      .status = HG_STATUS_SUCCESS,
      .document_number = 1,
      .job_name = "a",
      .job_namespace = "b",
      .yaml_path = "c",
      .stdout_text = {"", 0},
      .stderr_text = {"", 0},
      .reason = "",
      .timestamp = "",
      .parameters = &parameter,
      .parameter_count = 1,
  };
  const struct hg_validation validation = {.struct_size = sizeof validation,
                                           .valid = 1,
                                           .document_number = 1,
                                           .job_name = "a",
                                           .job_namespace = "b",
                                           .yaml_path = "c",
                                           .parameters = &parameter,
                                           .parameter_count = 1};

  (void)state;
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(reporter_harness_start(&harness, &run), 0);
  assert_int_equal(reporter_harness_validated(&harness, &validation), 0);
  assert_int_equal(reporter_harness_finished(&harness, &job), 0);
  assert_int_equal(reporter_harness_end(&harness, &result), 0);
  reporter_harness_destroy(&harness);
  assert_non_null(strstr(page(), "<td data-p=\"lr\\u{200b}\">"));
}

/* A long output is cut between two characters, and the page says so and where the rest is. */
static void long_outputs_are_cut_honestly(void **state) {
  static const char text[] = "0123456789한글";

  (void)state;
  feed_output(41, text, sizeof text - 1, 0);
  assert_non_null(strstr(page(), "<pre>\n0123456789한글</pre>"));
  assert_int_equal(count_of("Cut here"), 0);

  set_option("output-bytes", "12");
  feed_output(41, text, sizeof text - 1, 0);
  assert_non_null(strstr(page(), "<pre>\n0123456789</pre>"));
  assert_non_null(strstr(page(), "Cut here: 10 of 16 bytes are shown. The rest is in the history: "
                                 "run 41 in the view <code>job_outcomes</code>.</p>"));

  set_option("output-bytes", "0");
  feed_output(0, text, sizeof text - 1, HG_RESULT_STDOUT_CUT);
  assert_int_equal(count_of("<pre>"), 0);
  assert_non_null(strstr(page(), "Cut here: 0 of 16 bytes are shown. The run is not in a history "
                                 "that had the rest. kubectl wrote more than the 16 bytes that "
                                 "were kept.</p>"));
  set_option(NULL, NULL);
  feed_output(41, text, sizeof text - 1, HG_RESULT_STDOUT_CUT);
  assert_non_null(
      strstr(page(), "Cut here: kubectl wrote more than the 16 bytes that were kept.</p>"));
}

/* More than is kept in memory, in each list: all there, in the order of the run. */
static void many_jobs_are_all_there(void **state) {
  enum { JOBS = 1500 };
  const char *card;
  const char *row;

  (void)state;
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(sample_many_jobs(&harness, JOBS, true, 100), 0);
  reporter_harness_destroy(&harness);
  card = page();
  row = strstr(page(), "<tbody data-list=\"jobs\" class=\"long\">");
  assert_non_null(row);
  for (size_t i = 0; i < JOBS; i++) {
    char text[160];
    bool failed = i % 10 == 0;

    (void)snprintf(text, sizeof text, "<tr id=\"j%zu\" data-s=\"%s\">", i + 1,
                   failed ? "failed" : "success");
    row = strstr(row, text);
    assert_non_null(row);
    (void)snprintf(text, sizeof text, ">arb-tuning-d29-k8s--worker-%zu-%zu</%s>", i + 1, i,
                   failed ? "a" : "summary");
    row = strstr(row, text);
    assert_non_null(row);
    if (!failed)
      continue;
    (void)snprintf(text, sizeof text, "<details class=\"card\" id=\"f%zu\"%s>", i + 1,
                   i < 50 ? " open=\"\"" : "");
    card = strstr(card, text);
    assert_non_null(card);
  }
  assert_int_equal(count_of("<tr id=\"j"), JOBS);
  assert_int_equal(count_of("<details class=\"card\" id=\"f"), JOBS / 10);
  assert_int_equal(count_of("<details class=\"card\" id=\"c"), JOBS / 2 - JOBS / 10);
  assert_int_equal(count_of("<tr id=\"w"), JOBS - JOBS / 10);
}

static void draw(uint64_t count, uint32_t lanes) {
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  assert_int_equal(page_run_parallel(&harness, count, lanes, 25), 0);
  reporter_harness_destroy(&harness);
}

/* A few Jobs have their name, some hundreds a bar, more are counted. */
static void timeline_goes_with_the_number_of_jobs(void **state) {
  (void)state;
  draw(24, 4);
  assert_int_equal(count_of(" data-to=\""), 24);
  assert_non_null(strstr(page(), ">arb-tuning-d29-k8s--worker-24-23</text>"));
  assert_non_null(strstr(page(), "<figcaption>At most 4 at the same time."));
  draw(400, 40);
  assert_int_equal(count_of(" data-to=\""), 400);
  assert_null(strstr(page(), ">arb-tuning-d29-k8s--worker-24-23</text>"));
  assert_non_null(strstr(page(), "<figcaption>At most 40 at the same time."));
  draw(400, 41);
  assert_int_equal(count_of(" data-to=\""), 0);
  draw(401, 4);
  assert_int_equal(count_of(" data-to=\""), 0);
  assert_non_null(strstr(page(), "Too many Jobs to draw each: a column is 200 ms."));
  assert_non_null(strstr(page(), "mean of each column, up to 4</text>"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(pages_are_the_golden_ones),
      cmocka_unit_test(page_does_not_depend_on_the_output),
      cmocka_unit_test(nothing_hidden_is_in_a_page),

      cmocka_unit_test(a_parameters_name_stays_in_its_attribute),
      cmocka_unit_test(long_outputs_are_cut_honestly),
      cmocka_unit_test(many_jobs_are_all_there),
      cmocka_unit_test(timeline_goes_with_the_number_of_jobs),
  };

  return cmocka_run_group_tests(tests, open_harness, close_harness);
}

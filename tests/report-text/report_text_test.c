/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "text": whole reports against golden files, colours, failing outputs. */
#include "reporter_case.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { BRIEF = 0, FULL = HG_OUTPUT_FULL, COLORED = HG_OUTPUT_TERMINAL | HG_OUTPUT_COLOR };

static void reports_are_the_golden_ones(void **state) {
  static const struct {
    uint32_t flags;
    const char *ending;
  } forms[] = {{BRIEF, "txt"}, {FULL, "full.txt"}};
  char name[100];

  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    for (size_t form = 0; form < sizeof forms / sizeof forms[0]; form++) {
      (void)snprintf(name, sizeof name, "%s.%s", sample_runs[i].name, forms[form].ending);
      write_report(&sample_runs[i], forms[form].flags);
      assert_golden(&harness, GOLDEN_DIRECTORY, name);
    }
  }
}

/* What design and user's guide print, byte for byte. */
static void dry_run_is_to_the_letter(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++)
    if (strcmp(sample_runs[i].name, "dry-run") == 0)
      write_report(&sample_runs[i], BRIEF);
  assert_string_equal(text_buffer_string(&harness.written), "[SUMMARY]\n"
                                                            "Total Jobs:              2\n"
                                                            "Successful:              0\n"
                                                            "Failed:                  0\n"
                                                            "Skipped (dry-run):       2\n"
                                                            "\n"
                                                            "[SKIPPED JOBS (DRY-RUN)]\n"
                                                            "  ⊘ arb-tuning-d29-k8s--worker-1-0\n"
                                                            "  ⊘ arb-tuning-d29-k8s--worker-2-1\n");
}

/* Removes what colours a text and returns how many times one was set. */
static size_t remove_colors(struct text_buffer *text) {
  static const char *const codes[] = {"\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"};
  size_t count = 0;
  size_t kept = 0;

  for (size_t at = 0; at < text->length;) {
    size_t length = 0;

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++)
      if (strncmp(text->data + at, codes[i], strlen(codes[i])) == 0)
        length = strlen(codes[i]);
    if (length > 0) {
      at += length;
      count++;
    } else {
      text->data[kept++] = text->data[at++];
    }
  }
  text->length = kept;
  text->data[kept] = '\0';
  return count;
}

/* Nothing but our own line feeds and, where asked for, colours. */
static void assert_harmless(const struct text_buffer *text) {
  for (size_t at = 0; at < text->length;) {
    uint32_t c = 0;
    size_t count = utf8_decode(text->data + at, text->length - at, &c);

    assert_true(count > 0);
    if (c != '\n' && visible_text_hides(c))
      fail_msg("U+%04X came through at byte %zu", (unsigned)c, at);
    at += count;
  }
}

static void colors_change_nothing_else(void **state) {
  struct text_buffer plain;

  (void)state;
  text_buffer_init(&plain);
  for (size_t i = 0; i < sample_run_count; i++) {
    for (uint32_t full = 0; full <= FULL; full += FULL) {
      write_report(&sample_runs[i], full);
      assert_harmless(&harness.written);
      text_buffer_reset(&plain);
      text_buffer_append(&plain, harness.written.data, harness.written.length);

      write_report(&sample_runs[i], full | HG_OUTPUT_TERMINAL);
      assert_string_equal(text_buffer_string(&harness.written), text_buffer_string(&plain));

      write_report(&sample_runs[i], full | COLORED);
      assert_true(remove_colors(&harness.written) >= 2 || plain.length == 0);
      assert_string_equal(text_buffer_string(&harness.written), text_buffer_string(&plain));
    }
  }
  text_buffer_finish(&plain);
}

static void marks_and_headings_have_colors(void **state) {
  (void)state;
  for (size_t i = 0; i < sample_run_count; i++) {
    char name[100];

    if (strcmp(sample_runs[i].name, "apply-mixed") != 0 &&
        strcmp(sample_runs[i].name, "validate-mixed") != 0 &&
        strcmp(sample_runs[i].name, "dry-run") != 0)
      continue;
    write_report(&sample_runs[i], COLORED);
    (void)snprintf(name, sizeof name, "%s.color.txt", sample_runs[i].name);
    assert_golden(&harness, GOLDEN_DIRECTORY, name);
  }
}

/* 20,000 Jobs in half as many namespaces. */
static void namespaces_stand_once_and_sorted(void **state) {
  enum { NAMESPACES = 10000 };
  static const struct hg_result result = {.struct_size = sizeof result};
  struct text_buffer expected;
  char name[32];

  (void)state;
  text_buffer_init(&expected);
  assert_int_equal(reporter_harness_create(&harness, BRIEF), 0);
  assert_int_equal(
      reporter_harness_start(&harness, &(struct hg_run){.struct_size = sizeof(struct hg_run),
                                                        .mode = HG_MODE_VALIDATE,
                                                        .command = "validate",
                                                        .jobs_dir = "out",
                                                        .kubeconfig = "",
                                                        .context = "",
                                                        .started_at = "2026-11-23T09:05:07.042Z",
                                                        .host_version = "1.0.0",
                                                        .kubernetes_version = "1.36"}),
      0);
  for (unsigned i = 0; i < 2 * NAMESPACES; i++) {
    const struct hg_validation validation = {.struct_size = sizeof validation,
                                             .valid = 1,
                                             .document_number = 1,
                                             .job_name = "job",
                                             .job_namespace = name,
                                             .yaml_path = "out/job.yaml"};

    (void)snprintf(name, sizeof name, "n-%05u", i * 7919u % NAMESPACES);
    assert_int_equal(reporter_harness_validated(&harness, &validation), 0);
  }
  assert_int_equal(reporter_harness_end(&harness, &result), 0);
  reporter_harness_destroy(&harness);
  for (unsigned i = 0; i < NAMESPACES; i++)
    text_buffer_printf(&expected, i == 0 ? " n-%05u" : ", n-%05u", i);
  text_buffer_append_char(&expected, '\n');
  assert_non_null(strstr(text_buffer_string(&harness.written), text_buffer_string(&expected)));
  text_buffer_finish(&expected);
}

/* Of many Jobs, too, a terminal gets each warning to its end, and what the apply did. */
static void warnings_are_told_whole(void **state) {
  enum { JOBS = 50, LENGTH = 700 };
  static char long_one[LENGTH + 1];
  const char *const warnings[] = {long_one, "the last"};
  const struct hg_result result = {
      .struct_size = sizeof result, .total_jobs = JOBS, .successful_jobs = JOBS};
  const struct hg_run run = {sizeof run, HG_MODE_APPLY, 1, "apply", "", "", "", "", "", ""};
  struct hg_job_result job = {.struct_size = sizeof job,
                              .status = HG_STATUS_SUCCESS,
                              .verb = HG_VERB_UNCHANGED,
                              .document_number = 1,
                              .job_namespace = "n",
                              .yaml_path = "jobs.yaml",
                              .stdout_text = {"", 0},
                              .stderr_text = {"", 0},
                              .reason = "",
                              .timestamp = "",
                              .warnings = warnings};
  char name[32];

  (void)state;
  memset(long_one, 'w', LENGTH);
  assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_TERMINAL), 0);
  assert_int_equal(reporter_harness_start(&harness, &run), 0);
  for (unsigned i = JOBS; i > 0; i--) {
    (void)snprintf(name, sizeof name, "job-%u", i);
    job.job_name = name;
    job.warning_count = i <= 12 ? 2 : 0;
    assert_int_equal(reporter_harness_finished(&harness, &job), 0);
  }
  assert_int_equal(reporter_harness_end(&harness, &result), 0);
  reporter_harness_destroy(&harness);
  assert_non_null(strstr(text_buffer_string(&harness.written),
                         "12 Jobs: job-1 (unchanged), job-2 (unchanged), job-3 (unchanged), job-4 "
                         "(unchanged), job-5 (unchanged), job-6 (unchanged), job-7 (unchanged), "
                         "job-8 (unchanged) and 4 more\n    Warning: wwww"));
  assert_non_null(strstr(text_buffer_string(&harness.written), "www; the last\n"));
  assert_non_null(strstr(text_buffer_string(&harness.written), long_one));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reports_are_the_golden_ones),
      cmocka_unit_test(dry_run_is_to_the_letter),
      cmocka_unit_test(colors_change_nothing_else),
      cmocka_unit_test(marks_and_headings_have_colors),
      cmocka_unit_test(namespaces_stand_once_and_sorted),
      cmocka_unit_test(warnings_are_told_whole),
  };

  return cmocka_run_group_tests(tests, open_harness, close_harness);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What every bundled reporter promises of its output, whatever the format. */
#include "every_reporter.h"
#include "reporter_harness.h"
#include "sample_runs.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void write_report(struct reporter_harness *harness, const struct sample_run *run,
                         uint32_t flags) {
  assert_int_equal(reporter_harness_create(harness, flags), 0);
  if (run->feed(harness) != 0)
    fail_msg("%s: %s", run->name, harness->err.message);
  reporter_harness_destroy(harness);
}

static void fail_every_write(const char *plugin, void *context) {
  struct reporter_harness harness;
  unsigned failures = 0;

  (void)context;
  every_reporter_open(&harness, plugin);
  for (size_t i = 0; i < sample_run_count; i++) {
    for (uint64_t failing = 1;; failing++, failures++) {
      int32_t status;

      harness.failing_write = failing;
      assert_int_equal(reporter_harness_create(&harness, HG_OUTPUT_FULL), 0);
      status = sample_runs[i].feed(&harness);
      reporter_harness_destroy(&harness);
      if (status == 0)
        break;
      assert_int_equal(harness.err.code, HG_ERROR_IO);
      assert_string_equal(harness.err.message, "no space left on the test");
      assert_int_equal(harness.writes_after, 0);
    }
  }
  /* What only tells alerts has nothing to write of these runs. */
  assert_true(failures > 0 || harness.ops->alerts);
  reporter_harness_close(&harness);
}

static void every_write_may_fail(void **state) {
  (void)state;
  every_reporter_call(fail_every_write, NULL);
}

static void destroy_early(const char *plugin, void *context) {
  struct reporter_harness harness;

  (void)context;
  every_reporter_open(&harness, plugin);
  harness.ops->destroy(NULL);
  assert_int_equal(reporter_harness_create(&harness, 0), 0);
  reporter_harness_destroy(&harness);
  assert_int_equal(harness.writes, 0);
  reporter_harness_close(&harness);
}

static void may_be_destroyed_at_any_time(void **state) {
  (void)state;
  every_reporter_call(destroy_early, NULL);
}

/* UTF-8 without a character that a terminal might obey or that a reader cannot see, for a report
 * ends up in terminals, logs and web pages; the last line has its end. */
static void look_at_the_text(const char *plugin, void *context) {
  struct reporter_harness harness;

  (void)context;
  every_reporter_open(&harness, plugin);
  for (size_t i = 0; i < sample_run_count; i++) {
    write_report(&harness, &sample_runs[i], HG_OUTPUT_FULL);
    /* A reporter may have nothing to say of a run that went well. */
    if (harness.written.length > 0)
      assert_int_equal(harness.written.data[harness.written.length - 1], '\n');
    for (size_t at = 0; at < harness.written.length;) {
      uint32_t c = 0;
      size_t count = utf8_decode(harness.written.data + at, harness.written.length - at, &c);

      if (count == 0 || (c != '\n' && c != '\t' && visible_text_hides(c)))
        fail_msg("%s, %s: byte %zu is U+%04X (0: no UTF-8)", harness.plugin->name,
                 sample_runs[i].name, at, (unsigned)c);
      at += count;
    }
  }
  reporter_harness_close(&harness);
}

static void text_is_safe_to_look_at(void **state) {
  (void)state;
  every_reporter_call(look_at_the_text, NULL);
}

/* Nothing is left over from one run to the next. */
static void write_twice(const char *plugin, void *context) {
  struct reporter_harness harness;

  (void)context;
  every_reporter_open(&harness, plugin);
  for (size_t i = 0; i < sample_run_count; i++) {
    char *first;

    write_report(&harness, &sample_runs[i], HG_OUTPUT_FULL);
    first = strdup(text_buffer_string(&harness.written));
    assert_non_null(first);
    write_report(&harness, &sample_runs[i], HG_OUTPUT_FULL);
    assert_string_equal(text_buffer_string(&harness.written), first);
    free(first);
  }
  reporter_harness_close(&harness);
}

static void same_run_same_report(void **state) {
  (void)state;
  every_reporter_call(write_twice, NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(every_write_may_fail),
      cmocka_unit_test(may_be_destroyed_at_any_time),
      cmocka_unit_test(text_is_safe_to_look_at),
      cmocka_unit_test(same_run_same_report),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

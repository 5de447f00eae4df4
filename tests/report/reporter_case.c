/* SPDX-License-Identifier: Apache-2.0 */
#include "reporter_case.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

struct reporter_harness harness;

int open_reporter(const char *plugin) {
  reporter_harness_open(&harness, plugin);
  return 0;
}

int close_harness(void **state) {
  (void)state;
  reporter_harness_close(&harness);
  return 0;
}

void set_option(const char *name, const char *value) {
  harness.option_name = name;
  harness.option_value = value;
}

void write_report(const struct sample_run *run, uint32_t flags) {
  assert_int_equal(reporter_harness_create(&harness, flags), 0);
  if (run->feed(&harness) < 0)
    fail_msg("%s: %s", run->name, harness.err.message);
  reporter_harness_destroy(&harness);
}

const struct sample_run *sample_run(const char *name) {
  for (size_t i = 0; i < sample_run_count; i++)
    if (strcmp(sample_runs[i].name, name) == 0)
      return &sample_runs[i];
  fail_msg("there is no run %s", name);
  return NULL;
}

void write_named(const char *name, uint32_t flags) {
  write_report(sample_run(name), flags);
}

size_t count_of(const char *what) {
  size_t count = 0;

  for (const char *at = text_buffer_string(&harness.written); (at = strstr(at, what)); at++)
    count++;
  return count;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What the cmocka program about one reporter, PLUGIN, has in common with the others: its tests run
 * between open_harness and close_harness, and share one harness. */
#ifndef TESTS_REPORT_REPORTER_CASE_H
#define TESTS_REPORT_REPORTER_CASE_H

#include "reporter_harness.h"
#include "sample_runs.h"

extern struct reporter_harness harness;

int open_reporter(const char *plugin);
int close_harness(void **state);

#ifdef PLUGIN
static inline int open_harness(void **state) {
  (void)state;
  return open_reporter(PLUGIN);
}
#endif

/* From the next report on; NULL, NULL: every option has its default. */
void set_option(const char *name, const char *value);

/* The run of that name. */
const struct sample_run *sample_run(const char *name);

/* A report of that run, with `flags` (HG_OUTPUT_*): it fails the test, or is harness.written. */
void write_report(const struct sample_run *run, uint32_t flags);
void write_named(const char *name, uint32_t flags);

/* How often `what` stands in what was written. */
size_t count_of(const char *what);

#endif

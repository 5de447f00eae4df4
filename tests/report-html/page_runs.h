/* SPDX-License-Identifier: Apache-2.0 */
/* Runs for the page that no other reporter needs: many Jobs side by side, and text that tries to
 * break out of where it stands. */
#ifndef TESTS_REPORT_HTML_PAGE_RUNS_H
#define TESTS_REPORT_HTML_PAGE_RUNS_H

#include "reporter_harness.h"

#include <stdint.h>

/* An apply of `count` Jobs, `lanes` at a time, each with a time of its own; one in `failing` fails,
 * for different reasons. */
int32_t page_run_parallel(struct reporter_harness *harness, uint64_t count, uint32_t lanes,
                          uint64_t failing);

/* An apply in which every text from outside is hostile: row i of what page_run_hostile_texts gives
 * is the i-th Job's name, namespace, file, reason, advice, class, an argument and both outputs. */
int32_t page_run_hostile(struct reporter_harness *harness);

/* The same in what validation says, and in the run itself. */
int32_t page_run_hostile_findings(struct reporter_harness *harness);

/* The texts, and how the page must show each: its DOM text. */
struct page_hostile_text {
  const char *text;
  const char *shown;
};
extern const struct page_hostile_text page_hostile_texts[];
extern const uint32_t page_hostile_text_count;

#endif

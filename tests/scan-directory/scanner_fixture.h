/* SPDX-License-Identifier: Apache-2.0 */
/* One harness, made for each test and taken down behind it. */
#ifndef TESTS_SCAN_DIRECTORY_SCANNER_FIXTURE_H
#define TESTS_SCAN_DIRECTORY_SCANNER_FIXTURE_H

#include "scanner_harness.h"

static struct scanner_harness harness;

static int set_up(void **state) {
  (void)state;
  scanner_harness_open(&harness);
  return 0;
}

static int tear_down(void **state) {
  (void)state;
  scanner_harness_close(&harness);
  return 0;
}

#endif

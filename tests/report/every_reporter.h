/* SPDX-License-Identifier: Apache-2.0 */
/* What holds of every bundled reporter is tested with each of them: CMake gives their files. */
#ifndef TESTS_REPORT_EVERY_REPORTER_H
#define TESTS_REPORT_EVERY_REPORTER_H

#include "reporter_harness.h"

/* Calls `test` with the file of each reporter, and `context`. */
void every_reporter_call(void (*test)(const char *plugin, void *context), void *context);

/* reporter_harness_open, with the option set that makes the reporter do all that it can. */
void every_reporter_open(struct reporter_harness *harness, const char *plugin);

#endif

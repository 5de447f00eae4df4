/* SPDX-License-Identifier: Apache-2.0 */
/* A history with a bit of everything, for tests that read. */
#ifndef TESTS_HISTORY_HISTORY_SAMPLE_H
#define TESTS_HISTORY_HISTORY_SAMPLE_H

#include <headgate/error.h>
#include <stdint.h>

/* Writes four runs; `now_ms` is the time of the newest:
 *
 *   1  ten days before, apply: a succeeds, b fails with what the server said
 *   2  one day before, apply: a succeeds, b fails at its second attempt, c's manifest is new
 *   3  validate: d is invalid, with an error and a warning
 *   4  dry run: a as before, b with another manifest, e instead of c
 */
int32_t history_sample_write(const char *path, int64_t now_ms, struct hg_error *err);

/* Somebody looks at that run: its first Job is complete, with a result in its termination message,
 * its third one failed. */
int32_t history_sample_watch(const char *path, int64_t run_id, struct hg_error *err);

#endif

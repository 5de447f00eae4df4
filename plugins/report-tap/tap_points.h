/* SPDX-License-Identifier: Apache-2.0 */
/* The test points of a TAP 14 report: collected while the run goes on, and counted, because the
 * plan stands before them. */
#ifndef PLUGINS_REPORT_TAP_TAP_POINTS_H
#define PLUGINS_REPORT_TAP_TAP_POINTS_H

#include "files/section.h"
#include "text/text_buffer.h"

#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/result.h>
#include <stdbool.h>
#include <stdint.h>

/* Embedded in its owner; one thread at a time. */
struct tap_points {
  struct section section;
  struct text_buffer scratch; /* a text before it is escaped */
  uint64_t count;
  uint64_t failed;
};

void tap_points_init(struct tap_points *points);
void tap_points_finish(struct tap_points *points);

/* Forgets every point. */
void tap_points_reset(struct tap_points *points);

/* A document that was judged. Where it `may_be_applied` and is valid, it is skipped, for nothing
 * became of it; otherwise valid means ok. */
int32_t tap_points_add_document(struct tap_points *points, const struct hg_validation *validation,
                                bool may_be_applied, struct hg_error *err);

/* A Job's outcome. */
int32_t tap_points_add_outcome(struct tap_points *points, const struct hg_job_result *result,
                               struct hg_error *err);

/* What became of a Job in the cluster: complete is ok. */
int32_t tap_points_add_completion(struct tap_points *points,
                                  const struct hg_job_completion *completion, struct hg_error *err);

/* The run itself, called `name`, that could not be done. No "Bail out!": that would stop the reader
 * before its other inputs. */
int32_t tap_points_add_run_error(struct tap_points *points, const char *name,
                                 const struct hg_result *result, struct hg_error *err);

#endif

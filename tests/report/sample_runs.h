/* SPDX-License-Identifier: Apache-2.0 */
/* Whole runs as a reporter sees them: what every reporter is tested with. */
#ifndef TESTS_REPORT_SAMPLE_RUNS_H
#define TESTS_REPORT_SAMPLE_RUNS_H

#include "reporter_harness.h"

#include <headgate/run.h>
#include <stddef.h>
#include <stdint.h>

struct sample_run {
  const char *name; /* of its golden file, without an ending */
  /* Sends the events to the reporter, which was created. Stops at the first that fails, as the host
   * does: -1 then. */
  int32_t (*feed)(struct reporter_harness *harness);
};

extern const struct sample_run sample_runs[];
extern const size_t sample_run_count;

/* What a reporter is told of a run of that mode (HG_MODE_*) when it starts. */
struct hg_run sample_started(uint32_t mode);

/* A run that waited for its Jobs: each outcome, and text that is hostile. */
int32_t feed_watched(struct reporter_harness *harness);
int32_t feed_watched_hostile(struct reporter_harness *harness);

/* What became of that Job, which is complete. */
struct hg_job_completion sample_completion(const char *name);

/* A run over `count` Jobs that are valid, each with a warning and details. Where `applies`, each
 * has its outcome too, one in ten failed, with `output_bytes` of kubectl's output that is the worst
 * for whoever spells it out, and the others are followed to their end, every second one in vain. */
int32_t sample_many_jobs(struct reporter_harness *harness, uint64_t count, bool applies,
                         size_t output_bytes);

#endif

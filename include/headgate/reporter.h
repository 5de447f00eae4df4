/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 5: tells somebody what happened. This header is stable within the major.
 *
 * A reporter gets the run's events in order, all on one thread:
 *
 *   create, run_started, job_validated for each document, object_passed_over for each object that
 *   is no Job, job_finished for each Job of the plan, job_observed and job_completed where the run
 *   waits for its Jobs, run_finished, destroy
 *
 * A Job's job_finished comes before its job_observed, and those before its job_completed; those of
 * other Jobs may stand between, as Jobs end in any order.
 *
 * Of Jobs that are made of another's manifest, to try it again, job_validated comes behind
 * object_passed_over, or not at all.
 *
 * A run that stops early (a Job is invalid, the user said stop) leaves out what did not happen, but
 * run_finished and destroy come. Where the run cannot begin at all, or a past one cannot be read to
 * its end, run_finished does not; and a reporter in a process of its own is then ended with that
 * process. A reporter that fails is told nothing more but destroy; the run's result and exit code
 * stand.
 */
#ifndef HEADGATE_REPORTER_H
#define HEADGATE_REPORTER_H

#include <headgate/completion.h>
#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/passed_over.h>
#include <headgate/result.h>
#include <headgate/run.h>
#include <stdint.h>

struct hg_alert_ops; /* alert.h */

/* Bits of hg_output.flags. */
#define HG_OUTPUT_TERMINAL 1u /* a person looks at it: control characters must not reach it */
#define HG_OUTPUT_COLOR 2u    /* ANSI colours are welcome */
#define HG_OUTPUT_FULL 4u     /* a file was asked for: write the whole report, with every detail */
#define HG_OUTPUT_ASCII 8u    /* a terminal that shows no more than ASCII */

/* Where a reporter writes. A file appears under its name only when the reporter was destroyed
 * without having failed. Valid until destroy returns. */
struct hg_output {
  uint32_t struct_size; /* sizeof(struct hg_output) as the host compiled it */
  uint32_t flags;       /* HG_OUTPUT_* */
  void *context;        /* the host's own */

  /* Writes `length` bytes. 0 on success; -1 where no more can be written (a closed pipe, a full
   * disk): the reporter then returns -1 itself. Call it from the events only. */
  int32_t (*write)(const struct hg_output *output, const char *data, uint64_t length,
                   struct hg_error *err);
  uint32_t columns;  /* that a line of the terminal has; 0: it is none, lines are written whole */
  uint32_t reserved; /* 0 */
};

/* Mandatory: create, run_finished, destroy; an event may be NULL. All are called on one thread, in
 * the order above; what an event hands over lives until its function returns. `err` is the
 * caller's. */
struct hg_reporter_ops {
  uint32_t struct_size; /* sizeof(struct hg_reporter_ops) as the plugin compiled it */
  uint32_t reserved;    /* 0 */

  /* Makes the plugin's object. `host` and `output` outlive it. */
  int32_t (*create)(const struct hg_host *host, const struct hg_output *output, void **self,
                    struct hg_error *err);

  /* The run begins. */
  int32_t (*run_started)(void *self, const struct hg_run *run, struct hg_error *err);

  /* One document was judged; in file order, then document order. */
  int32_t (*job_validated)(void *self, const struct hg_validation *validation,
                           struct hg_error *err);

  /* One Job has its outcome, in plan order. */
  int32_t (*job_finished)(void *self, const struct hg_job_result *result, struct hg_error *err);

  /* The run is over. */
  int32_t (*run_finished)(void *self, const struct hg_result *result, struct hg_error *err);

  /* Releases everything. Accepts NULL. */
  void (*destroy)(void *self);

  /* One Job looks otherwise than before. */
  int32_t (*job_observed)(void *self, const struct hg_job_observation *observation,
                          struct hg_error *err);

  /* What became of one Job: once for each that was applied, where the run waits. */
  int32_t (*job_completed)(void *self, const struct hg_job_completion *completion,
                           struct hg_error *err);

  /* What stands among the manifests and is no Job: in file order, then document order, after all
   * documents were judged. */
  int32_t (*object_passed_over)(void *self, const struct hg_passed_over *object,
                                struct hg_error *err);

  /* How it is told of alerts; NULL: of none. */
  const struct hg_alert_ops *alerts;
};

#endif

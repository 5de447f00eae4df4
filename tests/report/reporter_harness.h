/* SPDX-License-Identifier: Apache-2.0 */
/* Loads a reporter as the host does and feeds it events; keeps what it writes. */
#ifndef TESTS_REPORT_REPORTER_HARNESS_H
#define TESTS_REPORT_REPORTER_HARNESS_H

#include "text/text_buffer.h"

#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <stdbool.h>
#include <stdint.h>

/* Embedded in the test; not to be moved while it is open. */
struct reporter_harness {
  const struct hg_plugin *plugin;
  const struct hg_reporter_ops *ops;
  void *self;
  struct hg_host host;
  struct hg_output output;
  struct hg_error err;     /* of the last event that failed */
  const char *option_name; /* an option that was set; NULL: all have their default */
  const char *option_value;

  struct text_buffer written;
  bool forget;            /* count what is written, do not keep it */
  uint64_t written_bytes; /* since the reporter was created */
  uint64_t writes;        /* calls of output.write */
  uint64_t failing_write; /* this one fails, from 1; 0: none does */
  uint64_t writes_after;  /* calls after the one that failed: there must be none */
};

/* Loads the plugin at `path`; fails the test where that does not go. */
void reporter_harness_open(struct reporter_harness *harness, const char *path);

/* Makes the reporter's object, with `flags` (HG_OUTPUT_*), and forgets what was written. */
int32_t reporter_harness_create(struct reporter_harness *harness, uint32_t flags);

/* The events; an event that the reporter does not want succeeds. */
int32_t reporter_harness_start(struct reporter_harness *harness, const struct hg_run *run);
int32_t reporter_harness_validated(struct reporter_harness *harness,
                                   const struct hg_validation *validation);
int32_t reporter_harness_finished(struct reporter_harness *harness,
                                  const struct hg_job_result *result);
int32_t reporter_harness_observed(struct reporter_harness *harness,
                                  const struct hg_job_observation *observation);
int32_t reporter_harness_completed(struct reporter_harness *harness,
                                   const struct hg_job_completion *completion);
int32_t reporter_harness_end(struct reporter_harness *harness, const struct hg_result *result);

/* Destroys the reporter's object, if there is one. */
void reporter_harness_destroy(struct reporter_harness *harness);

/* Also frees what was written. */
void reporter_harness_close(struct reporter_harness *harness);

/* Fails the test unless what was written is what the file DIRECTORY/NAME holds. With
 * HEADGATE_UPDATE_GOLDEN in the environment, the file is written instead: read what changed before
 * you commit it. */
void assert_golden(const struct reporter_harness *harness, const char *directory, const char *name);

/* Leaves the report in REPORTS/NAME, where a reader that is not ours looks at every one, and
 * compares those of three runs with DIRECTORY/NAME as above: they show what the report looks like.
 */
void assert_report(const struct reporter_harness *harness, const char *directory,
                   const char *reports, const char *name);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What a wrong reporter does, by name, each at one moment. */
#ifndef TESTS_PLUGIN_CHECK_WRONG_DEED_H
#define TESTS_PLUGIN_CHECK_WRONG_DEED_H

#include <headgate/reporter.h>
#include <stdbool.h>
#include <stdint.h>

enum moment {
  IN_CREATE,
  IN_RUN_STARTED,
  IN_JOB_VALIDATED,
  IN_JOB_FINISHED,
  IN_RUN_FINISHED,
  IN_DESTROY,
  ON_FULL_DISK, /* output->write has failed; what the deed returns, the event returns */
};

/* The plugin's object. */
struct wrong_reporter {
  const struct hg_host *host;
  const struct hg_output *output;
  uint32_t mode; /* HG_MODE_*; 0: run_started did not come */
  uint32_t jobs; /* that were validated */
  bool has_failed;
  bool is_over; /* run_finished came */
};

struct deed {
  const char *name; /* NULL: the end of the table */
  enum moment moment;
  /* `event` is the struct of the event that it is; NULL where it is none. */
  int32_t (*done)(struct wrong_reporter *reporter, const void *event, struct hg_error *err);
};

extern const struct deed run_deeds[];     /* what it does with runs */
extern const struct deed conduct_deeds[]; /* what it does with the process */

#endif

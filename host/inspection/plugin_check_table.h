/* SPDX-License-Identifier: Apache-2.0 */
/* What `headgate plugin check` tries with a reporter, as data. */
#ifndef HOST_INSPECTION_PLUGIN_CHECK_TABLE_H
#define HOST_INSPECTION_PLUGIN_CHECK_TABLE_H

#include "inspection/trial_runs.h"
#include "runner/runner_conduct.h"

/* What is right. */
enum check_expectation {
  EXPECT_DONE,      /* it takes all and ends */
  EXPECT_STOPPED,   /* it is destroyed when the events stop, and ends */
  EXPECT_FULL_DISK, /* it fails when it cannot write, and writes no more */
};

/* Room for its report. */
enum check_disk { DISK_LARGE, DISK_FULL, DISK_FULL_HALFWAY };

struct check_row {
  const char *name;
  check_run *run; /* NULL: none */
  uint32_t mode;  /* HG_MODE_* */
  uint32_t output_flags;
  enum check_expectation expectation;
  enum check_disk disk;
  bool for_programs; /* it makes sense for a program that reads events */
  bool destroys_null;
  bool is_measured;
  bool is_whole;    /* its report is as long as the usual ones */
  bool is_terminal; /* and must do nothing to a terminal */
};

/* In the order in which they are tried. */
extern const struct check_row check_table[];
extern const size_t check_table_count;

/* The last trial, from which each subject of conduct has a line. */
extern const struct check_row check_conduct_row;
extern const char *const check_conduct_names[CONDUCT_SUBJECTS];
#define CHECK_STANDARD_OUTPUT_NAME "writes nothing to standard output"

#endif

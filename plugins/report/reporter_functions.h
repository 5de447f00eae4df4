/* SPDX-License-Identifier: Apache-2.0 */
/* The table of a bundled reporter that calls its functions as hg_reporter_ops calls its members. */
#ifndef PLUGINS_REPORT_REPORTER_FUNCTIONS_H
#define PLUGINS_REPORT_REPORTER_FUNCTIONS_H

#include <headgate/reporter.h>

#define REPORTER_FUNCTIONS                                                                         \
  .struct_size = sizeof(struct hg_reporter_ops), .create = create, .run_started = run_started,     \
  .job_validated = job_validated, .job_finished = job_finished, .run_finished = run_finished,      \
  .destroy = destroy, .job_completed = job_completed

#endif

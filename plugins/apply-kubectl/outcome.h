/* SPDX-License-Identifier: Apache-2.0 */
/* From what happened to a kubectl to a Job's result: status, return code, a plain reason, the class
 * of failure. */
#ifndef APPLY_KUBECTL_OUTCOME_H
#define APPLY_KUBECTL_OUTCOME_H

#include "apply/failure_class.h"
#include "child.h"
#include "program.h"
#include "text/text_buffer.h"

#include <headgate/result.h>

/* Each fills in status, return_code, signal, flags, outputs, failure_class and advice of *result,
 * and writes the reason to `reason`, which is empty and which result->reason then points into. The
 * outputs are the child's and valid as long as it keeps them. Returns the class of a FAILED result,
 * NULL for SUCCESS. */

/* It ran and has ended: SUCCESS where it exited with status 0. */
const struct failure_class *outcome_of_child(const struct child *child,
                                             const struct child_limits *limits,
                                             struct text_buffer *reason,
                                             struct hg_job_result *result);

/* It ran and has ended, and did not say what a Job is FAILED without. `again`: the Job has
 * another try, alone, and this is what it will be: "applied", "asked for". NULL: it has none. */
const struct failure_class *outcome_unconfirmed(const struct child *child,
                                                const struct child_limits *limits,
                                                const char *again, struct text_buffer *reason,
                                                struct hg_job_result *result);

/* Behind one of those above, whose reason goes on: the Job may have been made all the same, and
 * have run and been removed since. */
const struct failure_class *outcome_unknown(struct text_buffer *reason,
                                            struct hg_job_result *result);

/* It could not be started. `path` is the program, `cause` the errno value. */
const struct failure_class *outcome_of_launch(const char *path, int cause,
                                              struct text_buffer *reason,
                                              struct hg_job_result *result);

/* There is none to be started. */
const struct failure_class *outcome_of_absence(const struct program *program,
                                               struct text_buffer *reason,
                                               struct hg_job_result *result);

#endif

/* From what happened to a kubectl to the Job's result: status, return code and a plain reason. */
#ifndef APPLY_KUBECTL_OUTCOME_H
#define APPLY_KUBECTL_OUTCOME_H

#include "child.h"
#include "text_buffer.h"

#include <headgate/result.h>

/* Both fill in status, return_code, signal, flags and outputs of *result, and write the reason to
 * `reason`, which is empty and which result->reason then points into. The outputs are the child's
 * and valid as long as it keeps them. */

/* It ran and has ended. */
void outcome_of_child(const struct child *child, const struct child_limits *limits,
                      struct text_buffer *reason, struct hg_job_result *result);

/* It could not be started. `program` is its path, `cause` the errno value. */
void outcome_of_launch(const char *program, int cause, struct text_buffer *reason,
                       struct hg_job_result *result);

/* There is none to be started. `problem` says why. */
void outcome_of_absence(const char *problem, struct text_buffer *reason,
                        struct hg_job_result *result);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A Job's parameters: what its annotation headgate.dev/parameters says, whoever wrote it. */
#ifndef HOST_VALIDATION_JOB_PARAMETERS_H
#define HOST_VALIDATION_JOB_PARAMETERS_H

#include "memory/arena.h"

#include <headgate/job.h>
#include <headgate/node.h>

/* Of an annotation that has more of one of these, nothing is taken. Lengths are bytes. */
enum {
  JOB_PARAMETERS_MOST = 64,
  JOB_PARAMETERS_NAME = 253,
  JOB_PARAMETERS_VALUE = 1024,
  JOB_PARAMETERS_TEXT = 262144, /* all of it: more, the API server takes of no annotations */
};

/* The annotation is a JSON object of texts, numbers and booleans; each value is the text as it is
 * spelled there. Anything else is as good as none: 0 in *count. NULL: no memory. */
const struct hg_pair *job_parameters_read(const struct hg_node *root, struct arena *arena,
                                          uint32_t *count);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How a Job ended, in all words. */
#ifndef HOST_WATCH_END_DESCRIPTION_H
#define HOST_WATCH_END_DESCRIPTION_H

#include "memory/arena.h"
#include "watch/followed_job.h"
#include "watch/log_store.h"

/* By the Job's verdict, with the last lines of the log of the container that decided. Strings are
 * borrowed from the Job and put into `arena`. By whoever may read the Job. -1: out of memory. */
int32_t describe_end(const struct followed_job *job, struct log_store *logs, struct arena *arena,
                     struct hg_job_completion *completion);

#endif

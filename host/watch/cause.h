/* SPDX-License-Identifier: Apache-2.0 */
/* What happened, in one plain sentence. */
#ifndef HOST_WATCH_CAUSE_H
#define HOST_WATCH_CAUSE_H

#include "text/text_buffer.h"
#include "watch/evidence.h"

/* "container tuning of Pod X never started: its image cannot be pulled (ImagePullBackOff)"; where
 * it goes on, "waits" for "never started". `pod` NULL: it is the Job that waits. */
void cause_of_waiting(struct text_buffer *text, const struct waiting *waiting, const char *pod,
                      bool goes_on);

/* Why a Job failed for which the server says `class`; `failure` and `waiting` (of `pod`) may be
 * NULL. */
void cause_of_job(struct text_buffer *text, const struct failure_class *class,
                  const struct failure *failure, const struct waiting *waiting, const char *pod,
                  const char *failed_indexes);

#endif

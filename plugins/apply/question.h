/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to the server, before something is applied. */
#ifndef APPLY_QUESTION_H
#define APPLY_QUESTION_H

#include <headgate/applier.h>
#include <stdint.h>

/* Answers the launches of a preflight, and returns what the caller is to return, as
 * hg_apply_sink.start has it. Where a launch has standard input is the caller's to say beforehand;
 * a Job whose manifest is not the planned one is refused and skipped. */
uint32_t questions_admit(const struct hg_preflight_sink *sink, struct hg_launch *launches,
                         uint32_t count);

#endif

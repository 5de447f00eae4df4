/* SPDX-License-Identifier: Apache-2.0 */
/* A report on a namespace, in words. */
#ifndef HOST_RUN_NAMESPACE_WORDS_H
#define HOST_RUN_NAMESPACE_WORDS_H

#include "run/namespace_report.h"
#include "text/text_buffer.h"

/* Appends one line without its end: the namespace, and what is asked of it. Safe to show. */
void namespace_summary_append(struct text_buffer *text, const struct namespace_report *report);

/* Appends the same of what was not looked at, and why; nothing where all was. */
void namespace_unread_append(struct text_buffer *text, const struct namespace_report *report);

/* "ResourceQuota team: limits.memory: what is wrong" */
void limit_finding_append(struct text_buffer *text, const struct limit_finding *finding);

#endif

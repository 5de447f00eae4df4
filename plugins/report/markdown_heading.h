/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of a report in Markdown: the outcome in one line, what was run, the totals. */
#ifndef PLUGINS_REPORT_MARKDOWN_HEADING_H
#define PLUGINS_REPORT_MARKDOWN_HEADING_H

#include "text/text_buffer.h"

#include <headgate/result.h>
#include <headgate/run.h>
#include <stdint.h>

/* Appends the run, for the line below the heading, without its end. */
void markdown_facts_append(struct text_buffer *text, const struct hg_run *run);

/* Appends it all; `facts` is what markdown_facts_append made, "" where the run never started,
 * `mode` then 0. */
void markdown_heading_append(struct text_buffer *text, uint32_t mode, const char *facts,
                             const struct hg_result *result);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The beginning of the page: what became of the run, in a sentence and in numbers, and the facts of
 * it that are known. */
#ifndef PLUGINS_REPORT_HTML_PAGE_HEAD_H
#define PLUGINS_REPORT_HTML_PAGE_HEAD_H

#include "report/passed_over_tally.h"
#include "text/text_buffer.h"

#include <headgate/result.h>
#include <headgate/run.h>
#include <stdint.h>

/* Embedded in its owner; one thread at a time. */
struct page_head {
  uint32_t mode; /* one of HG_MODE_*; 0 where the run never started */
  int64_t run_id;
  struct text_buffer facts; /* markup: what was known when the run began */
  struct text_buffer versions;
  struct passed_over_tally passed_over;
};

void page_head_init(struct page_head *head);
void page_head_finish(struct page_head *head);

/* Keeps what is known of the run. Where memory is out, page_head_write says so. */
void page_head_begin(struct page_head *head, const struct hg_run *run);

/* Appends the page up to the end of its header. `text` has failed where memory was out. */
void page_head_write(struct page_head *head, const struct hg_result *result, uint64_t errors,
                     uint64_t warnings, struct text_buffer *text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The lists that the page of the history is made of, each of bounded length. */
#ifndef HOST_COMMANDS_HISTORY_PAGE_LISTS_H
#define HOST_COMMANDS_HISTORY_PAGE_LISTS_H

#include "files/section.h"
#include "history/history_read.h"
#include "text/text_buffer.h"

enum {
  PAGE_DAYS = 90,   /* of the chart, up to the newest run's */
  PAGE_RUNS = 1000, /* rows */
  PAGE_KINDS = 50,  /* of failures */
  PAGE_JOBS = 500,  /* rows */
  PAGE_POINTS = 24, /* of a Job's trend */
};

/* A list of the page while it is made. Embedded in its owner. */
struct page_list {
  struct section rows;
  uint64_t count;
  int64_t whole; /* what it would be without a bound */
};

/* Read a list from the history; -1 with *err set. */
int32_t page_read_runs(struct history *history, struct page_list *runs, struct hg_error *err);
int32_t page_read_failures(struct history *history, struct page_list *failures,
                           struct hg_error *err);
int32_t page_read_jobs(struct history *history, struct page_list *jobs, struct hg_error *err);

/* Appends the chart of days with its section; nothing where there are none. */
int32_t page_append_days(struct history *history, struct text_buffer *text, struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "run/namespace_words.h"

#include "text/visible_text.h"

#include <inttypes.h>
#include <string.h>

static void append_count(struct text_buffer *text, uint64_t count, const char *what) {
  text_buffer_printf(text, "%" PRIu64 " %s%s", count, what, count == 1 ? "" : "s");
}

static void append_sums(struct text_buffer *text, const struct amount_sums *sums,
                        const char *which) {
  const char *separator = "";

  if (!sums->first)
    return;
  text_buffer_printf(text, "; %s ", which);
  for (const struct amount_sum *sum = sums->first; sum; sum = sum->next) {
    char amount[QUANTITY_TEXT];

    quantity_print(&sum->amount, amount);
    text_buffer_append_string(text, separator);
    visible_text_append(text, sum->name, strlen(sum->name));
    text_buffer_printf(text, " %s", amount);
    separator = ", ";
  }
}

/* "; 3 of them suspended" and the like, where there are any. */
static void append_note(struct text_buffer *text, uint64_t count, const char *what) {
  if (count > 0)
    text_buffer_printf(text, "; %" PRIu64 " %s", count, what);
}

void namespace_summary_append(struct text_buffer *text, const struct namespace_report *report) {
  const struct batch_demand *demand = &report->demand;

  visible_text_append(text, report->name, strlen(report->name));
  text_buffer_append_string(text, ": ");
  append_count(text, demand->jobs, "new Job");
  text_buffer_append_string(text, ", ");
  append_count(text, demand->pods, "Pod");
  text_buffer_append_string(text, " at a time");
  append_sums(text, &demand->lists[DEMAND_REQUESTS], "requests");
  append_sums(text, &demand->lists[DEMAND_LIMITS], "limits");
  append_note(text, demand->suspended_jobs, "suspended, without Pods until resumed");
  append_note(text, demand->runtime_jobs, "with a runtime class, whose overhead is not known");
  append_note(text, demand->unknown_jobs, "with too many containers or resources to be counted");
  append_note(text, report->present_jobs, "there already, not counted");
}

void namespace_unread_append(struct text_buffer *text, const struct namespace_report *report) {
  const char *quotas = report->unread[LIMITS_QUOTAS];
  const char *ranges = report->unread[LIMITS_RANGES];

  if (quotas && ranges && strcmp(quotas, ranges) == 0) {
    text_buffer_printf(text, "ResourceQuotas and LimitRanges were not looked at: %s", quotas);
    return;
  }
  if (quotas)
    text_buffer_printf(text, "ResourceQuotas were not looked at: %s", quotas);
  if (ranges)
    text_buffer_printf(text, "%sLimitRanges were not looked at: %s", quotas ? "; " : "", ranges);
}

void limit_finding_append(struct text_buffer *text, const struct limit_finding *finding) {
  text_buffer_printf(text, "%s: ", finding->object);
  if (*finding->resource)
    text_buffer_printf(text, "%s: ", finding->resource);
  text_buffer_append_string(text, finding->message);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Counts and times as a reader takes them in. */
#ifndef LIB_HTML_MEASURE_H
#define LIB_HTML_MEASURE_H

#include "text/text_buffer.h"

#include <stdint.h>

/* "10,000" */
void measure_count(struct text_buffer *text, uint64_t count);

/* "1 Job", "10,000 Jobs": `plural` is the word with its s. */
void measure_counted(struct text_buffer *text, uint64_t count, const char *plural);

/* `thousandths` of anything, not negative: "12", "12.5", "12.345". A point whatever the locale. */
void measure_decimal(struct text_buffer *text, int64_t thousandths);

/* A <time> element: the time of day where the date is that of `day`, a time or ""; else with the
 * date. Escaped text where it is no time. Nothing for "". */
void measure_time(struct text_buffer *text, const char *time, const char *day);

#endif

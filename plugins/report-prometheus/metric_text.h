/* SPDX-License-Identifier: Apache-2.0 */
/* The text exposition format of Prometheus, version 0.0.4: families, samples and their labels. */
#ifndef PLUGINS_REPORT_PROMETHEUS_METRIC_TEXT_H
#define PLUGINS_REPORT_PROMETHEUS_METRIC_TEXT_H

#include "text/text_buffer.h"

#include <stdbool.h>
#include <stdint.h>

/* One row of a table of gauges. */
struct metric {
  const char *name;
  const char *help; /* one line, without anything to escape */
};

/* Appends the lines that come before a family's samples. */
void metric_append_head(struct text_buffer *text, const struct metric *metric);

/* A sample is its metric's name, any number of labels, and a value. Labels may also be collected in
 * a text of their own, which is empty at first. */

/* Appends one label. Line feeds, quotes and backslashes of its value are escaped; what a reader
 * cannot see, and bytes that are no UTF-8, are spelled as visible_text.h does it. Returns whether
 * anything had to be spelled: then the values of two samples may look alike. */
bool metric_append_label(struct text_buffer *text, const char *name, const char *value);

/* Appends labels that were collected; "": none. */
void metric_append_labels(struct text_buffer *text, const char *labels);

/* Both end the sample's line. */
void metric_append_value(struct text_buffer *text, int64_t value);
void metric_append_seconds(struct text_buffer *text, int64_t milliseconds);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Labels that the user wants on every sample, so that the files of several batches can stand beside
 * each other: node_exporter refuses two samples of one name with the same labels. */
#ifndef PLUGINS_REPORT_PROMETHEUS_EXTRA_LABELS_H
#define PLUGINS_REPORT_PROMETHEUS_EXTRA_LABELS_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stdint.h>

/* Reads the option `labels`, "NAME=VALUE,NAME=VALUE" (NULL or "": none), and appends them as they
 * stand in a sample. Fails where a name is not one of Prometheus' (data model: a letter or _, then
 * letters, digits, _; two _ at the beginning are reserved), is taken by this reporter, or comes
 * twice. */
int32_t extra_labels_read(const char *option, struct text_buffer *labels, struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What a batch asks of each namespace, as it is printed. */
#ifndef HOST_COMMANDS_NAMESPACE_LINES_H
#define HOST_COMMANDS_NAMESPACE_LINES_H

#include "run/namespace_report.h"
#include "text/text_buffer.h"

#include <jansson.h>

/* Appends them; nothing where there are none. */
void namespace_lines_append(struct text_buffer *text, const struct namespace_report *reports);

/* The same as JSON. NULL: no memory. */
json_t *namespaces_json(const struct namespace_report *reports);

#endif

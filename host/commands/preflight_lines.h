/* SPDX-License-Identifier: Apache-2.0 */
/* What the server would do with each Job, as it is printed. */
#ifndef HOST_COMMANDS_PREFLIGHT_LINES_H
#define HOST_COMMANDS_PREFLIGHT_LINES_H

#include "run/preflight.h"
#include "text/text_buffer.h"

#include <jansson.h>
#include <stdint.h>

/* Appends the verdicts in plan order, each with the diff where that was asked for. */
void preflight_lines_append(struct text_buffer *text, const struct preflight *preflight,
                            const struct hg_plan *plan);

/* The verdict on Job `index` as JSON. NULL: no memory. */
json_t *preflight_json(const struct preflight *preflight, uint64_t index);

#endif

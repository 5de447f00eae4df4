/* SPDX-License-Identifier: Apache-2.0 */
/* Text that GitHub Actions would take for a command.
 *
 * What a step writes to standard output and standard error is searched for commands. "##[name]" is
 * one wherever it stands in a line, so a Job's name or kubectl's words could give orders to the
 * runner. (Its other form, "::name::", counts at the start of a line only, where Headgate writes
 * nothing from outside.) */
#ifndef LIB_TEXT_WORKFLOW_COMMANDS_H
#define LIB_TEXT_WORKFLOW_COMMANDS_H

#include "text/text_buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether this process runs in a step: GITHUB_ACTIONS is "true". */
bool workflow_commands_are_obeyed(void);

/* Appends the bytes with the bracket of each "##[" written as \u005b: JSON that holds it still says
 * the same, and a person can read it. `hashes` counts those that the bytes before ended with; 0 at
 * the beginning. */
void workflow_commands_break(struct text_buffer *text, const char *data, size_t length,
                             unsigned *hashes);

#endif

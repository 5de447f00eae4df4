/* SPDX-License-Identifier: Apache-2.0 */
/* Text that GitHub Actions would take for a command.
 *
 * What a step writes to standard output and standard error is searched for commands line by line
 * (actions/runner, ActionCommand.cs): "##[name]" wherever it stands in a line, "::name::" at its
 * start or behind blanks, of which Unicode has many. Both are compared as words of a language are,
 * so what has no weight there (a zero-width joiner, a control character) may stand between the
 * signs. A Job's name or kubectl's words could so give orders to the runner. */
#ifndef LIB_TEXT_WORKFLOW_COMMANDS_H
#define LIB_TEXT_WORKFLOW_COMMANDS_H

#include "text/text_buffer.h"

#include <stdbool.h>
#include <stddef.h>

/* Whether this process runs in a step: GITHUB_ACTIONS is "true". */
bool workflow_commands_are_obeyed(void);

/* What the bytes before ended with. Zeroed: the beginning of a line. */
struct workflow_text {
  unsigned hashes; /* in a row */
  unsigned colons; /* in a row, from the line's start */
  bool is_inside;  /* something else stands in the line already */
};

/* Appends the bytes with the last sign of each "##[" and of each "::" that begins a line written as
 * \u005b and \u003a: JSON that holds it still says the same, and a person can read it. */
void workflow_commands_break(struct text_buffer *text, const char *data, size_t length,
                             struct workflow_text *before);

#endif

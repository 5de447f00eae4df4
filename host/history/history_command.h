/* SPDX-License-Identifier: Apache-2.0 */
/* Commands in the history: an argv there and back. */
#ifndef HOST_HISTORY_HISTORY_COMMAND_H
#define HOST_HISTORY_HISTORY_COMMAND_H

#include "history/history_values.h"
#include "memory/arena.h"

#include <stddef.h>
#include <stdint.h>

struct history;

/* An argv as one would type it, in history->text: valid until that is used again. NULL is NULL.
 * Where memory is out, history->text.failed is set. */
struct history_value history_command_value(struct history *history, const char *const *argv,
                                           size_t count);

/* The argv, NULL-terminated and in `arena`, that was written so. Text that nothing here wrote gives
 * some argv too. NULL where memory is out. */
const char *const *history_command_parse(struct arena *arena, const char *text, size_t length,
                                         uint32_t *count);

#endif

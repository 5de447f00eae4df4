/* SPDX-License-Identifier: Apache-2.0 */
/* headgate history: what the history holds, for a person or a program. */
#ifndef HOST_COMMANDS_COMMAND_HISTORY_H
#define HOST_COMMANDS_COMMAND_HISTORY_H

#include "settings/settings.h"

#include <headgate/error.h>
#include <stdio.h>

/* Does what the operands of `settings` ask for:
 *
 *   list          all runs, the newest first; also where there is no operand
 *   show RUN      one run: how it was called, its Jobs, what was said of them
 *   diff RUN RUN  the Jobs whose outcome or manifest differs, or that only one of the runs has
 *   path          the database's path, whether it exists or not
 *
 * RUN is a number, "latest", or "latest~N" for the N-th before that one. Writes to `out` as it
 * reads: memory does not grow with the history. With OUTPUT_JSON the rows are objects whose members
 * are named like the columns of the views; bytes that are no UTF-8 become U+FFFD there.
 *
 * Never writes to the history. Returns the exit code: 0; 1 with *err set where there is no such
 * run, or the history cannot be read; 2 with *err set where the operands are wrong. */
int command_history(const struct settings *settings, FILE *out, struct hg_error *err);

#endif

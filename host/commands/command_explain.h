/* SPDX-License-Identifier: Apache-2.0 */
/* What a rule asks, for people who met its name in a report. */
#ifndef HOST_COMMANDS_COMMAND_EXPLAIN_H
#define HOST_COMMANDS_COMMAND_EXPLAIN_H

#include "plugins/plugin.h"

/* validate --explain RULE, or --explain list: prints from the rule tables of the scanner, of the
 * validators and of the host itself. Reads no manifest and writes no history. Returns the exit
 * code; 1 where no rule has that name. */
int command_explain(struct settings *settings, struct plugin_set *plugins);

#endif

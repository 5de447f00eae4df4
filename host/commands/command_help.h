/* SPDX-License-Identifier: Apache-2.0 */
/* --help, made from the tables of commands, flags and plugin options. */
#ifndef HOST_COMMANDS_COMMAND_HELP_H
#define HOST_COMMANDS_COMMAND_HELP_H

#include "settings/flag_table.h"
#include "text/text_buffer.h"

/* Appends the help of `command`, or the overview where it is NULL. The options of the plugins that
 * the command would use are shown too; a plugin that cannot be loaded is left out. */
void command_help_append(struct text_buffer *text, const struct command_row *command,
                         struct settings *settings);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The commands. Each returns the exit code. */
#ifndef HOST_COMMANDS_COMMANDS_H
#define HOST_COMMANDS_COMMANDS_H

#include "plugins/plugin.h"
#include "text/text_buffer.h"

enum { INTERRUPTED = 130 }; /* exit code */

/* run and apply: everything up to the gate, and through it if it is open. */
int command_apply(struct settings *settings, struct plugin_set *plugins);

/* resume */
int command_resume(struct settings *settings, struct plugin_set *plugins);

/* generate */
int command_generate(struct settings *settings, struct plugin_set *plugins);

/* validate and plan */
int command_validate(struct settings *settings, struct plugin_set *plugins);

/* plugin list, show, check */
int command_plugin(struct settings *settings, struct plugin_set *plugins);

/* Writes a command's own output to standard output and returns `exit_code`; 1 where it could not be
 * written, INTERRUPTED where the user would not wait for its reader. Finishes `text`. */
int command_print(struct text_buffer *text, int exit_code);

#endif

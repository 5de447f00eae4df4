/* SPDX-License-Identifier: Apache-2.0 */
/* The commands, and what they print. Each command returns the exit code. */
#ifndef HOST_COMMANDS_COMMANDS_H
#define HOST_COMMANDS_COMMANDS_H

#include "plugins/plugin.h"
#include "settings/settings.h"
#include "text/text_buffer.h"

#include <stdio.h>

enum { INTERRUPTED = 130 }; /* exit code */

struct command_row;

/* run and apply: everything up to the gate, and through it if it is open. */
int command_apply(const struct settings *settings, struct plugin_set *plugins);

/* rerun: Jobs of an earlier run once more, in a run of their own. */
int command_rerun(const struct settings *settings, struct plugin_set *plugins);

/* resume */
int command_resume(const struct settings *settings, struct plugin_set *plugins);

/* watch RUN: what became of the Jobs that the run applied, from whichever shell or machine. */
int command_watch(const struct settings *settings, struct plugin_set *plugins);

/* logs: the bytes of the kept logs, untouched where nobody looks at a terminal. */
int command_logs(const struct settings *settings, struct plugin_set *plugins);

/* watch -l and health: the Jobs of a selector, whoever applied them. */
int command_watch_selector(const struct settings *settings, struct plugin_set *plugins);
int command_health(const struct settings *settings, struct plugin_set *plugins);

/* generate */
int command_generate(const struct settings *settings, struct plugin_set *plugins);

/* validate and plan. validate --explain RULE, or --explain list, is told instead what a rule asks:
 * from the rule tables of the scanner, of the validators and of the host itself, without a manifest
 * and without the history; 1 where no rule has that name. */
int command_validate(const struct settings *settings, struct plugin_set *plugins);
int command_explain(const struct settings *settings, struct plugin_set *plugins);
int32_t explain_each_rule(const struct settings *settings, struct plugin_set *plugins,
                          void (*each)(void *context, const struct hg_rule *rule), void *context,
                          struct hg_error *err);

/* completion: the script of a shell, which calls completion_words. */
int command_completion(const struct settings *settings, struct plugin_set *plugins);

/* plugin list, show, check */
int command_plugin(const struct settings *settings, struct plugin_set *plugins);

/* history; prints what history_write writes. */
int command_history(const struct settings *settings, struct plugin_set *plugins);

/* history forget: shows which old runs would go, or removes them. */
int command_history_forget(const struct settings *settings);

/* history report RUN: tells a past run to reporters. */
int command_history_report(const struct settings *settings, struct plugin_set *plugins);

/* What the operands of `settings` ask of the history:
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
int history_write(const struct settings *settings, FILE *out, struct hg_error *err);

/* --help of `command`, or the overview where it is NULL: from the tables of commands, flags and
 * plugin options. The options of the plugins that the command would use are shown too; a plugin
 * that cannot be loaded is left out. */
int command_help(const struct command_row *command, const struct settings *settings,
                 struct plugin_set *plugins);

/* Writes a command's own output to standard output and returns `exit_code`; 1 where it could not be
 * written, INTERRUPTED where the user would not wait for its reader. Finishes `text`. */
int command_print(struct text_buffer *text, int exit_code);

/* command_print for lines that a person reads: those that are longer than the terminal is wide end
 * between words, and where it has no UTF-8 they are ASCII. */
int command_print_lines(struct text_buffer *text, int exit_code);

/* command_print for what is made piece by piece: `next` appends the next one to an empty text, and
 * says whether there are more. */
int command_print_pieces(bool (*next)(void *context, struct text_buffer *piece), void *context,
                         int exit_code);

#endif

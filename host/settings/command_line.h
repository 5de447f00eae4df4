/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: argv to settings. */
#ifndef HOST_SETTINGS_COMMAND_LINE_H
#define HOST_SETTINGS_COMMAND_LINE_H

#include "settings/settings.h"

/* One flag as it was written. */
struct command_line_flag {
  const struct flag_row *flag;
  const char *value;
};

struct command_line {
  const struct command_row *command; /* NULL: none was given, which asks for help */
  struct command_line_flag *flags;   /* the arena's */
  size_t count;
  struct string_list operands; /* what stands after the command and is no flag; argv's */
  const char *const *argv;
  size_t argc;
  bool help;
  bool version;
};

/* Reads argv into `line`, which borrows it. Every error is a wrong command line: exit code 2. */
int32_t command_line_parse(size_t argc, const char *const *argv, struct arena *arena,
                           struct command_line *line, struct hg_error *err);

/* Puts command, operands and flags into the settings; after the weaker sources. */
int32_t command_line_assign(const struct command_line *line, struct settings *settings,
                            struct hg_error *err);

/* What a run keeps to that goes on: what `line`, the one that it was begun with, says of it still
 * holds where `settings`, those of this call, have it from a weaker source than this call's own
 * command line. Options of both are options of the run, and these settings' are the stronger ones.
 * Paths of `line` start in the directory `begun_in`, those of this call `here`. *kept borrows from
 * `settings` and from `arena`. */
int32_t command_line_keep(const struct command_line *line, const char *begun_in,
                          const struct settings *settings, const char *here, struct arena *arena,
                          struct kept_settings *kept, struct hg_error *err);

/* Whether what is said of how to wait is said of a run that waits. That of `resume` is known once
 * it has what the run keeps. */
int32_t command_line_check_wait(const struct settings *settings, const struct kept_settings *kept,
                                struct hg_error *err);

/* Whether the command's operands are manifests. */
bool command_line_reads_operands(const char *command);

/* Whether the flag of that name was given on the command line. */
bool command_line_has(const struct settings *settings, const char *name);

/* Whether the command got all that it needs: exit code 2 if not. */
int32_t command_line_check(const struct settings *settings, struct hg_error *err);

#endif

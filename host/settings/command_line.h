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
  bool help;
  bool version;
};

/* Reads argv into `line`, and command and operands into `settings`. Every error is a wrong command
 * line: exit code 2. */
int32_t command_line_parse(int argc, char **argv, struct settings *settings,
                           struct command_line *line, struct hg_error *err);

/* Puts the flags into the settings; after the weaker sources. */
int32_t command_line_assign(const struct command_line *line, struct settings *settings,
                            struct hg_error *err);

/* Whether the command got all that it needs: exit code 2 if not. */
int32_t command_line_check(const struct settings *settings, struct hg_error *err);

#endif

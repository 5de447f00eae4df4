/* SPDX-License-Identifier: Apache-2.0 */
/* Every command and every flag, as data: what the command line, --help, and the configuration files
 * know comes from here. */
#ifndef HOST_SETTINGS_FLAG_TABLE_H
#define HOST_SETTINGS_FLAG_TABLE_H

#include "settings/settings.h"

#include <stddef.h>
#include <stdint.h>

/* Bits of flag_row.commands. */
enum {
  IN_RUN = 1 << 0,
  IN_GENERATE = 1 << 1,
  IN_VALIDATE = 1 << 2,
  IN_PLAN = 1 << 3,
  IN_APPLY = 1 << 4,
  IN_HISTORY = 1 << 5,
  IN_PLUGIN = 1 << 6,
  IN_RESUME = 1 << 7,
  IN_WATCH = 1 << 8,
  IN_LOGS = 1 << 9,
  IN_HEALTH = 1 << 10,
  IN_COMPLETION = 1 << 11,
  IN_RERUN = 1 << 12,
  IN_ALL = (1 << 13) - 1,
  IN_EVERY_RUN = IN_RUN | IN_VALIDATE | IN_PLAN | IN_APPLY | IN_RESUME | IN_RERUN,
  IN_APPLYING = IN_RUN | IN_APPLY | IN_RESUME | IN_RERUN,
  IN_REPORTING = IN_EVERY_RUN | IN_WATCH,
  IN_LOOKING = IN_WATCH | IN_HEALTH,
  KEPT_BY_RESUME = 1 << 16, /* no command: a run goes on as it was begun, unless told otherwise */
};

enum flag_kind {
  FLAG_SWITCH, /* bool in settings; takes no value */
  FLAG_STRING, /* const char * in settings */
  FLAG_PATH,   /* the same; relative to the working directory, or to the file's that sets it; also
                * the plugin's option `option`, where there is one */
  FLAG_LIST,   /* struct string_list in settings; repeatable */
  FLAG_PATHS,  /* the same, of paths as FLAG_PATH has them */
  FLAG_COUNT,  /* uint32_t in settings, within flag_limits */
  FLAG_CHOICE, /* uint32_t in settings: which of those that `value` names, from 0 */
  FLAG_SET,    /* struct option_list in settings: PLUGIN.OPTION=VALUE; repeatable */
  FLAG_OPTION, /* a plugin's option, `option` */
  FLAG_OPTION_PATH,   /* the same, a path, or a program's name without a slash */
  FLAG_OPTION_COUNT,  /* the same, a whole number within flag_limits */
  FLAG_OPTION_SWITCH, /* the same, set to "true"; takes no value */
  FLAG_HELP,
};

/* Which configuration files may set it. One in the working directory may have come with somebody
 * else's project: it names manifests and reports below itself, and makes things stricter; it
 * neither names what runs or where that is recorded, nor asks the network, nor turns anything off.
 */
enum flag_source {
  FROM_COMMAND_LINE, /* none */
  FROM_USER_FILE,    /* only the user's own */
  FROM_ANY_FILE,     /* a path in the working directory's file must lead below that */
  ON_FROM_ANY_FILE,  /* a switch that makes things stricter: there it can only be turned on */
};

struct flag_row {
  const char *name; /* without the dashes */
  char letter;      /* 0: none */
  uint8_t kind;     /* enum flag_kind */
  uint8_t source;   /* enum flag_source */
  uint32_t commands;
  size_t offset;      /* in struct settings */
  const char *option; /* "PLUGIN.OPTION" */
  const char *value;  /* how help calls the value; NULL for switches */
  const char *help;
};

enum { MANY_OPERANDS = 1000000 }; /* any number */

struct command_row {
  const char *name;
  uint32_t bit;
  const char *operands; /* as help shows them; "" where it takes none */
  uint32_t most_operands;
  const char *summary;
  const char *description; /* a paragraph for its own help */
  const char *examples;    /* command lines, one a line */
};

extern const struct flag_row flag_table[];
extern const size_t flag_count;
extern const struct command_row command_table[];
extern const size_t command_count;

/* The least and the most that a flag of the kind FLAG_COUNT or FLAG_OPTION_COUNT takes. */
void flag_limits(const struct flag_row *flag, uint32_t *least, uint32_t *most);

/* The heading that help shows it under, such as "Waiting for the Jobs". */
const char *flag_subject(const struct flag_row *flag);

/* Whether it stands for an option of a plugin, or for any number of them. */
bool flag_is_option(const struct flag_row *flag);

/* NULL where there is none of that name. */
const struct flag_row *flag_find(const char *name, size_t length);
const struct command_row *command_find(const char *name);

#endif

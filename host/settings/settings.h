/* SPDX-License-Identifier: Apache-2.0 */
/* What the user asked for: command line, environment and configuration files, merged. */
#ifndef HOST_SETTINGS_SETTINGS_H
#define HOST_SETTINGS_SETTINGS_H

#include "memory/arena.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum output_format { OUTPUT_TEXT, OUTPUT_JSON };
enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* A list of strings, in the order in which they were given. */
struct string_list {
  const char **items;
  size_t count;
};

/* A value for a plugin's option. */
struct option_setting {
  const char *plugin; /* "scan-directory" */
  const char *option; /* "recursive" */
  const char *value;
  const char *origin;          /* where it was set, for messages: "--set", "headgate.yaml:3:5" */
  bool from_working_directory; /* by a file there: such a file may not name programs or paths */
};

/* Strings are the arena's, or the process's argv and environment. NULL: not given. */
struct settings {
  struct arena arena;
  const char *command;         /* "run", "history", ... */
  struct string_list operands; /* what stands after the command and is no flag */
  const char *const *argv;     /* the whole command line */
  size_t argv_count;

  const char *orchestrator_config;
  const char *k8s_config;
  const char *output_dir;
  const char *jobs_dir;
  const char *output_plan;
  const char *output_report;
  const char *plan;      /* a saved plan, to be applied */
  const char *save_plan; /* where to save the plan */
  const char *confirmed_context;
  const char *kubeconfig;
  const char *context;
  const char *explain; /* a rule's name, or "list" */
  const char *history; /* the database's path; never NULL once settings are complete */

  const char *generator; /* plugins of the stages; never NULL once complete */
  const char *scanner;
  const char *applier;
  struct string_list validators;
  struct string_list reporters;           /* NAME[=FILE] or exec:PROGRAM[=ARGUMENT] */
  struct string_list plugin_dirs;         /* most important first */
  struct string_list protected_contexts;  /* globs */
  struct option_setting *option_settings; /* the last of a name wins */
  size_t option_setting_count;

  enum output_format output;
  enum color_choice color;
  uint32_t threads;          /* that validate; at least 1 once complete */
  uint32_t reporter_timeout; /* seconds; at least 1 once complete */
  bool apply;
  bool strict;
  bool quiet;
  bool verbose;
  bool no_history;
  bool fail_fast;
  bool preflight;
  bool strict_reporters;
  bool help;

  uint8_t sources[64]; /* enum settings_source of each row of flag_table */
};

/* Where a value comes from, the weakest first: a stronger source replaces what a weaker one set. */
enum settings_source {
  SOURCE_DEFAULT,
  SOURCE_USER_FILE,
  SOURCE_WORKING_DIRECTORY,
  SOURCE_ENVIRONMENT,
  SOURCE_COMMAND_LINE,
};

void settings_init(struct settings *settings);
void settings_finish(struct settings *settings);

struct flag_row;

/* Sets what `flag` stands for. `value` is NULL for switches; it is copied, as is `origin`. Sources
 * are set in rising order. */
int32_t settings_assign(struct settings *settings, const struct flag_row *flag, const char *value,
                        enum settings_source source, const char *origin, struct hg_error *err);

/* Adds a plugin's option; all three texts are copied. */
int32_t settings_add_option(struct settings *settings, const char *plugin, const char *option,
                            const char *value, enum settings_source source, const char *origin,
                            struct hg_error *err);

/* Takes HEADGATE_HISTORY and HEADGATE_PLUGIN_PATH. The latter is ignored in a set-id process. */
int32_t settings_take_environment(struct settings *settings, struct hg_error *err);

/* Fills in what nobody set: plugins of the stages, threads, the history's path. */
int32_t settings_complete(struct settings *settings, struct hg_error *err);

/* A path below $XDG_VARIABLE/headgate, or below ~/FALLBACK/headgate where the variable is not set
 * to an absolute path (XDG Base Directory Specification). NULL, with err set, without a home
 * directory. */
const char *settings_xdg_path(struct settings *settings, const char *variable, const char *fallback,
                              const char *name, struct hg_error *err);

#endif

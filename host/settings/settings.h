/* SPDX-License-Identifier: Apache-2.0 */
/* What the user asked for: command line, environment and configuration files, merged. */
#ifndef HOST_SETTINGS_SETTINGS_H
#define HOST_SETTINGS_SETTINGS_H

#include "memory/arena.h"
#include "memory/string_list.h"
#include "settings/option_list.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum output_format { OUTPUT_TEXT, OUTPUT_JSON };
enum color_choice { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

/* How a run waits for its Jobs. Times are seconds. */
struct wait_settings {
  bool is_wanted;
  uint32_t timeout;        /* 0: for ever */
  uint32_t start_grace;    /* at least 1 once complete */
  uint32_t schedule_grace; /* 0: for ever */
  uint32_t most_running;   /* unfinished Jobs at a time; 0: any number */
  uint32_t retry_failed;   /* further tries of a Job that failed */
  uint32_t retry_delay;    /* seconds before the first of them, at most */
};

/* What a run keeps to until it has ended, also where another process goes on with it: the flags
 * that are KEPT_BY_RESUME (flag_table.h). */
struct kept_settings {
  const char *scanner; /* plugins of the stages; never NULL once complete */
  const char *applier;
  struct string_list validators;
  struct option_list options; /* of plugins */
  struct wait_settings wait;
  bool strict;
  bool fail_fast;
};

/* Strings are the arena's, or the process's argv and environment. NULL: not given. */
struct settings {
  struct arena arena;
  const char *command;          /* "run", "history", ... */
  struct string_list operands;  /* what stands after the command and is no flag */
  struct string_list manifests; /* -f */
  struct string_list excludes;  /* globs of files that a directory is read without */
  const char *const *argv;      /* the whole command line */
  size_t argv_count;

  const char *orchestrator_config;
  const char *k8s_config;
  const char *template_file;
  const char *sweep;
  struct string_list parameters; /* NAME=VALUE,VALUE */
  const char *output_dir;
  const char *jobs_dir;
  const char *output_plan;
  const char *output_report;
  const char *plan;      /* a saved plan, to be applied */
  const char *save_plan; /* where to save the plan */
  const char *confirmed_context;
  const char *kubeconfig;
  const char *context;
  const char *explain;       /* a rule's name, or "list" */
  const char *container;     /* whose logs */
  const char *since;         /* a day, or "Nd" */
  const char *job_namespace; /* -n */
  const char *selector;      /* their labels, as kubectl takes them */
  const char *history;       /* the database's path; never NULL once settings are complete */

  const char *generator; /* a plugin; never NULL once complete */
  struct kept_settings kept;
  struct string_list reporters;          /* NAME[=FILE] or exec:PROGRAM[=ARGUMENT] */
  struct string_list plugin_dirs;        /* most important first */
  struct string_list protected_contexts; /* globs */

  uint32_t output;           /* enum output_format */
  uint32_t color;            /* enum color_choice */
  uint32_t threads;          /* that validate; at least 1 once complete */
  uint32_t reporter_timeout; /* seconds; at least 1 once complete */
  uint32_t tail;             /* lines of each log; 0: all */
  uint32_t limit;            /* runs that are listed; 0: all */
  uint32_t older_than;       /* days; 0: not given */
  uint32_t interval;         /* seconds from look to look; 0: one look */
  bool apply;
  bool failed;     /* only logs of Jobs that failed */
  bool follow;     /* logs as they grow */
  bool timestamps; /* of the server, in front of each line */
  bool quiet;
  bool verbose;
  bool no_history;
  bool no_manifests;
  bool yes; /* do what would be shown else */
  bool preflight;
  bool repeat_unknown;
  bool replace; /* Jobs are deleted and made again */
  bool diff;
  bool strict_reporters;
  bool show;        /* what would be generated */
  bool with_others; /* apply what was not generated, too */
  bool help;

  uint8_t sources[128]; /* enum settings_source of each row of flag_table */
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

/* Takes HEADGATE_HISTORY and HEADGATE_PLUGIN_PATH. The latter is ignored in a set-id process. */
int32_t settings_take_environment(struct settings *settings, struct hg_error *err);

/* Fills in what nobody set: plugins of the stages, threads, the history's path. */
int32_t settings_complete(struct settings *settings, struct hg_error *err);

/* A path below $XDG_VARIABLE/headgate, or below ~/FALLBACK/headgate where the variable is not set
 * to an absolute path (XDG Base Directory Specification). The arena's. NULL, with err set, without
 * a home directory. */
const char *settings_xdg_path(struct arena *arena, const char *variable, const char *fallback,
                              const char *name, struct hg_error *err);

#endif

/* What the user asked for: command line, environment and configuration files, merged. */
#ifndef HOST_SETTINGS_H
#define HOST_SETTINGS_H

#include "arena.h"

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
  const char *kubeconfig;
  const char *context;
  const char *kubectl; /* program; NULL: "kubectl", found through PATH */
  const char *history; /* the database's path; never NULL once settings are complete */
  const char *kubernetes_version;

  const char *generator; /* plugins of the stages; never NULL once complete */
  const char *scanner;
  const char *applier;
  struct string_list validators;
  struct string_list reporters;      /* NAME or NAME=FILE */
  struct string_list plugin_dirs;    /* most important first */
  struct string_list plugin_options; /* PLUGIN.OPTION=VALUE; the last of a name wins */

  enum output_format output;
  enum color_choice color;
  uint32_t threads; /* that validate; at least 1 once complete */
  bool apply;
  bool strict;
  bool quiet;
  bool verbose;
  bool no_history;
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/command_line.h"

#include "memory/no_memory.h"
#include "settings/assignment.h"
#include "settings/standard_output.h"
#include "text/suggestion.h"

#include <stdio.h>
#include <string.h>

/* What a command cannot do without. */
static const struct requirement {
  const char *command;
  size_t offset;
  const char *flag;
} requirements[] = {
    {"health", offsetof(struct settings, selector), "-l SELECTOR"},
};

static int32_t unknown_command(const char *word, struct hg_error *err) {
  struct suggestion suggestion;

  suggestion_init(&suggestion, word);
  for (size_t i = 0; i < command_count; i++)
    suggestion_consider(&suggestion, command_table[i].name);
  if (suggestion.nearest)
    return hg_error_set(err, HG_ERROR_INVALID, "unknown command '%.240s': did you mean '%s'?", word,
                        suggestion.nearest);
  if (strcmp(word, "version") == 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "unknown command 'version': `headgate --version` says it");
  return hg_error_set(err, HG_ERROR_INVALID,
                      "unknown command '%.240s': `headgate --help` lists the commands", word);
}

static int32_t unknown_flag(const struct command_row *command, const char *name, size_t length,
                            struct hg_error *err) {
  char word[65];
  struct suggestion suggestion;

  (void)snprintf(word, sizeof word, "%.*s", (int)(length > 64 ? 64 : length), name);
  suggestion_init(&suggestion, word);
  for (size_t i = 0; i < flag_count; i++)
    if (command ? flag_table[i].commands & command->bit : flag_table[i].commands != 0)
      suggestion_consider(&suggestion, flag_table[i].name);
  if (suggestion.nearest)
    return hg_error_set(err, HG_ERROR_INVALID, "unknown flag '--%s': did you mean '--%s'?", word,
                        suggestion.nearest);
  return hg_error_set(err, HG_ERROR_INVALID,
                      "unknown flag '--%s': `headgate help%s%s` lists the flags", word,
                      command ? " " : "", command ? command->name : "");
}

static const struct flag_row *find_letter(char letter) {
  for (size_t i = 0; i < flag_count; i++)
    if (flag_table[i].letter == letter)
      return &flag_table[i];
  return NULL;
}

static bool takes_value(const struct flag_row *flag) {
  return flag->kind != FLAG_SWITCH && flag->kind != FLAG_OPTION_SWITCH && flag->kind != FLAG_HELP;
}

/* Where the parser stands. */
struct parser {
  size_t next; /* of line->argv */
  struct command_line *line;
};

/* Adds `flag` with the value that follows "=" (`inline_value`) or the next word. `shown` is the
 * flag as it was written. */
static int32_t take_flag(struct parser *parser, const struct flag_row *flag, const char *shown,
                         const char *inline_value, struct hg_error *err) {
  struct command_line *line = parser->line;
  const char *value = inline_value;

  if (line->command && !(flag->commands & line->command->bit))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "'headgate %s' takes no %s: see `headgate %s --help`", line->command->name,
                        shown, line->command->name);
  if (!takes_value(flag) && value)
    return hg_error_set(err, HG_ERROR_INVALID, "%s takes no value: leave '=%.240s' out", shown,
                        value);
  if (takes_value(flag) && !value) {
    if (parser->next >= line->argc)
      return hg_error_set(err, HG_ERROR_INVALID, "%s needs a value: %s %s", shown, shown,
                          flag->value);
    value = line->argv[parser->next++];
  }
  if (flag->kind == FLAG_HELP)
    line->help = true;
  line->flags[line->count].flag = flag;
  line->flags[line->count].value = value;
  line->count++;
  return 0;
}

static int32_t take_long(struct parser *parser, const char *word, struct hg_error *err) {
  const char *equals = strchr(word, '=');
  size_t length = equals ? (size_t)(equals - word) : strlen(word);
  const struct flag_row *flag = flag_find(word, length);
  char shown[80];

  if (!parser->line->command && length == 7 && memcmp(word, "version", 7) == 0 && !equals) {
    parser->line->version = true;
    return 0;
  }
  if (!flag)
    return unknown_flag(parser->line->command, word, length, err);
  (void)snprintf(shown, sizeof shown, "--%s", flag->name);
  return take_flag(parser, flag, shown, equals ? equals + 1 : NULL, err);
}

/* "-v", "-qo json", "-ojson". */
static int32_t take_letters(struct parser *parser, const char *letters, struct hg_error *err) {
  for (; *letters; letters++) {
    const struct flag_row *flag = find_letter(*letters);
    char shown[3] = {'-', *letters, '\0'};

    if (!parser->line->command && *letters == 'V') {
      parser->line->version = true;
      continue;
    }
    if (!flag)
      return hg_error_set(err, HG_ERROR_INVALID,
                          "unknown flag '-%c': `headgate help%s%s` lists the flags", *letters,
                          parser->line->command ? " " : "",
                          parser->line->command ? parser->line->command->name : "");
    if (takes_value(flag))
      return take_flag(parser, flag, shown, letters[1] ? letters + 1 : NULL, err);
    if (take_flag(parser, flag, shown, NULL, err) < 0)
      return -1;
  }
  return 0;
}

static int32_t take_operand(const struct parser *parser, const char *word, struct hg_error *err) {
  struct command_line *line = parser->line;

  if (!line->command) {
    if (strcmp(word, "help") == 0) {
      line->help = true;
      return 0;
    }
    line->command = command_find(word);
    return line->command ? 0 : unknown_command(word, err);
  }
  if (line->operands.count >= line->command->most_operands)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "'headgate %s' takes no '%.240s': see `headgate %s --help`",
                        line->command->name, word, line->command->name);
  line->operands.items[line->operands.count++] = word;
  return 0;
}

int32_t command_line_parse(size_t argc, const char *const *argv, struct arena *arena,
                           struct command_line *line, struct hg_error *err) {
  struct parser parser = {1, line};
  size_t most = 1;
  bool flags_over = false;

  memset(line, 0, sizeof *line);
  line->argv = argv;
  line->argc = argc;
  /* A word may hold several letters, each a flag. */
  for (size_t i = 1; i < argc; i++)
    most += strlen(argv[i]) + 1;
  line->flags = arena_alloc(arena, most * sizeof *line->flags);
  line->operands.items = arena_alloc(arena, (argc + 1) * sizeof *line->operands.items);
  if (!line->flags || !line->operands.items)
    return no_memory(err);
  while (parser.next < argc) {
    const char *word = argv[parser.next++];
    int32_t result;

    if (!flags_over && strcmp(word, "--") == 0) {
      flags_over = true;
      continue;
    }
    if (!flags_over && strncmp(word, "--", 2) == 0)
      result = take_long(&parser, word + 2, err);
    else if (!flags_over && word[0] == '-' && word[1])
      result = take_letters(&parser, word + 1, err);
    else
      result = take_operand(&parser, word, err);
    if (result < 0)
      return -1;
  }
  return 0;
}

int32_t command_line_assign(const struct command_line *line, struct settings *settings,
                            struct hg_error *err) {
  settings->command = line->command ? line->command->name : NULL;
  settings->operands = line->operands;
  settings->argv = line->argv;
  settings->argv_count = line->argc;
  for (size_t i = 0; i < line->count; i++) {
    char origin[80];

    (void)snprintf(origin, sizeof origin, "--%s", line->flags[i].flag->name);
    /* Flags before the command were taken before it was known. */
    if (line->command && !(line->flags[i].flag->commands & line->command->bit))
      return hg_error_set(err, HG_ERROR_INVALID,
                          "'headgate %s' takes no %s: see `headgate help %s`", line->command->name,
                          origin, line->command->name);
    if (settings_assign(settings, line->flags[i].flag, line->flags[i].value, SOURCE_COMMAND_LINE,
                        origin, err) < 0)
      return -1;
  }
  return 0;
}

/* Where what the flag sets stands among what is kept; NULL for an option. */
static void *kept_place(struct kept_settings *kept, const struct flag_row *flag) {
  return flag_is_option(flag) ? NULL
                              : (char *)kept + (flag->offset - offsetof(struct settings, kept));
}

int32_t command_line_keep(const struct command_line *line, const char *begun_in,
                          const struct settings *settings, const char *here, struct arena *arena,
                          struct kept_settings *kept, struct hg_error *err) {
  bool is_set[sizeof settings->sources] = {false};

  *kept = settings->kept;
  kept->options.count = 0;
  for (size_t i = 0; i < line->count; i++) {
    const struct flag_row *flag = line->flags[i].flag;
    size_t row = (size_t)(flag - flag_table);
    const struct assignment assignment = {
        .arena = arena,
        .flag = flag,
        .value = line->flags[i].value,
        .origin = "the run's own command line",
        .directory = begun_in,
        .source = SOURCE_COMMAND_LINE,
        .is_stronger = !is_set[row],
    };

    if (!(flag->commands & KEPT_BY_RESUME) ||
        (!flag_is_option(flag) && settings->sources[row] == SOURCE_COMMAND_LINE))
      continue;
    is_set[row] = true;
    if (assignment_make(&assignment, kept_place(kept, flag), &kept->options, err) < 0)
      return -1;
  }
  for (size_t i = 0; i < settings->kept.options.count; i++) {
    struct option_setting added = settings->kept.options.items[i];

    if (!added.directory)
      added.directory = here;
    if (option_list_add(&kept->options, arena, &added, err) < 0)
      return -1;
  }
  return 0;
}

bool command_line_has(const struct settings *settings, const char *name) {
  const struct flag_row *flag = flag_find(name, strlen(name));

  return flag && settings->sources[flag - flag_table] == SOURCE_COMMAND_LINE;
}

/* A name that no namespace can have would only look as if there were no Jobs. */
static int32_t check_namespace(const char *name, struct hg_error *err) {
  size_t length = name ? strlen(name) : 1;

  if (!name || (length <= 63 && strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length &&
                *name != '-' && name[length - 1] != '-'))
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID,
                      "-n: '%.252s' is no namespace's name: lower-case letters, digits and '-', at "
                      "most 63",
                      name);
}

/* `watch` follows a run, or looks at the Jobs of a selector: what belongs to one of them. */
static int32_t check_watch(const struct settings *settings, struct hg_error *err) {
  static const char *const of_a_run[] = {"wait-timeout", "start-grace", "schedule-grace",
                                         "reporter", "output-report"};

  if (!settings->selector)
    return settings->job_namespace || settings->interval > 0
               ? hg_error_set(err, HG_ERROR_INVALID,
                              "-n and --interval are for the Jobs of a label selector: add "
                              "-l SELECTOR, or leave them out")
               : 0;
  if (settings->operands.count > 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "'headgate watch' follows the Jobs of a run, or looks at those of -l: "
                        "leave '%.240s' or -l out",
                        settings->operands.items[0]);
  for (size_t i = 0; i < sizeof of_a_run / sizeof *of_a_run; i++)
    if (command_line_has(settings, of_a_run[i]))
      return hg_error_set(err, HG_ERROR_INVALID,
                          "--%s is for the Jobs of a run: with -l leave it out", of_a_run[i]);
  return 0;
}

/* What belongs to one of the subcommands of `history`. */
static int32_t check_history(const struct settings *settings, struct hg_error *err) {
  static const struct {
    const char *flag;
    const char *subcommand;
  } rows[] = {
      {"limit", "list"},
      {"since", "list"},
      {"failed", "list"},
      {"context", "list"},
      {"older-than", "forget"},
      {"yes", "forget"},
      {"reporter", "report"},
      {"output-report", "report"},
      {"reporter-timeout", "report"},
      {"strict-reporters", "report"},
  };
  const char *given = settings->operands.count > 0 ? settings->operands.items[0] : "list";

  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].subcommand, given) != 0 && command_line_has(settings, rows[i].flag))
      return hg_error_set(err, HG_ERROR_INVALID, "--%s is for `headgate history %s`: leave it out",
                          rows[i].flag, rows[i].subcommand);
  return strcmp(given, "forget") == 0 && settings->older_than == 0
             ? hg_error_set(err, HG_ERROR_INVALID,
                            "'headgate history forget' needs --older-than DAYS")
             : 0;
}

int32_t command_line_check_wait(const struct settings *settings, const struct kept_settings *kept,
                                struct hg_error *err) {
  static const char *const flags[] = {"max-running",    "wait-timeout", "start-grace",
                                      "schedule-grace", "retry-failed", "retry-delay"};

  if (kept->wait.is_wanted || strcmp(settings->command, "watch") == 0 ||
      strcmp(settings->command, "health") == 0)
    return 0;
  for (size_t i = 0; i < sizeof flags / sizeof *flags; i++)
    if (command_line_has(settings, flags[i]))
      return hg_error_set(err, HG_ERROR_INVALID, "--%s is for a run that waits: add --wait",
                          flags[i]);
  return 0;
}

/* From what is generated, and where to. */
static int32_t check_generation(const struct settings *settings, struct hg_error *err) {
  static const char *const of_template[] = {"sweep", "set-parameter", "indexed", "show"};
  bool is_run = strcmp(settings->command, "run") == 0;
  const char *place = is_run ? settings->jobs_dir : settings->output_dir;

  if (!is_run && strcmp(settings->command, "generate") != 0)
    return 0;
  if (settings->template_file && (settings->orchestrator_config || settings->k8s_config))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "--template and --orchestrator-config are two ways to generate: give one");
  for (size_t i = 0; i < sizeof of_template / sizeof *of_template; i++)
    if (!settings->template_file && command_line_has(settings, of_template[i]))
      return hg_error_set(err, HG_ERROR_INVALID, "--%s goes with --template: add it",
                          of_template[i]);
  for (size_t i = 0; i < settings->parameters.count; i++)
    if (!strchr(settings->parameters.items[i], '='))
      return hg_error_set(err, HG_ERROR_INVALID,
                          "--set-parameter takes NAME=VALUE,VALUE, and \"%.80s\" has no =",
                          settings->parameters.items[i]);
  if (settings->show && settings->generator &&
      strcmp(settings->generator, "generate-template") != 0)
    return hg_error_set(err, HG_ERROR_INVALID, "--show is for the generator generate-template");
  if (!is_run && !settings->template_file && !settings->orchestrator_config)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "'headgate generate' needs --template, or --orchestrator-config and "
                        "--k8s-config");
  if (settings->with_others && !settings->template_file && !settings->orchestrator_config)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "--with-others is for a run that generates: leave it out");
  if (!place && !settings->show)
    return hg_error_set(err, HG_ERROR_INVALID, "'headgate %s' needs %s: see `headgate help %s`",
                        settings->command, is_run ? "--jobs-dir DIR" : "--output-dir DIR",
                        settings->command);
  return 0;
}

bool command_line_reads_operands(const char *command) {
  const struct command_row *row = command_find(command);

  return row && row->bit & (IN_VALIDATE | IN_PLAN | IN_APPLY);
}

/* Where the manifests are. A plan says so itself, whatever a file names for other runs. */
static int32_t check_manifests(const struct settings *settings, struct hg_error *err) {
  bool has_operands = settings->operands.count + settings->manifests.count > 0;

  if (!command_line_reads_operands(settings->command) || settings->explain)
    return 0;
  if (settings->plan) {
    if (has_operands || command_line_has(settings, "jobs-dir"))
      return hg_error_set(err, HG_ERROR_INVALID,
                          "'headgate apply' takes --plan, or files and directories, one of them");
    if (settings->selector || settings->job_namespace)
      return hg_error_set(err, HG_ERROR_INVALID,
                          "--plan fixes the Jobs and their namespace: leave -l and -n out");
    return 0;
  }
  if (!has_operands && !settings->jobs_dir)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "'headgate %s' needs files or directories: name them, or - for standard "
                        "input, or give --jobs-dir%s",
                        settings->command,
                        strcmp(settings->command, "apply") == 0 ? " or --plan" : "");
  return 0;
}

int32_t command_line_check(const struct settings *settings, struct hg_error *err) {
  for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++)
    if (strcmp(requirements[i].command, settings->command) == 0 && !settings->explain &&
        !*(const char *const *)((const char *)settings + requirements[i].offset))
      return hg_error_set(err, HG_ERROR_INVALID, "'headgate %s' needs %s: see `headgate help %s`",
                          settings->command, requirements[i].flag, settings->command);
  if (check_manifests(settings, err) < 0)
    return -1;
  if (settings->plan && (settings->kubeconfig || settings->context))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "--plan fixes the cluster too: leave --kubeconfig and --context out");
  if (!settings->orchestrator_config != !settings->k8s_config)
    return hg_error_set(
        err, HG_ERROR_INVALID,
        "--orchestrator-config and --k8s-config go together: give both, or neither");
  if (check_generation(settings, err) < 0)
    return -1;
  if (settings->diff && strcmp(settings->kept.applier, "apply-server") != 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "--diff asks the API server itself: add --applier server");
  if (check_namespace(settings->job_namespace, err) < 0 ||
      (strcmp(settings->command, "watch") == 0 && check_watch(settings, err) < 0))
    return -1;
  if ((strcmp(settings->command, "resume") != 0 &&
       command_line_check_wait(settings, &settings->kept, err) < 0) ||
      (strcmp(settings->command, "history") == 0 && check_history(settings, err) < 0))
    return -1;
  if (standard_output_check(settings, command_line_has(settings, "reporter"), err) < 0)
    return -1;
  if (settings->no_history && settings->apply)
    return hg_error_set(err, HG_ERROR_INVALID, "--apply needs the history: leave --no-history out");
  return 0;
}

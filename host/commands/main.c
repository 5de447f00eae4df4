/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/completion_words.h"
#include "digest/digest.h"
#include "runner/runner.h"
#include "settings/command_line.h"
#include "settings/flag_table.h"
#include "settings/settings_file.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <fcntl.h>
#include <headgate/host.h>
#include <malloc.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FAILED = 1, WRONG_COMMAND_LINE = 2 }; /* exit codes */

static const struct command_function {
  const char *name;
  int (*run)(const struct settings *settings, struct plugin_set *plugins);
} functions[] = {
    {"run", command_apply},
    {"generate", command_generate},
    {"validate", command_validate},
    {"plan", command_validate},
    {"apply", command_apply},
    {"history", command_history},
    {"plugin", command_plugin},
    {"resume", command_resume},
    {"watch", command_watch},
    {"logs", command_logs},
    {"health", command_health},
    {"rerun", command_rerun},
    {"completion", command_completion},
};

/* Standard input, output and error exist, so that no file that is opened takes their place. What
 * was closed gives nothing and takes nothing: to read it, or to write to it, fails. Log lines are
 * lost. */
static void open_standard_descriptors(void) {
  static const int flags[] = {O_WRONLY, O_RDONLY, O_RDWR};

  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl(fd, F_GETFD) < 0)
      (void)open("/dev/null", flags[fd] | O_NOCTTY);
}

/* A document's tree and parser are freed and made again thousands of times: what they took is not
 * given back to the kernel each time. */
static void keep_freed_memory(void) {
  (void)mallopt(M_TRIM_THRESHOLD, 1024 * 1024);
  (void)mallopt(M_TOP_PAD, 256 * 1024);
}

/* Whatever umask the parent left: what this process makes, its owner can use. */
static void keep_owner_permissions(void) {
  mode_t mask = umask(S_IRWXG | S_IRWXO);

  (void)umask(mask & (S_IRWXG | S_IRWXO));
}

static int show_version(void) {
  struct text_buffer text;

  text_buffer_init(&text);
  text_buffer_printf(&text, "headgate %s (plugin interface %u.%u)\n", HEADGATE_VERSION,
                     HG_ABI_MAJOR, HG_ABI_MINOR);
  return command_print(&text, 0);
}

static int run_command(const struct command_line *line, const struct settings *settings,
                       struct hg_error *err) {
  struct plugin_set plugins;
  int exit_code = FAILED;

  if (digest_init(err) < 0)
    return FAILED;
  if (plugin_set_init(&plugins, &settings->plugin_dirs, &settings->kept.options, err) == 0) {
    if (line->help)
      exit_code = command_help(line->command, settings, &plugins);
    for (size_t i = 0; i < sizeof functions / sizeof *functions && !line->help; i++)
      if (strcmp(functions[i].name, line->command->name) == 0)
        exit_code = functions[i].run(settings, &plugins);
  }
  plugin_set_finish(&plugins);
  return exit_code;
}

/* Fills in the settings, the weakest source first. Returns an exit code, with err set, where that
 * cannot be done. */
static int fill_in(struct settings *settings, const struct command_line *line,
                   struct hg_error *err) {
  static const enum log_color colors[] = {
      [COLOR_AUTO] = LOG_COLOR_AUTO,
      [COLOR_ALWAYS] = LOG_COLOR_ALWAYS,
      [COLOR_NEVER] = LOG_COLOR_NEVER,
  };

  if ((!line->help && configuration_load(settings, err) < 0) ||
      settings_take_environment(settings, err) < 0)
    return FAILED;
  if (command_line_assign(line, settings, err) < 0)
    return WRONG_COMMAND_LINE;
  log_init(settings->quiet, settings->verbose, colors[settings->color]);
  if (settings_complete(settings, err) < 0)
    return FAILED;
  return line->help || command_line_check(settings, err) == 0 ? 0 : WRONG_COMMAND_LINE;
}

/* Does what the command line asks for. Returns the exit code; what err says is still to be told. */
static int obey(int argc, char **argv, struct settings *settings, struct hg_error *err) {
  struct command_line line;
  int wrong;

  if (command_line_parse((size_t)argc, (const char *const *)argv, &settings->arena, &line, err) < 0)
    return WRONG_COMMAND_LINE;
  if (line.version)
    return show_version();
  if (!line.command && !line.help) {
    (void)hg_error_set(err, HG_ERROR_INVALID, "no command: `headgate --help` lists them");
    return WRONG_COMMAND_LINE;
  }
  wrong = fill_in(settings, &line, err);
  return wrong != 0 ? wrong : run_command(&line, settings, err);
}

int main(int argc, char **argv) {
  struct hg_error error = HG_ERROR_INIT;
  struct settings settings;
  int exit_code;

  open_standard_descriptors();
  keep_owner_permissions();
  keep_freed_memory();
  interrupt_install();
  if (argc == 3 && strcmp(argv[1], "plugin-runner") == 0)
    return plugin_runner(argv[2]);
  if (argc > 2 && strcmp(argv[1], "completion-words") == 0)
    return completion_words((size_t)argc - 2, (const char *const *)argv + 2);
  settings_init(&settings);
  exit_code = obey(argc, argv, &settings, &error);
  if (error.code != 0)
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  settings_finish(&settings);
  return exit_code;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/command_explain.h"
#include "commands/command_help.h"
#include "commands/command_history.h"
#include "commands/commands.h"
#include "digest/digest.h"
#include "history/history_patience.h"
#include "runner/runner.h"
#include "settings/command_line.h"
#include "settings/settings_file.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <fcntl.h>
#include <headgate/host.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int run_history(struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer text;
  char *data = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&data, &size);
  int exit_code;

  (void)plugins;
  text_buffer_init(&text);
  if (!out) {
    log_line(HG_LOG_ERROR, NULL, "out of memory");
    return 1;
  }
  exit_code = command_history(settings, out, &error);
  if (fclose(out) == 0 && data)
    text_buffer_append(&text, data, size);
  free(data);
  if (error.code != 0)
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  return command_print(&text, exit_code);
}

static int run_validate(struct settings *settings, struct plugin_set *plugins) {
  return settings->explain ? command_explain(settings, plugins)
                           : command_validate(settings, plugins);
}

static const struct command_function {
  const char *name;
  int (*run)(struct settings *settings, struct plugin_set *plugins);
} functions[] = {
    {"run", command_apply},     {"generate", command_generate}, {"validate", run_validate},
    {"plan", command_validate}, {"apply", command_apply},       {"history", run_history},
    {"plugin", command_plugin}, {"resume", command_resume},
};

static void say_that_history_waits(void) {
  log_line(HG_LOG_WARNING, NULL, "waiting for the history, which another process keeps locked");
}

static int dispatch(struct settings *settings, struct hg_error *err) {
  struct plugin_set plugins;

  history_patience_set(say_that_history_waits, interrupt_requested);
  if (digest_init(err) < 0 || plugin_set_init(&plugins, settings, err) < 0)
    return -1;
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
    if (strcmp(functions[i].name, settings->command) == 0)
      return functions[i].run(settings, &plugins);
  return hg_error_set(err, HG_ERROR_FAILED, "no function for '%s'", settings->command);
}

/* Standard input, output and error exist, so that no file that is opened takes their place. */
static void open_standard_descriptors(void) {
  int fd;

  do
    fd = open("/dev/null", O_RDWR | O_NOCTTY);
  while (fd >= 0 && fd <= STDERR_FILENO);
  if (fd > STDERR_FILENO)
    (void)close(fd);
}

/* Whatever umask the parent left: what this process makes, its owner can use. */
static void keep_owner_permissions(void) {
  mode_t mask = umask(S_IRWXG | S_IRWXO);

  (void)umask(mask & (S_IRWXG | S_IRWXO));
}

static int show_help(const struct command_line *line, struct settings *settings) {
  struct text_buffer text;

  text_buffer_init(&text);
  command_help_append(&text, line->command, settings);
  return command_print(&text, 0);
}

static int show_version(void) {
  struct text_buffer text;

  text_buffer_init(&text);
  text_buffer_printf(&text, "headgate %s (plugin interface %u.%u)\n", HEADGATE_VERSION,
                     HG_ABI_MAJOR, HG_ABI_MINOR);
  return command_print(&text, 0);
}

int main(int argc, char **argv) {
  struct hg_error error = HG_ERROR_INIT;
  struct command_line line;
  struct settings settings;
  int exit_code = 2;

  open_standard_descriptors();
  keep_owner_permissions();
  interrupt_install();
  if (argc == 3 && strcmp(argv[1], "plugin-runner") == 0)
    return plugin_runner(argv[2]);
  settings_init(&settings);
  if (command_line_parse(argc, argv, &settings, &line, &error) < 0)
    goto wrong;
  if (line.version) {
    exit_code = show_version();
    goto out;
  }
  if (!line.command && !line.help) {
    (void)hg_error_set(&error, HG_ERROR_INVALID, "no command: `headgate --help` lists them");
    goto wrong;
  }
  exit_code = 1;
  if (!line.help && configuration_load(&settings, &error) < 0)
    goto wrong;
  if (settings_take_environment(&settings, &error) < 0)
    goto wrong;
  exit_code = 2;
  if (command_line_assign(&line, &settings, &error) < 0)
    goto wrong;
  log_init(settings.quiet, settings.verbose, settings.color);
  exit_code = 1;
  if (settings_complete(&settings, &error) < 0)
    goto wrong;
  if (line.help) {
    exit_code = show_help(&line, &settings);
    goto out;
  }
  exit_code = 2;
  if (command_line_check(&settings, &error) < 0)
    goto wrong;
  exit_code = dispatch(&settings, &error);
  if (exit_code >= 0)
    goto out;
  exit_code = 1;
wrong:
  log_line(HG_LOG_ERROR, NULL, "%s", error.message);
out:
  settings_finish(&settings);
  return exit_code;
}

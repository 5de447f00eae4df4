/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "plugins/plugin_options.h"
#include "settings/flag_table.h"

#include <string.h>

enum { HELP_COLUMN = 34 };

/* "  left", then `right` in its column, or on the next line where the left is too long. */
static void append_row(struct text_buffer *text, const char *left, const char *right) {
  size_t width = strlen(left) + 2;

  text_buffer_printf(text, "  %s", left);
  if (width + 2 > HELP_COLUMN) {
    text_buffer_append_char(text, '\n');
    width = 0;
  }
  text_buffer_printf(text, "%*s%s\n", (int)(HELP_COLUMN - width), "", right);
}

static void append_flags(struct text_buffer *text, uint32_t commands) {
  struct text_buffer left;

  text_buffer_init(&left);
  text_buffer_append_string(text, "\nFlags:\n");
  for (size_t i = 0; i < flag_count; i++) {
    const struct flag_row *flag = &flag_table[i];

    if (!(flag->commands & commands))
      continue;
    text_buffer_reset(&left);
    if (flag->letter)
      text_buffer_printf(&left, "-%c, ", flag->letter);
    text_buffer_printf(&left, "--%s%s%s", flag->name, flag->value ? " " : "",
                       flag->value ? flag->value : "");
    append_row(text, text_buffer_string(&left), flag->help);
  }
  text->failed = text->failed || left.failed;
  text_buffer_finish(&left);
}

static void append_options(struct text_buffer *text, const struct plugin *plugin) {
  struct text_buffer left;
  struct text_buffer right;

  if (plugin->info.option_count == 0)
    return;
  text_buffer_init(&left);
  text_buffer_init(&right);
  text_buffer_printf(text, "\nOptions of %s (--set %s.OPTION=VALUE):\n", plugin->info.name,
                     plugin->info.name);
  for (uint32_t i = 0; i < plugin->info.option_count; i++) {
    const struct hg_option *option = &plugin->options[i];

    char range[PLUGIN_OPTION_RANGE_SIZE];

    text_buffer_reset(&left);
    text_buffer_printf(&left, "%s=%s", option->name,
                       option->type == HG_OPTION_CHOICE ? option->choices
                                                        : plugin_option_type_name(option->type));
    text_buffer_reset(&right);
    text_buffer_append_string(&right, option->help);
    if (plugin_option_range(option, range, sizeof range))
      text_buffer_printf(&right, ", %s", range);
    if (option->default_value && *option->default_value)
      text_buffer_printf(&right, " (default: %s)", option->default_value);
    append_row(text, text_buffer_string(&left), text_buffer_string(&right));
  }
  text->failed = text->failed || left.failed || right.failed;
  text_buffer_finish(&left);
  text_buffer_finish(&right);
}

/* The options of the plugins that stand in a stage that the command has. */
static void append_plugins(struct text_buffer *text, const struct command_row *command,
                           const struct settings *settings, struct plugin_set *plugins) {
  const struct stage_plugins {
    uint32_t commands;
    uint32_t stage;
    const char *const *names;
    size_t count;
  } stages[] = {
      {IN_RUN | IN_GENERATE, HG_STAGE_GENERATOR, &settings->generator, 1},
      {IN_EVERY_RUN, HG_STAGE_SCANNER, &settings->kept.scanner, 1},
      {IN_EVERY_RUN, HG_STAGE_VALIDATOR, settings->kept.validators.items,
       settings->kept.validators.count},
      {IN_RUN | IN_APPLY, HG_STAGE_APPLIER, &settings->kept.applier, 1},
  };
  struct hg_error ignored = HG_ERROR_INIT;

  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
    for (size_t j = 0; stages[i].commands & command->bit && j < stages[i].count; j++) {
      const struct plugin *plugin;

      if (plugin_load(plugins, stages[i].names[j], stages[i].stage, &plugin, &ignored) == 0)
        append_options(text, plugin);
    }
}

static void append_overview(struct text_buffer *text) {
  text_buffer_append_string(text, "Headgate " HEADGATE_VERSION
                                  ": runs a batch of Jobs on Kubernetes without fear.\n\n"
                                  "Usage: headgate COMMAND [FLAGS]\n\nCommands:\n");
  for (size_t i = 0; i < command_count; i++)
    append_row(text, command_table[i].name, command_table[i].summary);
  text_buffer_append_string(
      text,
      "\nNothing is applied unless --apply is given. `headgate COMMAND --help` shows the flags.\n"
      "Flags may also stand in headgate.yaml here, or in ~/.config/headgate/config.yaml.\n"
      "Exit codes: 0 all went well, 1 a Job failed or is invalid, 2 wrong command line,\n"
      "3 the cluster could not be asked to the end, 130 interrupted.\n");
}

int command_help(const struct command_row *command, const struct settings *settings,
                 struct plugin_set *plugins) {
  struct text_buffer text;

  text_buffer_init(&text);
  if (command) {
    text_buffer_printf(&text, "Usage: headgate %s%s%s [FLAGS]\n\n%s\n", command->name,
                       *command->operands ? " " : "", command->operands, command->description);
    append_flags(&text, command->bit);
    append_plugins(&text, command, settings, plugins);
  } else {
    append_overview(&text);
  }
  return command_print(&text, 0);
}

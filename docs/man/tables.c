/* SPDX-License-Identifier: Apache-2.0 */
#include "tables.h"

#include "plugins/plugin.h"
#include "plugins/plugin_names.h"
#include "plugins/plugin_options.h"
#include "roff.h"

#include <string.h>

void table_commands(const struct manual *manual, FILE *out) {
  (void)manual;
  for (size_t i = 0; i < command_count; i++) {
    (void)fputs(".TP\n\\fBheadgate\\-", out);
    roff_bytes(out, command_table[i].name, strlen(command_table[i].name));
    (void)fputs("\\fR(1)\n", out);
    roff_sentence(out, command_table[i].summary);
  }
}

static void write_flag(const struct flag_row *flag, FILE *out) {
  uint32_t least;
  uint32_t most;

  (void)fputs(".TP\n", out);
  if (flag->letter)
    (void)fprintf(out, "\\fB\\-%c\\fR, ", flag->letter);
  (void)fputs("\\fB\\-\\-", out);
  roff_bytes(out, flag->name, strlen(flag->name));
  (void)fputs("\\fR", out);
  if (flag->value) {
    (void)fputc(' ', out);
    roff_italic(out, flag->value);
  }
  (void)fputc('\n', out);
  roff_sentence(out, flag->help);
  flag_limits(flag, &least, &most);
  if (most != UINT32_MAX)
    (void)fprintf(out, "From %u to %u.\n", least, most);
}

void table_flags(const struct command_row *command, FILE *out) {
  const char *subject = "";

  for (size_t i = 0; i < flag_count; i++) {
    const struct flag_row *flag = &flag_table[i];

    if (command ? !(flag->commands & command->bit) : (flag->commands & IN_ALL) != IN_ALL)
      continue;
    if (command && strcmp(subject, flag_subject(flag)) != 0) {
      subject = flag_subject(flag);
      (void)fprintf(out, ".SS %s\n", subject);
    }
    write_flag(flag, out);
  }
}

void table_common_flags(const struct manual *manual, FILE *out) {
  (void)manual;
  table_flags(NULL, out);
}

static void write_key(const struct flag_row *flag, FILE *out) {
  static const char *const where[] = {
      [FROM_USER_FILE] = "Only in your own file.",
      [FROM_ANY_FILE] = "In both files.",
      [ON_FROM_ANY_FILE] = "In both files; the one in the working directory can only turn it on.",
  };
  bool is_switch = flag->kind == FLAG_SWITCH || flag->kind == FLAG_OPTION_SWITCH;
  bool is_list = flag->kind == FLAG_LIST || flag->kind == FLAG_PATHS;

  (void)fputs(".TP\n", out);
  roff_bold(out, flag->name);
  (void)fputs(": ", out);
  roff_italic(out, is_switch ? "true|false" : flag->value);
  (void)fputs(is_list ? ", or a list\n" : "\n", out);
  roff_sentence(out, flag->help);
  (void)fprintf(out, "%s\n", where[flag->source]);
}

void table_keys(const struct manual *manual, FILE *out) {
  const char *subject = "";

  (void)manual;
  for (size_t i = 0; i < flag_count; i++) {
    if (flag_table[i].source == FROM_COMMAND_LINE)
      continue;
    if (strcmp(subject, flag_subject(&flag_table[i])) != 0) {
      subject = flag_subject(&flag_table[i]);
      (void)fprintf(out, ".SS %s\n", subject);
    }
    write_key(&flag_table[i], out);
  }
}

static void write_option(const struct hg_option *option, FILE *out) {
  char range[PLUGIN_OPTION_RANGE_SIZE];

  (void)fputs(".TP\n", out);
  roff_bold(out, option->name);
  (void)fputs(": ", out);
  roff_italic(out, option->type == HG_OPTION_CHOICE ? option->choices
                                                    : plugin_option_type_name(option->type));
  (void)fputc('\n', out);
  roff_sentence(out, option->help);
  if (plugin_option_range(option, range, sizeof range)) {
    (void)fputs("Range: ", out);
    roff_sentence(out, range);
  }
  if (option->default_value && *option->default_value) {
    (void)fputs("Default: ", out);
    roff_bold(out, option->default_value);
    (void)fputs(".\n", out);
  }
}

void table_options(const struct manual *manual, FILE *out) {
  const char *directory = manual->plugins;
  const struct string_list directories = {&directory, 1};
  static const struct option_list none;
  struct hg_error error = HG_ERROR_INIT;
  struct plugin_names names;
  struct plugin_set set;

  if (plugin_set_init(&set, &directories, &none, &error) < 0 ||
      plugin_names_read(&names, directory, &error) < 0)
    manual_fail(error.message, directory);
  for (size_t i = 0; i < names.count; i++) {
    const struct plugin *plugin;

    if (plugin_load(&set, names.items[i], 0, &plugin, &error) < 0)
      manual_fail(error.message, names.items[i]);
    if (plugin->info.option_count == 0)
      continue;
    (void)fputs(".SS ", out);
    roff_bytes(out, plugin->info.name, strlen(plugin->info.name));
    (void)fputc('\n', out);
    roff_sentence(out, plugin->info.description);
    for (uint32_t j = 0; j < plugin->info.option_count; j++)
      write_option(&plugin->options[j], out);
  }
  plugin_names_finish(&names);
  plugin_set_finish(&set);
}

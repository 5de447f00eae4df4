/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/plugin_options.h"

#include "memory/no_memory.h"
#include "text/suggestion.h"
#include "text/text_buffer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool plugin_option_range(const struct hg_option *option, char *text, size_t size) {
  if (option->type != HG_OPTION_INTEGER || (option->least == 0 && option->most == 0))
    return false;
  if (option->most == INT64_MAX)
    (void)snprintf(text, size, "%" PRId64 " or more", option->least);
  else
    (void)snprintf(text, size, "%" PRId64 " to %" PRId64, option->least, option->most);
  return true;
}

static bool is_integer(const struct hg_option *option, const char *value) {
  const char *digits = *value == '-' ? value + 1 : value;
  long long number;

  if (!*digits || digits[strspn(digits, "0123456789")])
    return false;
  errno = 0;
  number = strtoll(value, NULL, 10);
  if (errno != 0)
    return false;
  return (option->least == 0 && option->most == 0) ||
         (number >= option->least && number <= option->most);
}

/* Whether the comma-separated `choices` hold `value`. */
static bool is_choice(const char *choices, const char *value) {
  size_t length = strlen(value);

  for (const char *choice = choices; *choice;) {
    size_t size = strcspn(choice, ",");

    if (size == length && memcmp(choice, value, length) == 0)
      return true;
    choice += size + (choice[size] == ',');
  }
  return false;
}

bool plugin_option_takes(const struct hg_option *option, const char *value) {
  switch (option->type) {
  case HG_OPTION_BOOLEAN:
  case HG_OPTION_CONSENT:
    return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
  case HG_OPTION_INTEGER:
    return is_integer(option, value);
  case HG_OPTION_CHOICE:
    return is_choice(option->choices, value);
  default:
    return true;
  }
}

/* What somebody else's project may set: how reports look, and what makes things stricter. */
static int32_t check_local(const struct plugin *plugin, const struct hg_option *option,
                           const struct option_setting *setting, struct hg_error *err) {
  bool is_on = option->type == HG_OPTION_BOOLEAN && strcmp(setting->value, "true") == 0;
  bool is_appearance = plugin->info.stage == HG_STAGE_REPORTER && option->type != HG_OPTION_PATH &&
                       option->type != HG_OPTION_CONSENT;

  if (is_on || is_appearance)
    return 0;
  if (option->type == HG_OPTION_BOOLEAN)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%.400s: can only be turned on in the working directory: turn it off in "
                        "~/.config/headgate/config.yaml",
                        setting->origin);
  return hg_error_set(err, HG_ERROR_INVALID,
                      "%.400s: is not taken from the working directory, which may be somebody "
                      "else's: use --set, or ~/.config/headgate/config.yaml",
                      setting->origin);
}

static int32_t check_value(const struct plugin *plugin, const struct hg_option *option,
                           const struct option_setting *setting, struct hg_error *err) {
  const char *value = setting->value;
  char range[PLUGIN_OPTION_RANGE_SIZE];

  if (setting->from_working_directory && check_local(plugin, option, setting, err) < 0)
    return -1;
  if (plugin_option_takes(option, value))
    return 0;
  if (plugin_option_range(option, range, sizeof range))
    return hg_error_set(err, HG_ERROR_INVALID, "%.400s: %s is a whole number, %s, not '%.40s'",
                        setting->origin, option->name, range, value);
  if (option->type == HG_OPTION_CHOICE)
    return hg_error_set(err, HG_ERROR_INVALID, "%.320s: %s is one of %.320s, not '%.40s'",
                        setting->origin, option->name, option->choices, value);
  return hg_error_set(
      err, HG_ERROR_INVALID, "%.400s: %s is %s, not '%.240s'", setting->origin, option->name,
      option->type == HG_OPTION_INTEGER ? "a whole number" : "true or false", value);
}

static int32_t unknown_option(const struct plugin *plugin, const struct option_setting *setting,
                              struct hg_error *err) {
  struct suggestion suggestion;

  suggestion_init(&suggestion, setting->option);
  for (uint32_t i = 0; i < plugin->info.option_count; i++)
    suggestion_consider(&suggestion, plugin->options[i].name);
  if (suggestion.nearest)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%.320s: %s has no option '%.40s': did you mean '%s'?", setting->origin,
                        plugin->info.name, setting->option, suggestion.nearest);
  return hg_error_set(err, HG_ERROR_INVALID,
                      "%.320s: %s has no option '%.40s': see `headgate plugin show %s`",
                      setting->origin, plugin->info.name, setting->option, plugin->info.name);
}

/* A path starts from where it was set. What has no slash may be a program that PATH has. */
static const char *value_of(struct plugin *plugin, const struct hg_option *option,
                            const struct option_setting *setting) {
  struct text_buffer path;
  const char *copy = setting->value;

  if (option->type != HG_OPTION_PATH || !setting->directory || *copy == '/' || !strchr(copy, '/'))
    return copy;
  text_buffer_init(&path);
  text_buffer_printf(&path, "%s/%s", setting->directory, copy);
  copy = path.failed ? NULL : arena_copy(&plugin->arena, path.data, path.length);
  text_buffer_finish(&path);
  return copy;
}

int32_t plugin_options_set(const struct option_list *options, struct plugin *plugin,
                           struct hg_error *err) {
  for (size_t i = 0; i < options->count; i++) {
    const struct option_setting *setting = &options->items[i];
    uint32_t found = 0;

    if (strcmp(setting->plugin, plugin->info.name) != 0)
      continue;
    while (found < plugin->info.option_count &&
           strcmp(plugin->options[found].name, setting->option) != 0)
      found++;
    if (found == plugin->info.option_count)
      return unknown_option(plugin, setting, err);
    if (check_value(plugin, &plugin->options[found], setting, err) < 0)
      return -1;
    plugin->values[found] = value_of(plugin, &plugin->options[found], setting);
    if (!plugin->values[found])
      return no_memory(err);
  }
  return 0;
}

const char *plugin_options_get(const struct plugin *plugin, const char *name) {
  for (uint32_t i = 0; i < plugin->info.option_count; i++)
    if (strcmp(plugin->options[i].name, name) == 0)
      return plugin->values[i];
  return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/plugin_description.h"

#include "plugins/plugin_file.h"
#include "json/json_text.h"

#include <jansson.h>
#include <string.h>

enum { MOST_OPTIONS = 256, MOST_RULES = 1024 }; /* as plugin_negotiation.c accepts */

static json_t *option_json(const struct hg_option *option, const char *value) {
  json_t *json = json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s}", "name", option->name, "type",
                           plugin_option_type_name(option->type), "choices", option->choices,
                           "default", option->default_value, "value", value, "help", option->help);

  if (json && (option->least != 0 || option->most != 0) &&
      (json_object_set_new(json, "least", json_integer(option->least)) != 0 ||
       json_object_set_new(json, "most", json_integer(option->most)) != 0)) {
    json_decref(json);
    return NULL;
  }
  return json;
}

json_t *plugin_description_json(const struct plugin *plugin) {
  const struct hg_plugin *info = &plugin->info;
  json_t *options = json_array();
  json_t *rules = json_array();

  for (uint32_t i = 0; i < info->option_count; i++)
    if (json_array_append_new(options, option_json(&plugin->options[i], plugin->values[i])) != 0)
      goto fail;
  for (uint32_t i = 0; i < info->rule_count; i++)
    if (json_array_append_new(rules, json_string(plugin->rules[i].name)) != 0)
      goto fail;
  return json_pack("{s:s, s:s, s:s, s:s, s:o, s:I, s:I, s:I, s:o, s:o}", "name", info->name,
                   "stage", plugin_stage_name(info->stage), "version", info->version, "description",
                   info->description, "path", json_of_text(plugin->path), "abi_major",
                   (json_int_t)info->abi_major, "abi_minor", (json_int_t)info->abi_minor,
                   "abi_minor_required", (json_int_t)info->abi_minor_required, "options", options,
                   "rules", rules);
fail:
  json_decref(options);
  json_decref(rules);
  return NULL;
}

/* A copy of the member's text; NULL where there is none. */
static const char *text_of(struct arena *arena, const json_t *json, const char *name) {
  const json_t *text = json_object_get(json, name);

  return json_is_string(text) ? arena_copy(arena, json_string_value(text), json_string_length(text))
                              : NULL;
}

static uint32_t number_of(const json_t *json, const char *name) {
  json_int_t number = json_integer_value(json_object_get(json, name));

  return number < 0 || number > UINT32_MAX ? UINT32_MAX : (uint32_t)number;
}

/* The number from 1 whose name, as `name_of` gives it, is `word`; 0: there is none. */
static uint32_t number_named(const char *word, uint32_t most, const char *(*name_of)(uint32_t)) {
  for (uint32_t number = 1; number <= most; number++)
    if (word && strcmp(name_of(number), word) == 0)
      return number;
  return 0;
}

static bool read_option(struct arena *arena, const json_t *json, struct hg_option *option,
                        const char **value) {
  option->struct_size = sizeof *option;
  option->name = text_of(arena, json, "name");
  option->type = number_named(json_string_value(json_object_get(json, "type")), HG_OPTION_CONSENT,
                              plugin_option_type_name);
  option->choices = text_of(arena, json, "choices");
  option->default_value = text_of(arena, json, "default");
  option->help = text_of(arena, json, "help");
  option->least = json_integer_value(json_object_get(json, "least"));
  option->most = json_integer_value(json_object_get(json, "most"));
  *value = text_of(arena, json, "value");
  return option->name && plugin_name_is_valid(option->name) && option->type > 0 && option->help &&
         (option->type != HG_OPTION_CHOICE || option->choices);
}

static bool read_options(struct arena *arena, const json_t *json, struct plugin *plugin) {
  size_t count = json_array_size(json);

  if (count > MOST_OPTIONS)
    return false;
  plugin->options = arena_alloc(arena, (count + 1) * sizeof *plugin->options);
  plugin->values = arena_alloc(arena, (count + 1) * sizeof *plugin->values);
  if (!plugin->options || !plugin->values)
    return false;
  memset(plugin->options, 0, (count + 1) * sizeof *plugin->options);
  plugin->info.option_count = (uint32_t)count;
  for (size_t i = 0; i < count; i++)
    if (!read_option(arena, json_array_get(json, i), &plugin->options[i], &plugin->values[i]))
      return false;
  return true;
}

static bool read_rules(struct arena *arena, const json_t *json, struct plugin *plugin) {
  size_t count = json_array_size(json);

  if (count > MOST_RULES)
    return false;
  plugin->rules = arena_alloc(arena, (count + 1) * sizeof *plugin->rules);
  if (!plugin->rules)
    return false;
  memset(plugin->rules, 0, (count + 1) * sizeof *plugin->rules);
  plugin->info.rule_count = (uint32_t)count;
  for (size_t i = 0; i < count; i++) {
    const char *name = json_string_value(json_array_get(json, i));

    plugin->rules[i].struct_size = sizeof plugin->rules[i];
    plugin->rules[i].name = name ? arena_copy(arena, name, strlen(name)) : NULL;
    if (!plugin->rules[i].name)
      return false;
  }
  return true;
}

int32_t plugin_description_read(struct arena *arena, const json_t *json, struct plugin *plugin,
                                struct hg_error *err) {
  struct hg_plugin *info = &plugin->info;

  info->struct_size = sizeof *info;
  info->magic = HG_PLUGIN_MAGIC;
  info->name = text_of(arena, json, "name");
  info->version = text_of(arena, json, "version");
  info->description = text_of(arena, json, "description");
  info->stage = number_named(json_string_value(json_object_get(json, "stage")), HG_STAGE_WATCHER,
                             plugin_stage_name);
  info->abi_major = number_of(json, "abi_major");
  info->abi_minor = number_of(json, "abi_minor");
  info->abi_minor_required = number_of(json, "abi_minor_required");
  if (info->name && plugin_name_is_valid(info->name) && info->version && info->description &&
      info->stage > 0 && read_options(arena, json_object_get(json, "options"), plugin) &&
      read_rules(arena, json_object_get(json, "rules"), plugin))
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID, "does not describe itself in words that make sense");
}

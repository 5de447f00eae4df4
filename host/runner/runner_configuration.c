/* SPDX-License-Identifier: Apache-2.0 */
#include "runner/runner_configuration.h"

#include "memory/no_memory.h"
#include "json/json_text.h"
#include <string.h>

static json_t *options_json(const struct option_list *options, const char *plugin) {
  json_t *rows = json_array();

  for (size_t i = 0; i < options->count; i++) {
    const struct option_setting *row = &options->items[i];

    if (strcmp(row->plugin, plugin) != 0)
      continue;
    if (json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:s?, s:b}", "option", row->option,
                                              "value", row->value, "origin", row->origin,
                                              "directory", row->directory, "from_working_directory",
                                              row->from_working_directory)) != 0)
      goto fail;
  }
  return rows;
fail:
  json_decref(rows);
  return NULL;
}

int32_t runner_configuration_append(struct text_buffer *text,
                                    const struct runner_configuration *configuration,
                                    const struct option_list *options, const char *plugin,
                                    struct hg_error *err) {
  json_t *rows = options_json(options, plugin);
  json_t *json =
      rows ? json_pack("{s:b, s:I, s:I, s:b, s:b, s:b, s:I, s:s, s:o}", "describes_only",
                       configuration->describes_only, "output_flags",
                       (json_int_t)configuration->output_flags, "output_columns",
                       (json_int_t)configuration->output_columns, "watches_conduct",
                       configuration->watches_conduct, "tells_calls", configuration->tells_calls,
                       "destroys_null", configuration->destroys_null, "output_limit",
                       (json_int_t)configuration->output_limit, "plugin", plugin, "settings", rows)
           : NULL;

  /* jansson refuses what is no UTF-8. */
  if (!json)
    return hg_error_set(err, HG_ERROR_INVALID, "the options of %.320s cannot be handed over: %s",
                        plugin, "is a value no UTF-8?");
  json_append_line(text, json, JSON_COMPACT | JSON_ENSURE_ASCII);
  return text->failed ? no_memory(err) : 0;
}

static int32_t read_options(const json_t *rows, const char *plugin, struct option_list *options,
                            struct arena *arena, struct hg_error *err) {
  for (size_t i = 0; i < json_array_size(rows); i++) {
    const json_t *row = json_array_get(rows, i);
    const struct option_setting added = {
        .plugin = plugin,
        .option = json_string_value(json_object_get(row, "option")),
        .value = json_string_value(json_object_get(row, "value")),
        .origin = json_string_value(json_object_get(row, "origin")),
        .directory = json_string_value(json_object_get(row, "directory")),
        .from_working_directory = json_is_true(json_object_get(row, "from_working_directory")),
    };

    if (!added.option || !added.value || !added.origin)
      return hg_error_set(err, HG_ERROR_INVALID, "an option without name, value or origin");
    if (option_list_add(options, arena, &added, err) < 0)
      return -1;
  }
  return 0;
}

int32_t runner_configuration_read(const char *line, size_t length,
                                  struct runner_configuration *configuration,
                                  struct option_list *options, struct arena *arena,
                                  struct hg_error *err) {
  json_error_t reason;
  json_t *json = json_loadb(line, length, JSON_REJECT_DUPLICATES, &reason);
  const char *plugin = json_string_value(json_object_get(json, "plugin"));
  int32_t result = -1;

  if (!plugin) {
    (void)hg_error_set(err, HG_ERROR_INVALID, "the first line is no configuration: %.480s",
                       json ? "it names no plugin" : reason.text);
    goto out;
  }
  memset(configuration, 0, sizeof *configuration);
  configuration->describes_only = json_is_true(json_object_get(json, "describes_only"));
  configuration->output_flags = (uint32_t)json_integer_value(json_object_get(json, "output_flags"));
  configuration->output_columns =
      (uint32_t)json_integer_value(json_object_get(json, "output_columns"));
  configuration->watches_conduct = json_is_true(json_object_get(json, "watches_conduct"));
  configuration->tells_calls = json_is_true(json_object_get(json, "tells_calls"));
  configuration->destroys_null = json_is_true(json_object_get(json, "destroys_null"));
  configuration->output_limit = (uint64_t)json_integer_value(json_object_get(json, "output_limit"));
  result = read_options(json_object_get(json, "settings"), plugin, options, arena, err);
out:
  json_decref(json);
  return result;
}

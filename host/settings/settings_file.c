/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/settings_file.h"

#include "files/input_file.h"
#include "memory/no_memory.h"
#include "settings/flag_table.h"
#include "text/suggestion.h"
#include "text/text_buffer.h"
#include "yaml/yaml_file.h"

#include <headgate/node.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_FILE = 1 << 20 };

/* One file while it is read. */
struct configuration {
  struct settings *settings;
  const char *path;
  enum settings_source source;
};

/* Says what is wrong at `node`. Always -1. */
__attribute__((format(printf, 4, 5))) static int32_t wrong_at(const struct configuration *file,
                                                              const struct hg_node *node,
                                                              struct hg_error *err,
                                                              const char *format, ...) {
  struct text_buffer text;
  char message[600];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  text_buffer_init(&text);
  text_buffer_printf(&text, "%s:%u:%u: %s", file->path, node->line, node->column, message);
  (void)hg_error_set(err, HG_ERROR_INVALID, "%s", text_buffer_string(&text));
  text_buffer_finish(&text);
  return -1;
}

static int32_t unknown_key(const struct configuration *file, const struct hg_node *key,
                           struct hg_error *err) {
  struct suggestion suggestion;

  suggestion_init(&suggestion, key->text);
  suggestion_consider(&suggestion, "options");
  for (size_t i = 0; i < flag_count; i++)
    if (flag_table[i].source != FROM_COMMAND_LINE)
      suggestion_consider(&suggestion, flag_table[i].name);
  if (suggestion.nearest)
    return wrong_at(file, key, err, "unknown key '%.60s': did you mean '%s'?", key->text,
                    suggestion.nearest);
  return wrong_at(file, key, err, "unknown key '%.60s': keys are the long names of flags",
                  key->text);
}

/* A path in a file is relative to that file's directory; a program's name is no path. */
static const char *resolve_path(const struct configuration *file, const struct flag_row *flag,
                                const char *value) {
  const char *slash = strrchr(file->path, '/');
  bool is_path = flag->kind == FLAG_PATH || flag->kind == FLAG_PATHS ||
                 (flag->kind == FLAG_OPTION_PATH && strchr(value, '/'));
  struct text_buffer text;
  const char *copy;

  if (!is_path || *value == '/' || !slash)
    return value;
  text_buffer_init(&text);
  text_buffer_append(&text, file->path, (size_t)(slash - file->path) + 1);
  text_buffer_append_string(&text, value);
  copy = text.failed ? NULL : arena_copy(&file->settings->arena, text.data, text.length);
  text_buffer_finish(&text);
  return copy;
}

static int32_t take_scalar(const struct configuration *file, const struct flag_row *flag,
                           const struct hg_node *value, struct hg_error *err) {
  bool is_switch = flag->kind == FLAG_SWITCH || flag->kind == FLAG_OPTION_SWITCH;
  char origin[448];
  const char *text = value->text;

  if (value->kind != HG_NODE_SCALAR)
    return wrong_at(file, value, err, "'%s' takes a single value", flag->name);
  if (is_switch && strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
    return wrong_at(file, value, err, "'%s' is true or false, not '%.60s'", flag->name, text);
  if (flag->source == ON_FROM_ANY_FILE && file->source == SOURCE_WORKING_DIRECTORY &&
      strcmp(text, "true") != 0)
    return wrong_at(file, value, err,
                    "'%s' can only be turned on in the working directory: turn it off in "
                    "~/.config/headgate/config.yaml",
                    flag->name);
  if (!(text = resolve_path(file, flag, text)))
    return no_memory(err);
  (void)snprintf(origin, sizeof origin, "%.320s:%u:%u: %s", file->path, value->line, value->column,
                 flag->name);
  return settings_assign(file->settings, flag, text, file->source, origin, err);
}

/* Where the file's relative paths start; NULL: where the process is. */
static const char *directory_of(const struct configuration *file) {
  const char *slash = strrchr(file->path, '/');

  return slash ? arena_copy(&file->settings->arena, file->path, (size_t)(slash - file->path))
               : NULL;
}

static int32_t take_option_value(const struct configuration *file, const char *plugin,
                                 const struct hg_node *value, struct hg_error *err) {
  struct settings *settings = file->settings;
  struct text_buffer list;
  char origin[448];
  struct option_setting added = {
      .plugin = plugin,
      .option = value->key->text,
      .value = value->text,
      .origin = origin,
      .directory = directory_of(file),
      .from_working_directory = file->source == SOURCE_WORKING_DIRECTORY,
  };
  int32_t result;

  if (strchr(file->path, '/') && !added.directory)
    return no_memory(err);

  (void)snprintf(origin, sizeof origin, "%.320s:%u:%u: %.60s", file->path, value->line,
                 value->column, added.option);
  if (value->kind == HG_NODE_SCALAR)
    return option_list_add(&settings->kept.options, &settings->arena, &added, err);
  if (value->kind != HG_NODE_SEQUENCE)
    return wrong_at(file, value, err, "an option is a single value or a list of them");
  text_buffer_init(&list);
  for (const struct hg_node *item = value->first; item; item = item->next) {
    if (item->kind != HG_NODE_SCALAR || strchr(item->text, ',')) {
      text_buffer_finish(&list);
      return wrong_at(file, item, err, "an item of a list is a text without a comma");
    }
    text_buffer_printf(&list, "%s%s", item == value->first ? "" : ",", item->text);
  }
  added.value = text_buffer_string(&list);
  result = list.failed ? no_memory(err)
                       : option_list_add(&settings->kept.options, &settings->arena, &added, err);
  text_buffer_finish(&list);
  return result;
}

static int32_t take_options(const struct configuration *file, const struct hg_node *options,
                            struct hg_error *err) {
  if (options->kind != HG_NODE_MAPPING)
    return wrong_at(file, options, err, "'options' maps plugins to their options");
  for (const struct hg_node *plugin = options->first; plugin; plugin = plugin->next) {
    if (plugin->key->kind != HG_NODE_SCALAR || plugin->kind != HG_NODE_MAPPING)
      return wrong_at(file, plugin, err, "'options' maps plugins to their options");
    for (const struct hg_node *value = plugin->first; value; value = value->next) {
      if (value->key->kind != HG_NODE_SCALAR)
        return wrong_at(file, value->key, err, "the name of an option is a text");
      if (take_option_value(file, plugin->key->text, value, err) < 0)
        return -1;
    }
  }
  return 0;
}

static int32_t take_key(const struct configuration *file, const struct hg_node *value,
                        struct hg_error *err) {
  const struct flag_row *flag;

  if (value->key->kind != HG_NODE_SCALAR)
    return wrong_at(file, value->key, err, "a key is the long name of a flag");
  if (strcmp(value->key->text, "options") == 0)
    return take_options(file, value, err);
  flag = flag_find(value->key->text, strlen(value->key->text));
  if (!flag)
    return unknown_key(file, value->key, err);
  if (flag->source == FROM_COMMAND_LINE)
    return wrong_at(file, value->key, err, "'%s' can be given on the command line only",
                    flag->name);
  if (flag->source == FROM_USER_FILE && file->source == SOURCE_WORKING_DIRECTORY)
    return wrong_at(file, value->key, err,
                    "'%s' is not taken from the working directory, which may be somebody else's: "
                    "use the flag, or ~/.config/headgate/config.yaml",
                    flag->name);
  if ((flag->kind != FLAG_LIST && flag->kind != FLAG_PATHS) || value->kind == HG_NODE_SCALAR)
    return take_scalar(file, flag, value, err);
  if (value->kind != HG_NODE_SEQUENCE)
    return wrong_at(file, value, err, "'%s' takes a list", flag->name);
  for (const struct hg_node *item = value->first; item; item = item->next)
    if (take_scalar(file, flag, item, err) < 0)
      return -1;
  return 0;
}

static int32_t take_document(const struct configuration *file, const struct hg_node *root,
                             struct hg_error *err) {
  if (root->kind != HG_NODE_MAPPING)
    return wrong_at(file, root, err, "a configuration file is a mapping");
  for (const struct hg_node *value = root->first; value; value = value->next) {
    for (const struct hg_node *other = root->first; other != value; other = other->next)
      if (other->key->kind == HG_NODE_SCALAR && value->key->kind == HG_NODE_SCALAR &&
          strcmp(other->key->text, value->key->text) == 0)
        return wrong_at(file, value->key, err, "'%.60s' stands twice, first in line %u",
                        value->key->text, other->key->line);
    if (take_key(file, value, err) < 0)
      return -1;
  }
  return 0;
}

/* Settings further down would be taken for nothing without a word. */
static int32_t check_only(const struct configuration *file, struct yaml_tree *tree,
                          struct hg_error *err) {
  struct yaml_tree_document document;
  struct yaml_problem problem;
  int32_t found = yaml_tree_next(tree, &document, &problem);

  if (found > 0)
    return wrong_at(file, document.root, err, "a second document: settings stand in one");
  return found < 0 ? yaml_file_problem(file->path, &problem, err) : 0;
}

static int32_t load_file(struct settings *settings, const char *path, enum settings_source source,
                         struct hg_error *err) {
  struct configuration file = {settings, path, source};
  struct yaml_tree_document document;
  struct yaml_tree *tree = NULL;
  struct hg_error reason = HG_ERROR_INIT;
  char *bytes = NULL;
  size_t length = 0;
  int32_t found;
  int32_t result;

  if (input_file_read(path, LARGEST_FILE, &bytes, &length, &reason) < 0) {
    if (reason.code == HG_ERROR_NOT_FOUND)
      return 0;
    return hg_error_set(err, reason.code, "%s", reason.message);
  }
  found = yaml_file_first(&tree, path, bytes, length, &document, err);
  result = found <= 0 ? found : take_document(&file, document.root, err);
  if (result == 0 && found > 0)
    result = check_only(&file, tree, err);
  yaml_tree_destroy(tree);
  free(bytes);
  return result;
}

int32_t configuration_load(struct settings *settings, struct hg_error *err) {
  struct hg_error no_home = HG_ERROR_INIT;
  const char *user_file =
      settings_xdg_path(&settings->arena, "XDG_CONFIG_HOME", ".config", "config.yaml", &no_home);

  if (user_file && load_file(settings, user_file, SOURCE_USER_FILE, err) < 0)
    return -1;
  return load_file(settings, "headgate.yaml", SOURCE_WORKING_DIRECTORY, err);
}

#include "commands.h"
#include "log.h"
#include "plugin_description.h"
#include "plugin_file.h"
#include "plugin_inspect.h"
#include "visible_text.h"

#include <dirent.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* The names of the plugins in one directory, sorted. */
struct name_list {
  char **items;
  size_t count;
};

static int compare_names(const void *a, const void *b) {
  return strcmp(*(char *const *)a, *(char *const *)b);
}

static void name_list_finish(struct name_list *names) {
  for (size_t i = 0; i < names->count; i++)
    free(names->items[i]);
  free(names->items);
}

/* Adds the NAME of headgate-NAME.so; other files are none of ours. */
static int32_t add_name(struct name_list *names, const char *file, struct hg_error *err) {
  size_t length = strlen(file);
  char **items;
  char *name;

  if (length <= 12 || strncmp(file, "headgate-", 9) != 0 || strcmp(file + length - 3, ".so") != 0)
    return 0;
  name = strndup(file + 9, length - 12);
  items = realloc(names->items, (names->count + 1) * sizeof *items);
  if (items)
    names->items = items;
  if (!name || !items) {
    free(name);
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  }
  names->items[names->count++] = name;
  return 0;
}

static int32_t list_directory(const char *path, struct name_list *names, struct hg_error *err) {
  DIR *directory = opendir(path);
  const struct dirent *entry;
  int32_t result = 0;

  names->items = NULL;
  names->count = 0;
  if (!directory)
    return 0; /* none of the directories has to exist */
  while (result == 0 && (entry = readdir(directory)))
    result = add_name(names, entry->d_name, err);
  (void)closedir(directory);
  if (names->count > 0)
    qsort(names->items, names->count, sizeof *names->items, compare_names);
  return result;
}

static void append_json(struct text_buffer *text, json_t *root) {
  char *dumped = root ? json_dumps(root, JSON_INDENT(2) | JSON_PRESERVE_ORDER) : NULL;

  if (dumped)
    text_buffer_append_string(text, dumped);
  else
    text->failed = true;
  text_buffer_append_char(text, '\n');
  free(dumped);
  json_decref(root);
}

/* A file that cannot be loaded is named with the reason, and makes the exit code 1. */
static int list_plugins(const struct settings *settings, struct plugin_set *plugins,
                        struct text_buffer *text) {
  json_t *rows = json_array();
  int exit_code = 0;

  for (size_t i = 0; i < plugins->dirs.count; i++) {
    struct hg_error error = HG_ERROR_INIT;
    struct name_list names;

    if (list_directory(plugins->dirs.items[i], &names, &error) < 0) {
      log_line(HG_LOG_ERROR, NULL, "%s", error.message);
      exit_code = 1;
    }
    for (size_t j = 0; j < names.count; j++) {
      const struct plugin *plugin;

      if (plugin_inspect(plugins, names.items[j], &plugin, &error) < 0) {
        log_line(HG_LOG_ERROR, NULL, "%s", error.message);
        exit_code = 1;
        continue;
      }
      /* One that an earlier directory hides is not listed again. */
      if (strncmp(plugin->path, plugins->dirs.items[i], strlen(plugins->dirs.items[i])) != 0)
        continue;
      text_buffer_printf(text, "%-22s %-10s %-8s ", plugin->info.name,
                         plugin_stage_name(plugin->info.stage), plugin->info.version);
      visible_text_append(text, plugin->info.description, strlen(plugin->info.description));
      text_buffer_append_char(text, '\n');
      (void)json_array_append_new(rows, plugin_description_json(plugin));
    }
    name_list_finish(&names);
  }
  if (settings->output == OUTPUT_JSON) {
    text_buffer_reset(text);
    append_json(text, json_incref(rows));
  }
  json_decref(rows);
  return exit_code;
}

static void append_fact(struct text_buffer *text, const char *label, const char *value) {
  text_buffer_printf(text, "%-15s ", label);
  visible_text_append(text, value, strlen(value));
  text_buffer_append_char(text, '\n');
}

static void append_plugin(struct text_buffer *text, const struct plugin *plugin) {
  char interface[64];

  (void)snprintf(interface, sizeof interface, "%u.%u (needs %u.%u)", plugin->info.abi_major,
                 plugin->info.abi_minor, plugin->info.abi_major, plugin->info.abi_minor_required);
  append_fact(text, "Name:", plugin->info.name);
  append_fact(text, "Stage:", plugin_stage_name(plugin->info.stage));
  append_fact(text, "Version:", plugin->info.version);
  append_fact(text, "Description:", plugin->info.description);
  append_fact(text, "Interface:", interface);
  append_fact(text, "File:", plugin->path);
  if (plugin->info.option_count > 0)
    text_buffer_append_string(text, "Options:\n");
  for (uint32_t i = 0; i < plugin->info.option_count; i++) {
    const struct hg_option *option = &plugin->options[i];

    text_buffer_printf(text, "  %s (%s%s%s): ", option->name, plugin_option_type_name(option->type),
                       option->type == HG_OPTION_CHOICE ? ": " : "",
                       option->type == HG_OPTION_CHOICE ? option->choices : "");
    visible_text_append(text, option->help, strlen(option->help));
    text_buffer_append_string(text, "\n    value: ");
    if (plugin->values[i])
      visible_text_append(text, plugin->values[i], strlen(plugin->values[i]));
    else
      text_buffer_append_string(text, "(not set)");
    text_buffer_append_char(text, '\n');
  }
}

static int show_plugin(const struct settings *settings, struct plugin_set *plugins,
                       const char *name, bool is_check, struct text_buffer *text) {
  struct hg_error error = HG_ERROR_INIT;
  const struct plugin *plugin;
  struct text_buffer path;
  int exit_code = 0;

  /* check takes a file, also a relative one. */
  text_buffer_init(&path);
  if (is_check && *name != '/') {
    char *here = realpath(".", NULL);

    text_buffer_printf(&path, "%s/%s", here ? here : "", name);
    free(here);
    name = text_buffer_string(&path);
  }
  if (plugin_inspect(plugins, name, &plugin, &error) < 0) {
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
    exit_code = 1;
  } else if (settings->output == OUTPUT_JSON) {
    append_json(text, plugin_description_json(plugin));
  } else {
    append_plugin(text, plugin);
  }
  text_buffer_finish(&path);
  return exit_code;
}

int command_plugin(struct settings *settings, struct plugin_set *plugins) {
  const struct string_list *operands = &settings->operands;
  const char *verb = operands->count > 0 ? operands->items[0] : "list";
  bool is_check = strcmp(verb, "check") == 0;
  struct text_buffer text;

  text_buffer_init(&text);
  if (strcmp(verb, "list") == 0 && operands->count <= 1)
    return command_print(&text, list_plugins(settings, plugins, &text));
  if ((is_check || strcmp(verb, "show") == 0) && operands->count == 2)
    return command_print(&text,
                         show_plugin(settings, plugins, operands->items[1], is_check, &text));
  log_line(HG_LOG_ERROR, NULL,
           "'headgate plugin' takes list, show NAME or check FILE: see `headgate plugin --help`");
  return 2;
}

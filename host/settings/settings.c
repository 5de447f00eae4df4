/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/settings.h"

#include "settings/flag_table.h"
#include "text/text_buffer.h"

#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPORTER_TIMEOUT = 30 }; /* seconds */
enum { MOST_THREADS = 64 };     /* by default; --threads has its own limit */

void settings_init(struct settings *settings) {
  memset(settings, 0, sizeof *settings);
  arena_init(&settings->arena);
}

void settings_finish(struct settings *settings) {
  arena_finish(&settings->arena);
  memset(settings, 0, sizeof *settings);
}

static int32_t no_memory(struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
}

static int32_t list_add(struct settings *settings, struct string_list *list, const char *item,
                        struct hg_error *err) {
  const char **items = arena_alloc(&settings->arena, (list->count + 1) * sizeof *items);
  char *copy = arena_copy(&settings->arena, item, strlen(item));

  if (!items || !copy)
    return no_memory(err);
  if (list->count > 0)
    memcpy(items, list->items, list->count * sizeof *items);
  items[list->count] = copy;
  list->items = items;
  list->count++;
  return 0;
}

int32_t settings_add_option(struct settings *settings, const char *plugin, const char *option,
                            const char *value, enum settings_source source, const char *origin,
                            struct hg_error *err) {
  size_t count = settings->option_setting_count;
  struct option_setting *all = arena_alloc(&settings->arena, (count + 1) * sizeof *all);
  struct option_setting *added;

  if (!all)
    return no_memory(err);
  if (count > 0)
    memcpy(all, settings->option_settings, count * sizeof *all);
  added = &all[count];
  added->plugin = arena_copy(&settings->arena, plugin, strlen(plugin));
  added->option = arena_copy(&settings->arena, option, strlen(option));
  added->value = arena_copy(&settings->arena, value, strlen(value));
  added->origin = arena_copy(&settings->arena, origin, strlen(origin));
  added->from_working_directory = source == SOURCE_WORKING_DIRECTORY;
  if (!added->plugin || !added->option || !added->value || !added->origin)
    return no_memory(err);
  settings->option_settings = all;
  settings->option_setting_count = count + 1;
  return 0;
}

/* Splits "PLUGIN.OPTION" (or "PLUGIN.OPTION=VALUE" where value is NULL) and adds it. */
static int32_t assign_option(struct settings *settings, const char *text, const char *value,
                             enum settings_source source, const char *origin,
                             struct hg_error *err) {
  const char *equals = value ? text + strlen(text) : strchr(text, '=');
  const char *dot = strchr(text, '.');
  char *plugin;
  char *option;

  if (!equals || !dot || dot > equals || dot == text || equals == dot + 1)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%s takes PLUGIN.OPTION=VALUE, such as scan-directory.recursive=true; got "
                        "'%.80s'",
                        origin, text);
  plugin = arena_copy(&settings->arena, text, (size_t)(dot - text));
  option = arena_copy(&settings->arena, dot + 1, (size_t)(equals - dot - 1));
  if (!plugin || !option)
    return no_memory(err);
  return settings_add_option(settings, plugin, option, value ? value : equals + 1, source, origin,
                             err);
}

static int32_t bad_value(const char *origin, const char *value, const char *wanted,
                         struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_INVALID, "%s must be %s; got '%.80s'", origin, wanted, value);
}

static int32_t read_count(const struct flag_row *flag, const char *value, const char *origin,
                          uint32_t *count, struct hg_error *err) {
  char *end;
  unsigned long number = strtoul(value, &end, 10);
  uint32_t least;
  uint32_t most;

  flag_limits(flag, &least, &most);
  if (*value < '0' || *value > '9' || *end || number < least || number > most)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%s must be a whole number from %u to %u; got '%.80s'", origin, least, most,
                        value);
  *count = (uint32_t)number;
  return 0;
}

/* Whether the file, or the directory that it would be made in, lies below the working directory,
 * also where a symbolic link leads to it. What does not exist is left to whoever opens it. */
static bool is_below_here(const char *file) {
  const char *slash = strrchr(file, '/');
  char *here = realpath(".", NULL);
  char *place = realpath(file, NULL);
  struct stat status;
  bool is_below = true;

  /* What is written follows also a link to nothing. */
  if (!place && lstat(file, &status) == 0) {
    free(here);
    return false;
  }
  if (!place) {
    char *directory = slash ? strndup(file, (size_t)(slash - file)) : strdup(".");

    place = directory ? realpath(directory, NULL) : NULL;
    free(directory);
  }
  if (here && place) {
    size_t length = strlen(here);

    is_below = strncmp(place, here, length) == 0 &&
               (length == 1 || place[length] == '/' || place[length] == '\0');
  }
  free(place);
  free(here);
  return is_below;
}

/* A file in the working directory may have come with somebody else's project: it names no code, and
 * no file elsewhere that would be overwritten. */
static int32_t check_local_reporter(const char *reporter, const char *origin,
                                    struct hg_error *err) {
  const char *equals = strchr(reporter, '=');
  const char *file = equals ? equals + 1 : "";

  if (*reporter == '/' || strncmp(reporter, "exec:", 5) == 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%s: '%.80s' names a program, so it is not taken from the working "
                        "directory: use --reporter, or ~/.config/headgate/config.yaml",
                        origin, reporter);
  if (*file == '/' || strcmp(file, "..") == 0 || strncmp(file, "../", 3) == 0 ||
      strstr(file, "/../") || (*file && !is_below_here(file)))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%s: '%.80s' is outside of the working directory: use --reporter, or "
                        "~/.config/headgate/config.yaml",
                        origin, file);
  return 0;
}

int32_t settings_assign(struct settings *settings, const struct flag_row *flag, const char *value,
                        enum settings_source source, const char *origin, struct hg_error *err) {
  static const char *const colors[] = {"auto", "always", "never"};
  void *member = (char *)settings + flag->offset;
  uint8_t *set_by = &settings->sources[flag - flag_table];
  bool stronger = *set_by < source;
  uint32_t count;
  char *copy;

  *set_by = (uint8_t)source;
  switch ((enum flag_kind)flag->kind) {
  case FLAG_SWITCH:
    *(bool *)member = !value || strcmp(value, "true") == 0;
    return 0;
  case FLAG_STRING:
  case FLAG_PATH:
    if (!*value)
      return hg_error_set(err, HG_ERROR_INVALID, "%s must not be empty", origin);
    copy = arena_copy(&settings->arena, value, strlen(value));
    if (!copy)
      return no_memory(err);
    *(const char **)member = copy;
    return 0;
  case FLAG_LIST:
    if (!*value)
      return hg_error_set(err, HG_ERROR_INVALID, "%s must not be empty", origin);
    if (flag->offset == offsetof(struct settings, option_settings))
      return assign_option(settings, value, NULL, source, origin, err);
    if (flag->offset == offsetof(struct settings, reporters) &&
        source == SOURCE_WORKING_DIRECTORY && check_local_reporter(value, origin, err) < 0)
      return -1;
    if (stronger)
      ((struct string_list *)member)->count = 0;
    return list_add(settings, member, value, err);
  case FLAG_COUNT:
    return read_count(flag, value, origin, member, err);
  case FLAG_OUTPUT:
    if (strcmp(value, "text") != 0 && strcmp(value, "json") != 0)
      return bad_value(origin, value, "text or json", err);
    *(enum output_format *)member = *value == 'j' ? OUTPUT_JSON : OUTPUT_TEXT;
    return 0;
  case FLAG_COLOR:
    for (size_t i = 0; i < sizeof colors / sizeof *colors; i++)
      if (strcmp(value, colors[i]) == 0) {
        *(enum color_choice *)member = (enum color_choice)i;
        return 0;
      }
    return bad_value(origin, value, "auto, always or never", err);
  case FLAG_OPTION_COUNT:
    if (read_count(flag, value, origin, &count, err) < 0)
      return -1;
    return assign_option(settings, flag->option, value, source, origin, err);
  case FLAG_OPTION:
  case FLAG_OPTION_SWITCH:
    return assign_option(settings, flag->option, value ? value : "true", source, origin, err);
  case FLAG_HELP:
    settings->help = true;
    return 0;
  }
  return 0;
}

/* The row of flag_table for a member that has exactly one. */
static const struct flag_row *row_of(const char *name) {
  for (size_t i = 0; i < flag_count; i++)
    if (strcmp(flag_table[i].name, name) == 0)
      return &flag_table[i];
  abort(); /* the name is a constant of this file */
}

int32_t settings_take_environment(struct settings *settings, struct hg_error *err) {
  const char *history = getenv("HEADGATE_HISTORY");
  const char *path = getauxval(AT_SECURE) ? NULL : getenv("HEADGATE_PLUGIN_PATH");
  const struct flag_row *flag = row_of("plugin-dir");

  if (history && *history &&
      settings_assign(settings, row_of("history"), history, SOURCE_ENVIRONMENT, "HEADGATE_HISTORY",
                      err) < 0)
    return -1;
  while (path && *path) {
    const char *end = strchrnul(path, ':');
    char *directory = arena_copy(&settings->arena, path, (size_t)(end - path));

    if (!directory)
      return no_memory(err);
    if (*directory == '/' && settings_assign(settings, flag, directory, SOURCE_ENVIRONMENT,
                                             "HEADGATE_PLUGIN_PATH", err) < 0)
      return -1;
    path = *end ? end + 1 : end;
  }
  return 0;
}

const char *settings_xdg_path(struct settings *settings, const char *variable, const char *fallback,
                              const char *name, struct hg_error *err) {
  const char *base = getenv(variable);
  const char *home = getenv("HOME");
  const struct passwd *user;
  struct text_buffer text;
  const char *copy;

  text_buffer_init(&text);
  if (base && *base == '/') {
    text_buffer_printf(&text, "%s/headgate/%s", base, name);
  } else {
    if (!home || *home != '/') {
      user = getpwuid(geteuid());
      home = user ? user->pw_dir : NULL;
    }
    if (!home || *home != '/') {
      (void)hg_error_set(err, HG_ERROR_NOT_FOUND, "no home directory: set HOME or %s", variable);
      return NULL;
    }
    text_buffer_printf(&text, "%s/%s/headgate/%s", home, fallback, name);
  }
  copy = text.failed ? NULL : arena_copy(&settings->arena, text.data, text.length);
  text_buffer_finish(&text);
  if (!copy)
    (void)no_memory(err);
  return copy;
}

/* The processors that this process may use. */
static uint32_t processor_count(void) {
  cpu_set_t set;
  int count = 1;

  if (sched_getaffinity(0, sizeof set, &set) == 0)
    count = CPU_COUNT(&set);
  return count < 1 ? 1 : count > MOST_THREADS ? MOST_THREADS : (uint32_t)count;
}

int32_t settings_complete(struct settings *settings, struct hg_error *err) {
  if (!settings->history && !settings->no_history) {
    settings->history =
        settings_xdg_path(settings, "XDG_STATE_HOME", ".local/state", "history.db", err);
    if (!settings->history)
      return -1;
  }
  if (!settings->generator)
    settings->generator = "generate-session";
  if (!settings->scanner)
    settings->scanner = "scan-directory";
  if (!settings->applier)
    settings->applier = "apply-kubectl";
  if (settings->validators.count == 0 &&
      (list_add(settings, &settings->validators, "validate-kubernetes", err) < 0 ||
       list_add(settings, &settings->validators, "validate-conventions", err) < 0))
    return -1;
  if (settings->threads == 0)
    settings->threads = processor_count();
  if (settings->reporter_timeout == 0)
    settings->reporter_timeout = REPORTER_TIMEOUT;
  return 0;
}

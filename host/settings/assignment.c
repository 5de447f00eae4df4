/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/assignment.h"

#include "memory/no_memory.h"
#include "text/text_buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* `value` as one of the choices that the flag's value names: "text|json". */
static int32_t read_choice(const struct flag_row *flag, const char *value, const char *origin,
                           uint32_t *choice, struct hg_error *err) {
  struct text_buffer wanted;
  uint32_t number = 0;

  text_buffer_init(&wanted);
  for (const char *name = flag->value; *name; number++) {
    size_t length = strcspn(name, "|");

    if (strlen(value) == length && memcmp(value, name, length) == 0) {
      *choice = number;
      text_buffer_finish(&wanted);
      return 0;
    }
    text_buffer_append_string(&wanted, number == 0 ? "" : name[length] ? ", " : " or ");
    text_buffer_append(&wanted, name, length);
    name += length + (name[length] == '|');
  }
  (void)hg_error_set(err, HG_ERROR_INVALID, "%s must be %s; got '%.320s'", origin,
                     text_buffer_string(&wanted), value);
  text_buffer_finish(&wanted);
  return -1;
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
                        "%s must be a whole number from %u to %u; got '%.320s'", origin, least,
                        most, value);
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

/* Whether the file or directory that is named lies below the working directory. */
static int32_t check_local_path(const struct flag_row *flag, const char *path, const char *origin,
                                struct hg_error *err) {
  if (*path == '/' || strcmp(path, "..") == 0 || strncmp(path, "../", 3) == 0 ||
      strstr(path, "/../") || (*path && !is_below_here(path)))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%s: '%.320s' is outside of the working directory: use --%s, or "
                        "~/.config/headgate/config.yaml",
                        origin, path, flag->name);
  return 0;
}

/* A reporter that a file in the working directory names is no program, and writes to no file
 * elsewhere. */
static int32_t check_local_reporter(const struct flag_row *flag, const char *reporter,
                                    const char *origin, struct hg_error *err) {
  const char *equals = strchr(reporter, '=');

  if (*reporter == '/' || strncmp(reporter, "exec:", 5) == 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%s: '%.320s' names a program, so it is not taken from the working "
                        "directory: use --reporter, or ~/.config/headgate/config.yaml",
                        origin, reporter);
  return check_local_path(flag, equals ? equals + 1 : "", origin, err);
}

/* The bundled appliers have short names. */
static const char *whole_name(const struct flag_row *flag, const char *value) {
  if (flag->offset != offsetof(struct settings, kept.applier))
    return value;
  return strcmp(value, "server") == 0    ? "apply-server"
         : strcmp(value, "kubectl") == 0 ? "apply-kubectl"
                                         : value;
}

static int32_t assign_string(const struct assignment *assignment, const char **place,
                             struct hg_error *err) {
  const char *value = whole_name(assignment->flag, assignment->value);
  const char *copy;

  if (assignment->source == SOURCE_WORKING_DIRECTORY && assignment->flag->kind == FLAG_PATH &&
      check_local_path(assignment->flag, assignment->value, assignment->origin, err) < 0)
    return -1;
  copy = arena_copy(assignment->arena, value, strlen(value));

  if (!copy)
    return no_memory(err);
  *place = copy;
  return 0;
}

/* A stronger source's items take the place of a weaker one's; a file in the working directory only
 * adds to what its user has. */
static int32_t assign_item(const struct assignment *assignment, struct string_list *place,
                           struct hg_error *err) {
  if (assignment->source == SOURCE_WORKING_DIRECTORY &&
      assignment->flag->offset == offsetof(struct settings, reporters) &&
      check_local_reporter(assignment->flag, assignment->value, assignment->origin, err) < 0)
    return -1;
  if (assignment->is_stronger && assignment->source != SOURCE_WORKING_DIRECTORY)
    place->count = 0;
  return string_list_add(place, assignment->arena, assignment->value) < 0 ? no_memory(err) : 0;
}

/* `name` is "PLUGIN.OPTION", or "PLUGIN.OPTION=VALUE" where `value` is NULL. */
static int32_t assign_option(const struct assignment *assignment, const char *name,
                             const char *value, struct option_list *options, struct hg_error *err) {
  const char *equals = value ? name + strlen(name) : strchr(name, '=');
  const char *dot = strchr(name, '.');
  struct option_setting added = {
      .value = value    ? value
               : equals ? equals + 1
                        : NULL,
      .origin = assignment->origin,
      .directory = assignment->directory,
  };

  if (!equals || !dot || dot > equals || dot == name || equals == dot + 1)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%s takes PLUGIN.OPTION=VALUE, such as scan-directory.recursive=true; got "
                        "'%.320s'",
                        assignment->origin, name);
  added.plugin = arena_copy(assignment->arena, name, (size_t)(dot - name));
  added.option = arena_copy(assignment->arena, dot + 1, (size_t)(equals - dot - 1));
  if (!added.plugin || !added.option)
    return no_memory(err);
  return option_list_add(options, assignment->arena, &added, err);
}

/* Gives the value to each PLUGIN.OPTION of the flag. */
static int32_t assign_options(const struct assignment *assignment, const struct flag_row *flag,
                              const char *value, struct option_list *options,
                              struct hg_error *err) {
  char one[80];

  for (const char *name = flag->option; *name;) {
    size_t length = strcspn(name, ",");

    (void)snprintf(one, sizeof one, "%.*s", (int)length, name);
    if (assign_option(assignment, one, value, options, err) < 0)
      return -1;
    name += length + (name[length] == ',');
  }
  return 0;
}

int32_t assignment_make(const struct assignment *assignment, void *place,
                        struct option_list *options, struct hg_error *err) {
  const struct flag_row *flag = assignment->flag;
  enum flag_kind kind = (enum flag_kind)flag->kind;
  const char *value = assignment->value;
  uint32_t count;

  if ((kind == FLAG_STRING || kind == FLAG_PATH || kind == FLAG_LIST || kind == FLAG_PATHS ||
       kind == FLAG_SET) &&
      !*value)
    return hg_error_set(err, HG_ERROR_INVALID, "%s must not be empty", assignment->origin);
  switch (kind) {
  case FLAG_SWITCH:
  case FLAG_HELP:
    *(bool *)place = !value || strcmp(value, "true") == 0;
    return 0;
  case FLAG_STRING:
  case FLAG_PATH:
    if (assign_string(assignment, place, err) < 0)
      return -1;
    return flag->option
               ? assign_option(assignment, flag->option, *(const char **)place, options, err)
               : 0;
  case FLAG_LIST:
  case FLAG_PATHS:
    return assign_item(assignment, place, err);
  case FLAG_COUNT:
    return read_count(flag, value, assignment->origin, place, err);
  case FLAG_CHOICE:
    return read_choice(flag, value, assignment->origin, place, err);
  case FLAG_SET:
    return assign_option(assignment, value, NULL, options, err);
  case FLAG_OPTION_COUNT:
    if (read_count(flag, value, assignment->origin, &count, err) < 0)
      return -1;
    return assign_options(assignment, flag, value, options, err);
  case FLAG_OPTION:
  case FLAG_OPTION_PATH:
  case FLAG_OPTION_SWITCH:
    return assign_options(assignment, flag, value ? value : "true", options, err);
  }
  return 0;
}

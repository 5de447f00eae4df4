/* SPDX-License-Identifier: Apache-2.0 */
#include "settings/settings.h"

#include "memory/no_memory.h"
#include "settings/assignment.h"
#include "text/text_buffer.h"

#include <pwd.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { REPORTER_TIMEOUT = 30, START_GRACE = 300, RETRY_DELAY = 10 }; /* seconds */
enum { MOST_THREADS = 64 }; /* by default; --threads has its own limit */

void settings_init(struct settings *settings) {
  memset(settings, 0, sizeof *settings);
  arena_init(&settings->arena);
  settings->kept.wait.retry_delay = RETRY_DELAY;
}

void settings_finish(struct settings *settings) {
  arena_finish(&settings->arena);
  memset(settings, 0, sizeof *settings);
}

int32_t settings_assign(struct settings *settings, const struct flag_row *flag, const char *value,
                        enum settings_source source, const char *origin, struct hg_error *err) {
  uint8_t *set_by = &settings->sources[flag - flag_table];
  const struct assignment assignment = {
      .arena = &settings->arena,
      .flag = flag,
      .value = value,
      .origin = origin,
      .source = source,
      .is_stronger = *set_by < source,
  };

  *set_by = (uint8_t)source;
  return assignment_make(&assignment, (char *)settings + flag->offset, &settings->kept.options,
                         err);
}

int32_t settings_take_environment(struct settings *settings, struct hg_error *err) {
  const char *history = getenv("HEADGATE_HISTORY");
  const char *path = getauxval(AT_SECURE) ? NULL : getenv("HEADGATE_PLUGIN_PATH");
  const struct flag_row *flag = flag_find("plugin-dir", 10);

  if (history && *history &&
      settings_assign(settings, flag_find("history", 7), history, SOURCE_ENVIRONMENT,
                      "HEADGATE_HISTORY", err) < 0)
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

const char *settings_xdg_path(struct arena *arena, const char *variable, const char *fallback,
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
  copy = text.failed ? NULL : arena_copy(arena, text.data, text.length);
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

/* The option of the generator: one parameter a line. */
static int32_t add_parameters(struct settings *settings, struct hg_error *err) {
  struct text_buffer lines;
  struct option_setting added = {
      .plugin = "generate-template", .option = "set-parameter", .origin = "--set-parameter"};
  int32_t result;

  text_buffer_init(&lines);
  for (size_t i = 0; i < settings->parameters.count; i++) {
    text_buffer_append_string(&lines, settings->parameters.items[i]);
    text_buffer_append_char(&lines, '\n');
  }
  added.value = text_buffer_string(&lines);
  result = lines.failed ? no_memory(err)
                        : option_list_add(&settings->kept.options, &settings->arena, &added, err);
  text_buffer_finish(&lines);
  return result;
}

int32_t settings_complete(struct settings *settings, struct hg_error *err) {
  if (!settings->history && !settings->no_history) {
    settings->history =
        settings_xdg_path(&settings->arena, "XDG_STATE_HOME", ".local/state", "history.db", err);
    if (!settings->history)
      return -1;
  }
  if (!settings->generator)
    settings->generator = settings->template_file ? "generate-template" : "generate-session";
  if (settings->parameters.count > 0 && add_parameters(settings, err) < 0)
    return -1;
  if (!settings->kept.scanner)
    settings->kept.scanner = "scan-directory";
  if (!settings->kept.applier)
    settings->kept.applier = "apply-kubectl";
  if (settings->kept.validators.count == 0 &&
      (string_list_add(&settings->kept.validators, &settings->arena, "validate-kubernetes") < 0 ||
       string_list_add(&settings->kept.validators, &settings->arena, "validate-conventions") < 0))
    return no_memory(err);
  if (settings->threads == 0)
    settings->threads = processor_count();
  if (settings->reporter_timeout == 0)
    settings->reporter_timeout = REPORTER_TIMEOUT;
  if (settings->kept.wait.start_grace == 0)
    settings->kept.wait.start_grace = START_GRACE;
  return 0;
}

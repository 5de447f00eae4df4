/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "inspection/plugin_check.h"
#include "inspection/plugin_inspect.h"
#include "inspection/plugin_listing.h"
#include "memory/no_memory.h"
#include "plugins/plugin_names.h"
#include "terminal/log.h"
#include "text/suggestion.h"
#include "json/json_text.h"

#include <stdlib.h>
#include <string.h>

static int32_t list_plugin(struct plugin_set *plugins, uint32_t timeout_s, const char *dir,
                           const char *name, struct plugin_listing *listing, json_t *rows,
                           struct hg_error *err) {
  const struct plugin *plugin;

  if (plugin_inspect(plugins, timeout_s, name, &plugin, err) < 0)
    return -1;
  /* One that an earlier directory hides is not listed again. */
  if (strncmp(plugin->path, dir, strlen(dir)) != 0)
    return 0;
  if (json_array_append_new(rows, plugin_listing_json(plugins, plugin)) != 0)
    return no_memory(err);
  return plugin_listing_add(listing, plugin, err);
}

/* A file that cannot be loaded is named with the reason, and makes the exit code 1. */
static int list_plugins(struct plugin_set *plugins, uint32_t timeout_s,
                        struct plugin_listing *listing, json_t *rows) {
  int exit_code = 0;

  for (size_t i = 0; i < plugins->dirs.count; i++) {
    struct hg_error error = HG_ERROR_INIT;
    struct plugin_names names;

    if (plugin_names_read(&names, plugins->dirs.items[i], &error) < 0) {
      log_line(HG_LOG_ERROR, NULL, "%s", error.message);
      exit_code = 1;
    }
    for (size_t j = 0; j < names.count; j++)
      if (list_plugin(plugins, timeout_s, plugins->dirs.items[i], names.items[j], listing, rows,
                      &error) < 0) {
        log_line(HG_LOG_ERROR, NULL, "%s", error.message);
        exit_code = 1;
      }
    plugin_names_finish(&names);
  }
  return exit_code;
}

static int list(const struct settings *settings, struct plugin_set *plugins, const char *operand,
                struct text_buffer *text) {
  struct plugin_listing listing;
  json_t *rows = json_array();
  int exit_code;

  (void)operand;
  plugin_listing_init(&listing, plugins);
  exit_code = list_plugins(plugins, settings->reporter_timeout, &listing, rows);
  if (settings->output == OUTPUT_JSON)
    json_append_line(text, json_incref(rows), JSON_SHOWN);
  else
    plugin_listing_append(&listing, text);
  plugin_listing_finish(&listing);
  json_decref(rows);
  return exit_code;
}

static int show(const struct settings *settings, struct plugin_set *plugins, const char *name,
                struct text_buffer *text) {
  struct hg_error error = HG_ERROR_INIT;
  const struct plugin *plugin;

  if (plugin_inspect(plugins, settings->reporter_timeout, name, &plugin, &error) < 0) {
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
    return 1;
  }
  if (settings->output == OUTPUT_JSON)
    json_append_line(text, plugin_listing_json(plugins, plugin), JSON_SHOWN);
  else
    plugin_listing_append_one(plugins, plugin, text);
  return 0;
}

static int check(const struct settings *settings, struct plugin_set *plugins, const char *operand,
                 struct text_buffer *text) {
  struct hg_error error = HG_ERROR_INIT;
  struct check_report *report = calloc(1, sizeof *report);
  int exit_code = 1;

  if (!report)
    (void)no_memory(&error);
  else if (plugin_check(plugins, settings->reporter_timeout, operand, report, &error) == 0)
    exit_code = report->failed > 0;
  if (error.code != 0)
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
  if (error.code == HG_ERROR_CANCELLED)
    exit_code = INTERRUPTED;
  /* What was found before it had to stop is worth knowing; why a file is refused was said. */
  if (report && report->count > 0 && settings->output == OUTPUT_JSON)
    check_report_append_json(text, report);
  else if (report && report->count > 0 && !report->is_refused)
    check_report_append_text(text, report);
  free(report);
  return exit_code;
}

static const struct verb {
  const char *name;
  size_t operands;
  int (*run)(const struct settings *settings, struct plugin_set *plugins, const char *operand,
             struct text_buffer *text);
} verbs[] = {{"list", 0, list}, {"show", 1, show}, {"check", 1, check}};

int command_plugin(const struct settings *settings, struct plugin_set *plugins) {
  const struct string_list *operands = &settings->operands;
  const char *name = operands->count > 0 ? operands->items[0] : verbs[0].name;
  size_t given = operands->count > 0 ? operands->count - 1 : 0;
  struct suggestion suggestion;
  struct text_buffer text;

  suggestion_init(&suggestion, name);
  for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
    suggestion_consider(&suggestion, verbs[i].name);
    if (strcmp(verbs[i].name, name) != 0 || verbs[i].operands != given)
      continue;
    text_buffer_init(&text);
    return command_print(
        &text, verbs[i].run(settings, plugins, given > 0 ? operands->items[given] : NULL, &text));
  }
  if (suggestion.nearest && suggestion.distance > 0)
    log_line(HG_LOG_ERROR, NULL,
             "'headgate plugin' takes list, show NAME or check FILE, not '%.60s': did you mean "
             "'%s'?",
             name, suggestion.nearest);
  else
    log_line(HG_LOG_ERROR, NULL,
             "'headgate plugin' takes list, show NAME or check FILE: see `headgate plugin --help`");
  return 2;
}

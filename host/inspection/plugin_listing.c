/* SPDX-License-Identifier: Apache-2.0 */
#include "inspection/plugin_listing.h"

#include "memory/no_memory.h"
#include "plugins/plugin_description.h"
#include "plugins/plugin_options.h"
#include "text/visible_text.h"

#include <jansson.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { NAME_SIZE = 64, PASSWD_SIZE = 16384 };

enum {
  COLUMN_NAME,
  COLUMN_STAGE,
  COLUMN_VERSION,
  COLUMN_INTERFACE,
  COLUMN_OPTIONS,
  COLUMN_OWNER,
  COLUMN_RUNS_IN,
  COLUMN_FILE,
  COLUMNS
};

static const char *const headings[COLUMNS] = {"NAME",    "STAGE", "VERSION", "INTERFACE",
                                              "OPTIONS", "OWNER", "RUNS IN", "FILE"};

void plugin_listing_init(struct plugin_listing *listing, struct plugin_set *set) {
  memset(listing, 0, sizeof *listing);
  listing->set = set;
}

void plugin_listing_finish(struct plugin_listing *listing) {
  free(listing->plugins);
}

int32_t plugin_listing_add(struct plugin_listing *listing, const struct plugin *plugin,
                           struct hg_error *err) {
  const struct plugin **grown =
      realloc(listing->plugins, (listing->count + 1) * sizeof *listing->plugins);

  if (!grown)
    return no_memory(err);
  listing->plugins = grown;
  listing->plugins[listing->count++] = plugin;
  return 0;
}

/* The user that the file belongs to: his name, or his number where he has none. */
static void find_owner(const char *path, char owner[NAME_SIZE]) {
  struct passwd entry;
  struct passwd *found = NULL;
  struct stat status;
  char *texts = malloc(PASSWD_SIZE);

  if (lstat(path, &status) != 0)
    (void)snprintf(owner, NAME_SIZE, "unknown");
  else if (texts && getpwuid_r(status.st_uid, &entry, texts, PASSWD_SIZE, &found) == 0 && found)
    (void)snprintf(owner, NAME_SIZE, "%s", entry.pw_name);
  else
    (void)snprintf(owner, NAME_SIZE, "%u", (unsigned)status.st_uid);
  free(texts);
}

/* Reporters of others do not run in the host: reporting.h. */
static bool runs_in_host(struct plugin_set *set, const struct plugin *plugin) {
  struct hg_error ignored = HG_ERROR_INIT;
  const char *path;
  bool is_own = false;

  return plugin->info.stage != HG_STAGE_REPORTER ||
         (plugin_find(set, plugin->path, &path, &is_own, &ignored) == 0 && is_own);
}

/* --- A table --------------------------------------------------------------------------------- */

static const char *copy(struct arena *arena, const char *text) {
  struct text_buffer visible;
  const char *copied;

  text_buffer_init(&visible);
  visible_text_append(&visible, text, strlen(text));
  copied = visible.failed ? NULL : arena_copy(arena, text_buffer_string(&visible), visible.length);
  text_buffer_finish(&visible);
  return copied ? copied : "?";
}

static void fill_row(struct plugin_set *set, const struct plugin *plugin,
                     const char *cells[COLUMNS]) {
  struct arena *arena = &set->arena;
  char owner[NAME_SIZE];
  char number[32];

  find_owner(plugin->path, owner);
  cells[COLUMN_NAME] = plugin->info.name;
  cells[COLUMN_STAGE] = plugin_stage_name(plugin->info.stage);
  cells[COLUMN_VERSION] = copy(arena, plugin->info.version);
  (void)snprintf(number, sizeof number, "%u.%u", plugin->info.abi_major, plugin->info.abi_minor);
  cells[COLUMN_INTERFACE] = copy(arena, number);
  (void)snprintf(number, sizeof number, "%u", plugin->info.option_count);
  cells[COLUMN_OPTIONS] = copy(arena, number);
  cells[COLUMN_OWNER] = copy(arena, owner);
  cells[COLUMN_RUNS_IN] = runs_in_host(set, plugin) ? "host" : "process";
  cells[COLUMN_FILE] = copy(arena, plugin->path);
}

static void append_cells(struct text_buffer *text, const char *const cells[COLUMNS],
                         const size_t widths[COLUMNS]) {
  for (int column = 0; column < COLUMNS; column++)
    text_buffer_printf(text, "%-*s%s", column + 1 < COLUMNS ? (int)widths[column] : 0,
                       cells[column], column + 1 < COLUMNS ? "  " : "\n");
}

void plugin_listing_append(const struct plugin_listing *listing, struct text_buffer *text) {
  struct arena *arena = &listing->set->arena;
  const char *(*rows)[COLUMNS] = arena_alloc(arena, (listing->count + 1) * sizeof *rows);
  size_t widths[COLUMNS];

  if (!rows) {
    text->failed = true;
    return;
  }
  memcpy(rows[0], headings, sizeof headings);
  for (size_t i = 0; i < listing->count; i++)
    fill_row(listing->set, listing->plugins[i], rows[i + 1]);
  for (int column = 0; column < COLUMNS; column++) {
    widths[column] = 0;
    for (size_t i = 0; i <= listing->count; i++)
      if (strlen(rows[i][column]) > widths[column])
        widths[column] = strlen(rows[i][column]);
  }
  for (size_t i = 0; i <= listing->count; i++)
    append_cells(text, rows[i], widths);
}

/* --- One plugin ------------------------------------------------------------------------------ */

static void append_fact(struct text_buffer *text, const char *label, const char *value) {
  text_buffer_printf(text, "%-15s ", label);
  visible_text_append(text, value, strlen(value));
  text_buffer_append_char(text, '\n');
}

static void append_option(struct text_buffer *text, const struct hg_option *option,
                          const char *value) {
  char range[PLUGIN_OPTION_RANGE_SIZE];

  text_buffer_printf(text, "  %s (%s", option->name, plugin_option_type_name(option->type));
  if (option->type == HG_OPTION_CHOICE) {
    text_buffer_append_string(text, ": ");
    visible_text_append(text, option->choices, strlen(option->choices));
  }
  if (plugin_option_range(option, range, sizeof range))
    text_buffer_printf(text, ", %s", range);
  text_buffer_append_string(text, "): ");
  visible_text_append(text, option->help, strlen(option->help));
  text_buffer_append_string(text, "\n    value: ");
  if (value)
    visible_text_append(text, value, strlen(value));
  else
    text_buffer_append_string(text, "(not set)");
  text_buffer_append_char(text, '\n');
}

void plugin_listing_append_one(struct plugin_set *set, const struct plugin *plugin,
                               struct text_buffer *text) {
  char owner[NAME_SIZE];
  char interface[64];
  char stage[64];

  find_owner(plugin->path, owner);
  (void)snprintf(stage, sizeof stage, "%s", plugin_stage_name(plugin->info.stage));
  if (plugin->info.stage_revision > 0)
    (void)snprintf(stage, sizeof stage, "%s, revision %u", plugin_stage_name(plugin->info.stage),
                   plugin->info.stage_revision);
  (void)snprintf(interface, sizeof interface, "%u.%u (needs %u.%u)", plugin->info.abi_major,
                 plugin->info.abi_minor, plugin->info.abi_major, plugin->info.abi_minor_required);
  append_fact(text, "Name:", plugin->info.name);
  append_fact(text, "Stage:", stage);
  append_fact(text, "Version:", plugin->info.version);
  append_fact(text, "Description:", plugin->info.description);
  append_fact(text, "Interface:", interface);
  append_fact(text, "File:", plugin->path);
  append_fact(text, "Owner:", owner);
  append_fact(text, "Runs in:", runs_in_host(set, plugin) ? "the host" : "a process of its own");
  if (plugin->info.option_count > 0)
    text_buffer_append_string(text, "Options:\n");
  for (uint32_t i = 0; i < plugin->info.option_count; i++)
    append_option(text, &plugin->options[i], plugin->values[i]);
}

json_t *plugin_listing_json(struct plugin_set *set, const struct plugin *plugin) {
  json_t *json = plugin_description_json(plugin);
  char owner[NAME_SIZE];

  find_owner(plugin->path, owner);
  if (json)
    (void)json_object_update_new(json, json_pack("{s:I, s:s, s:s}", "stage_revision",
                                                 (json_int_t)plugin->info.stage_revision, "owner",
                                                 owner, "runs_in",
                                                 runs_in_host(set, plugin) ? "host" : "process"));
  return json;
}

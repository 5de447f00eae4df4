/* SPDX-License-Identifier: Apache-2.0 */
#include "memory/no_memory.h"
#include "plugins/plugin.h"
#include "plugins/plugin_elf.h"
#include "plugins/plugin_file.h"
#include "plugins/plugin_negotiation.h"
#include "plugins/plugin_options.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What hg_host gives. Its context is the struct plugin. */

static void host_log(const struct hg_host *host, uint32_t level, const char *message) {
  const struct plugin *plugin = host->context;

  if (level < HG_LOG_ERROR || level > HG_LOG_DEBUG)
    level = HG_LOG_INFO;
  if (level == HG_LOG_INFO && plugin->info.stage == HG_STAGE_APPLIER)
    level = log_success_level();
  if (message)
    log_line(level, plugin->log_tag, "%s", message);
}

static int32_t host_cancelled(const struct hg_host *host) {
  (void)host;
  return interrupt_requested();
}

static const char *host_option(const struct hg_host *host, const char *name) {
  return name ? plugin_options_get(host->context, name) : NULL;
}

static int32_t host_credentials(const struct hg_host *host, const char *cluster, const char *user,
                                const struct hg_credentials *refused,
                                const struct hg_credentials **credentials, struct hg_error *err) {
  const struct plugin *plugin = host->context;
  const struct credential_provider *provider = plugin->set->credentials;

  if (plugin->info.stage != HG_STAGE_APPLIER && plugin->info.stage != HG_STAGE_WATCHER)
    return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                        "only appliers and watchers are given credentials");
  if (!provider)
    return hg_error_set(err, HG_ERROR_UNSUPPORTED, "there are no credentials outside a run");
  return provider->acquire(provider->context, cluster, user, refused, credentials, err);
}

static void host_credentials_release(const struct hg_host *host,
                                     const struct hg_credentials *credentials) {
  const struct plugin *plugin = host->context;

  if (credentials)
    plugin->set->credentials->release(plugin->set->credentials->context, credentials);
}

static const char *stage_tag(uint32_t stage) {
  switch (stage) {
  case HG_STAGE_GENERATOR:
    return LOG_GENERATE;
  case HG_STAGE_SCANNER:
  case HG_STAGE_VALIDATOR:
    return LOG_VALIDATE;
  default:
    return LOG_APPLY;
  }
}

struct plugin *plugin_create(void) {
  struct plugin *plugin = calloc(1, sizeof *plugin);

  if (plugin)
    arena_init(&plugin->arena);
  return plugin;
}

void plugin_destroy(struct plugin *plugin) {
  if (!plugin)
    return;
  arena_finish(&plugin->arena);
  free(plugin);
}

/* A directory from the command line may be relative: it is the user's own word. */
static int32_t add_dir(struct plugin_set *set, const char *dir, struct hg_error *err) {
  char *resolved = realpath(dir, NULL);
  int32_t result = string_list_add(&set->dirs, &set->arena, resolved ? resolved : dir);

  free(resolved);
  return result < 0 ? no_memory(err) : 0;
}

int32_t plugin_set_init(struct plugin_set *set, const struct string_list *dirs,
                        const struct option_list *options, struct hg_error *err) {
  memset(set, 0, sizeof *set);
  arena_init(&set->arena);
  set->options = *options;
  for (size_t i = 0; i < dirs->count; i++)
    if (add_dir(set, dirs->items[i], err) < 0)
      return -1;
  return plugin_file_default_dirs(&set->arena, &set->dirs, &set->own_dir, err);
}

void plugin_set_finish(struct plugin_set *set) {
  while (set->first) {
    struct plugin *next = set->first->next;

    plugin_destroy(set->first);
    set->first = next;
  }
  arena_finish(&set->arena);
  memset(set, 0, sizeof *set);
}

int32_t plugin_find(struct plugin_set *set, const char *name, const char **path, bool *is_own,
                    struct hg_error *err) {
  size_t length = set->own_dir ? strlen(set->own_dir) : 0;
  int fd = plugin_file_open(&set->arena, &set->dirs, name, path, err);

  if (fd < 0)
    return -1;
  (void)close(fd);
  *is_own = length > 0 && strncmp(*path, set->own_dir, length) == 0 && (*path)[length] == '/' &&
            !strchr(*path + length + 1, '/');
  return 0;
}

static void append(struct plugin_set *set, struct plugin *plugin) {
  if (set->last)
    set->last->next = plugin;
  else
    set->first = plugin;
  set->last = plugin;
}

void plugin_set_add(struct plugin_set *set, struct plugin *plugin) {
  if (!plugin)
    return;
  plugin->is_elsewhere = true;
  append(set, plugin);
}

/* Loads what `fd` stands for and finds the entry function. The descriptor stays open for as long as
 * the process lives: the loader knows a library by its name, and this name holds the number. */
static int32_t load_file(int fd, const char *path, const struct hg_plugin **theirs,
                         struct hg_error *err) {
  const struct hg_plugin *(*entry)(void);
  char name[40];
  void *library;
  void *symbol;

  (void)snprintf(name, sizeof name, "/proc/self/fd/%d", fd);
  library = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    const char *reason = dlerror();
    size_t length = strlen(name);

    if (reason && strncmp(reason, name, length) == 0 && strncmp(reason + length, ": ", 2) == 0)
      reason += length + 2;
    return hg_error_set(err, HG_ERROR_UNSUPPORTED, "plugin %.400s: cannot be loaded: %.440s", path,
                        reason ? reason : "unknown reason");
  }
  symbol = dlsym(library, "headgate_plugin_v1");
  if (!symbol)
    return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                        "plugin %.560s: is no Headgate plugin: no function headgate_plugin_v1",
                        path);
  memcpy(&entry, &symbol, sizeof entry);
  *theirs = entry();
  return 0;
}

static int32_t check_stage(const struct plugin *plugin, uint32_t stage, struct hg_error *err) {
  if (stage == 0 || plugin->info.stage == stage)
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID, "plugin '%s' is a %s, not a %s", plugin->info.name,
                      plugin_stage_name(plugin->info.stage), plugin_stage_name(stage));
}

/* Makes a plugin of the file that `fd` stands for. */
static int32_t open_plugin(const struct plugin_set *set, int fd, struct plugin *plugin,
                           uint32_t stage, struct hg_error *err) {
  const struct hg_plugin *theirs = NULL;

  if (plugin_elf_check(fd, plugin->path, err) < 0 ||
      load_file(fd, plugin->path, &theirs, err) < 0 ||
      plugin_negotiate(&plugin->arena, plugin->path, theirs, plugin, err) < 0 ||
      check_stage(plugin, stage, err) < 0 || plugin_options_set(&set->options, plugin, err) < 0)
    return -1;
  plugin->log_tag = stage_tag(plugin->info.stage);
  plugin->host.struct_size = sizeof plugin->host;
  plugin->host.abi_minor = HG_ABI_MINOR;
  plugin->host.context = plugin;
  plugin->host.log = host_log;
  plugin->host.cancelled = host_cancelled;
  plugin->host.option = host_option;
  plugin->host.credentials = host_credentials;
  plugin->host.credentials_release = host_credentials_release;
  return 0;
}

int32_t plugin_load(struct plugin_set *set, const char *name, uint32_t stage,
                    const struct plugin **found, struct hg_error *err) {
  struct plugin *plugin;
  const char *path;
  int fd;

  for (plugin = set->first; plugin; plugin = plugin->next)
    if (!plugin->is_elsewhere &&
        (strcmp(plugin->info.name, name) == 0 || strcmp(plugin->path, name) == 0)) {
      *found = plugin;
      return check_stage(plugin, stage, err);
    }
  fd = plugin_file_open(&set->arena, &set->dirs, name, &path, err);
  if (fd < 0)
    return -1;
  plugin = plugin_create();
  if (!plugin)
    return no_memory(err);
  plugin->path = path;
  plugin->set = set;
  if (open_plugin(set, fd, plugin, stage, err) < 0) {
    plugin_destroy(plugin);
    return -1;
  }
  append(set, plugin);
  *found = plugin;
  log_line(HG_LOG_DEBUG, NULL, "loaded plugin %s %s from %s", plugin->info.name,
           plugin->info.version, path);
  return 0;
}

static bool is_loaded(const struct plugin_set *set, const char *name) {
  for (const struct plugin *plugin = set->first; plugin; plugin = plugin->next)
    if (strcmp(plugin->info.name, name) == 0)
      return true;
  return false;
}

int32_t plugin_set_check_options(struct plugin_set *set, struct hg_error *err) {
  for (size_t i = 0; i < set->options.count; i++) {
    const struct option_setting *setting = &set->options.items[i];
    struct hg_error reason = HG_ERROR_INIT;
    const char *path;
    int fd;

    if (is_loaded(set, setting->plugin))
      continue;
    fd = plugin_file_open(&set->arena, &set->dirs, setting->plugin, &path, &reason);
    if (fd < 0)
      return hg_error_set(err, reason.code, "%.320s: %s", setting->origin, reason.message);
    (void)close(fd);
  }
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A loaded plugin: checked, copied into structs of the host's own, with its options set. */
#ifndef HOST_PLUGINS_PLUGIN_H
#define HOST_PLUGINS_PLUGIN_H

#include "memory/arena.h"
#include "memory/string_list.h"
#include "settings/option_list.h"

#include <headgate/applier.h>
#include <headgate/generator.h>
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <headgate/scanner.h>
#include <headgate/validator.h>
#include <headgate/watcher.h>

/* The stage's function table, as much of it as the plugin has; the rest is zero. */
union plugin_ops {
  uint32_t struct_size;
  struct hg_generator_ops generator;
  struct hg_scanner_ops scanner;
  struct hg_validator_ops validator;
  struct hg_applier_ops applier;
  struct hg_watcher_ops watcher;
  struct hg_reporter_ops reporter;
};

/* Where hg_host.credentials come from: the plugins know no cluster, so whoever does lends them this
 * (cluster/credentials.h). Any thread. */
struct credential_provider {
  void *context;
  int32_t (*acquire)(void *context, const char *cluster, const char *user,
                     const struct hg_credentials *refused,
                     const struct hg_credentials **credentials, struct hg_error *err);
  void (*release)(void *context, const struct hg_credentials *credentials);
};

/* Made with plugin_create. Its code stays until the process ends: nothing is ever unloaded. */
struct plugin {
  struct arena arena;    /* its own: a plugin may be described on another thread */
  struct hg_plugin info; /* the host's copy */
  union plugin_ops ops;
  struct hg_option *options; /* the host's copies, info.option_count of them */
  const char **values;       /* of each option; NULL: not set and no default */
  struct hg_rule *rules;     /* the host's copies, info.rule_count of them */
  struct hg_host host;       /* what the plugin is given */
  const char *path;
  const char *log_tag;
  bool is_elsewhere; /* loaded by a process of its own: `ops` and `host` are zero */
  const struct plugin_set *set;
  struct plugin *next;
};

/* The plugins of this process, and where they are looked for. */
struct plugin_set {
  struct arena arena; /* of what lives as long as the plugins do */
  struct string_list dirs;
  struct option_list options; /* for the plugins; borrowed */
  const char *own_dir;        /* the one that belongs to this binary; NULL: there is none */
  struct plugin *first;       /* in the order of loading */
  struct plugin *last;
  const struct credential_provider *credentials; /* NULL: there are none; borrowed */
};

/* An empty plugin, NULL where memory is out; and the end of one that no set has. */
struct plugin *plugin_create(void);
void plugin_destroy(struct plugin *plugin);

/* Looks in `dirs` first, then in the user's own directory and that of this binary. The options are
 * borrowed: they outlive the set. */
int32_t plugin_set_init(struct plugin_set *set, const struct string_list *dirs,
                        const struct option_list *options, struct hg_error *err);

/* Call it when no plugin's function is called any more. */
void plugin_set_finish(struct plugin_set *set);

/* Loads the plugin `name` (or an absolute path) for `stage` (HG_STAGE_*; 0: any), or gives the one
 * that is loaded already. Its options are set from the set's and checked. Every refusal has its own
 * message. Main thread. */
int32_t plugin_load(struct plugin_set *set, const char *name, uint32_t stage,
                    const struct plugin **plugin, struct hg_error *err);

/* Where the plugin `name` (or an absolute path) is, without loading it: *path is the set's. The
 * file is checked as plugin_load does first. *is_own: it lies in the directory of this binary. */
int32_t plugin_find(struct plugin_set *set, const char *name, const char **path, bool *is_own,
                    struct hg_error *err);

/* Adds a plugin that was described by the process that loaded it, and takes it over; NULL is
 * ignored. */
void plugin_set_add(struct plugin_set *set, struct plugin *plugin);

/* Whether each plugin that the set has options for exists: a misspelt name must not pass silently.
 * Those that are not loaded are only looked for. */
int32_t plugin_set_check_options(struct plugin_set *set, struct hg_error *err);

/* "generator", "scanner", ...; "unknown" for anything else. */
const char *plugin_stage_name(uint32_t stage);

/* "string", "boolean", ...; "unknown" for anything else. */
const char *plugin_option_type_name(uint32_t type);

#endif

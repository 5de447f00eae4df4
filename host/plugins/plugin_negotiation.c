/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/plugin_negotiation.h"

#include "memory/no_memory.h"
#include "plugins/plugin_file.h"
#include "plugins/plugin_options.h"

#include <stdarg.h>
#include <string.h>

/* sizeof in interface 1.0: what every plugin of this major has. */
enum {
  SMALLEST_PLUGIN = 88,
  SMALLEST_OPTION = 56,
  SMALLEST_RULE = 56,
  SMALLEST_GENERATOR = 32,
  SMALLEST_SCANNER = 64,
  SMALLEST_VALIDATOR = 48,
  SMALLEST_APPLIER = 64,
  SMALLEST_REPORTER = 88,
  SMALLEST_WATCHER = 48,
};

/* Longer tables are broken ones. */
enum { MOST_OPTIONS = 256, MOST_RULES = 1024 };

/* A function that a stage cannot do without. */
struct mandatory_function {
  size_t offset;
  const char *name;
};

/* What is known of a stage. */
struct stage_row {
  uint32_t stage;
  uint32_t revision; /* that is required; 0: stable within the major */
  const char *name;
  size_t size;                                /* of the function table, in this host */
  size_t smallest_size;                       /* of the function table, in interface 1.0 */
  const struct mandatory_function *mandatory; /* up to a NULL name */
};

#define FUNCTION(type, name)                                                                       \
  { offsetof(struct type, name), #name }

static const struct mandatory_function generator_functions[] = {
    FUNCTION(hg_generator_ops, create),
    FUNCTION(hg_generator_ops, generate),
    FUNCTION(hg_generator_ops, destroy),
    {0, NULL},
};

static const struct mandatory_function scanner_functions[] = {
    FUNCTION(hg_scanner_ops, create),  FUNCTION(hg_scanner_ops, count),
    FUNCTION(hg_scanner_ops, path),    FUNCTION(hg_scanner_ops, reader_create),
    FUNCTION(hg_scanner_ops, read),    FUNCTION(hg_scanner_ops, reader_destroy),
    FUNCTION(hg_scanner_ops, destroy), {0, NULL},
};

static const struct mandatory_function validator_functions[] = {
    FUNCTION(hg_validator_ops, create),
    FUNCTION(hg_validator_ops, validate),
    FUNCTION(hg_validator_ops, destroy),
    {0, NULL},
};

static const struct mandatory_function applier_functions[] = {
    FUNCTION(hg_applier_ops, create),
    FUNCTION(hg_applier_ops, apply),
    FUNCTION(hg_applier_ops, preflight),
    FUNCTION(hg_applier_ops, destroy),
    {0, NULL},
};

static const struct mandatory_function watcher_functions[] = {
    FUNCTION(hg_watcher_ops, create),
    FUNCTION(hg_watcher_ops, open),
    FUNCTION(hg_watcher_ops, watch),
    FUNCTION(hg_watcher_ops, destroy),
    {0, NULL},
};

static const struct mandatory_function reporter_functions[] = {
    FUNCTION(hg_reporter_ops, create),
    FUNCTION(hg_reporter_ops, run_finished),
    FUNCTION(hg_reporter_ops, destroy),
    {0, NULL},
};

static const struct stage_row stages[] = {
    {HG_STAGE_GENERATOR, HG_GENERATOR_REVISION, "generator", sizeof(struct hg_generator_ops),
     SMALLEST_GENERATOR, generator_functions},
    {HG_STAGE_SCANNER, HG_SCANNER_REVISION, "scanner", sizeof(struct hg_scanner_ops),
     SMALLEST_SCANNER, scanner_functions},
    {HG_STAGE_VALIDATOR, HG_VALIDATOR_REVISION, "validator", sizeof(struct hg_validator_ops),
     SMALLEST_VALIDATOR, validator_functions},
    {HG_STAGE_APPLIER, HG_APPLIER_REVISION, "applier", sizeof(struct hg_applier_ops),
     SMALLEST_APPLIER, applier_functions},
    {HG_STAGE_REPORTER, HG_REPORTER_REVISION, "reporter", sizeof(struct hg_reporter_ops),
     SMALLEST_REPORTER, reporter_functions},
    {HG_STAGE_WATCHER, HG_WATCHER_REVISION, "watcher", sizeof(struct hg_watcher_ops),
     SMALLEST_WATCHER, watcher_functions},
};

static const char *const option_types[] = {"unknown", "string", "boolean", "integer",
                                           "choice",  "list",   "path",    "consent"};

static const struct stage_row *find_stage(uint32_t stage) {
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
    if (stages[i].stage == stage)
      return &stages[i];
  return NULL;
}

const char *plugin_stage_name(uint32_t stage) {
  const struct stage_row *row = find_stage(stage);

  return row ? row->name : "unknown";
}

const char *plugin_option_type_name(uint32_t type) {
  return option_types[type < sizeof option_types / sizeof *option_types ? type : 0];
}

/* "plugin PATH: ..." */
__attribute__((format(printf, 3, 4))) static int32_t refuse(const char *path, struct hg_error *err,
                                                            const char *format, ...) {
  char reason[640];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(reason, sizeof reason, format, args);
  va_end(args);
  return hg_error_set(err, HG_ERROR_UNSUPPORTED, "plugin %.360s: %s", path, reason);
}

static int32_t check_versions(const char *path, const struct hg_plugin *theirs,
                              struct hg_error *err) {
  if (theirs->magic != HG_PLUGIN_MAGIC)
    return refuse(path, err, "is no Headgate plugin (wrong magic number)");
  if (theirs->abi_major != HG_ABI_MAJOR)
    return refuse(path, err, "was built for interface %u.%u; this Headgate has %u.%u",
                  theirs->abi_major, theirs->abi_minor, HG_ABI_MAJOR, HG_ABI_MINOR);
  if (theirs->abi_minor_required > HG_ABI_MINOR)
    return refuse(path, err, "needs interface %u.%u or newer; this Headgate has %u.%u",
                  theirs->abi_major, theirs->abi_minor_required, HG_ABI_MAJOR, HG_ABI_MINOR);
  if (theirs->struct_size < SMALLEST_PLUGIN)
    return refuse(path, err, "its struct hg_plugin has %u bytes; interface 1.0 has %d",
                  theirs->struct_size, SMALLEST_PLUGIN);
  return 0;
}

static int32_t check_strings(const char *path, const struct hg_plugin *info, struct hg_error *err) {
  const char *file = strrchr(path, '/');
  const char *expected = file ? file + 1 : path;
  size_t length;

  if (!info->name || !info->version || !info->description)
    return refuse(path, err, "its %s is NULL",
                  !info->name      ? "name"
                  : !info->version ? "version"
                                   : "description");
  if (!plugin_name_is_valid(info->name))
    return refuse(path, err, "its name '%.40s' does not match [a-z0-9-]+", info->name);
  length = strlen(info->name);
  if (strncmp(expected, "headgate-", 9) != 0 || strncmp(expected + 9, info->name, length) != 0 ||
      strcmp(expected + 9 + length, ".so") != 0)
    return refuse(path, err, "holds the plugin '%.40s': its file must be headgate-%.40s.so",
                  info->name, info->name);
  return 0;
}

static int32_t copy_options(struct arena *arena, const char *path, struct plugin *plugin,
                            struct hg_error *err) {
  const struct hg_option *row = plugin->info.options;
  uint32_t count = plugin->info.option_count;
  uint32_t stride;

  if (count == 0)
    return 0;
  if (!row || count > MOST_OPTIONS || row->struct_size < SMALLEST_OPTION)
    return refuse(path, err, "its table of %u options is broken", count);
  stride = row->struct_size;
  plugin->options = arena_alloc(arena, count * sizeof *plugin->options);
  plugin->values = arena_alloc(arena, count * sizeof *plugin->values);
  if (!plugin->options || !plugin->values)
    return no_memory(err);
  memset(plugin->options, 0, count * sizeof *plugin->options);
  for (uint32_t i = 0; i < count; i++) {
    struct hg_option *option = &plugin->options[i];

    memcpy(option, (const char *)row + (size_t)i * stride,
           stride < sizeof *option ? stride : sizeof *option);
    if (option->struct_size != stride || !option->name || !option->help ||
        !plugin_name_is_valid(option->name) || *option->name < 'a')
      return refuse(path, err, "option %u of its table has no valid name or no help", i + 1);
    if (option->type < HG_OPTION_STRING || option->type > HG_OPTION_CONSENT)
      return refuse(path, err, "its option '%.40s' has the unknown type %u", option->name,
                    option->type);
    if (option->type == HG_OPTION_CHOICE && !option->choices)
      return refuse(path, err, "its option '%.40s' is a choice of nothing", option->name);
    if (option->least > option->most)
      return refuse(path, err, "its option '%.40s' has no value between its least and its most",
                    option->name);
    if (option->default_value && !plugin_option_takes(option, option->default_value))
      return refuse(path, err,
                    "its option '%.40s' has the default '%.40s', which is not of its type",
                    option->name, option->default_value);
    plugin->values[i] = option->default_value;
  }
  return 0;
}

static int32_t copy_rules(struct arena *arena, const char *path, struct plugin *plugin,
                          struct hg_error *err) {
  const struct hg_rule *row = plugin->info.rules;
  uint32_t count = plugin->info.rule_count;
  uint32_t stride;

  if (count == 0)
    return 0;
  if (!row || count > MOST_RULES || row->struct_size < SMALLEST_RULE)
    return refuse(path, err, "its table of %u rules is broken", count);
  stride = row->struct_size;
  plugin->rules = arena_alloc(arena, count * sizeof *plugin->rules);
  if (!plugin->rules)
    return no_memory(err);
  memset(plugin->rules, 0, count * sizeof *plugin->rules);
  for (uint32_t i = 0; i < count; i++) {
    struct hg_rule *rule = &plugin->rules[i];

    memcpy(rule, (const char *)row + (size_t)i * stride,
           stride < sizeof *rule ? stride : sizeof *rule);
    if (rule->struct_size != stride || !rule->name || !rule->what ||
        !plugin_name_is_valid(rule->name))
      return refuse(path, err,
                    "rule %u of its table has no valid name or does not say what is wrong", i + 1);
  }
  return 0;
}

static int32_t copy_functions(const char *path, struct plugin *plugin, struct hg_error *err) {
  const struct stage_row *row = find_stage(plugin->info.stage);
  const uint32_t *size = plugin->info.ops;

  if (!row)
    return refuse(path, err, "its stage %u is unknown", plugin->info.stage);
  if (plugin->info.stage_revision != row->revision)
    return refuse(path, err,
                  "built for revision %u of the %s interface, this Headgate has revision %u: build "
                  "it anew with this Headgate's headers",
                  plugin->info.stage_revision, row->name, row->revision);
  if (!size || *size < row->smallest_size)
    return refuse(path, err, "its functions for the stage '%s' are missing or too few", row->name);
  memcpy(&plugin->ops, size, *size < row->size ? *size : row->size);
  for (const struct mandatory_function *function = row->mandatory; function->name; function++) {
    void (*pointer)(void);

    memcpy(&pointer, (const char *)&plugin->ops + function->offset, sizeof pointer);
    if (!pointer)
      return refuse(path, err, "its %s has no function '%s'", row->name, function->name);
  }
  return 0;
}

int32_t plugin_negotiate(struct arena *arena, const char *path, const struct hg_plugin *theirs,
                         struct plugin *plugin, struct hg_error *err) {
  size_t size;

  if (!theirs)
    return refuse(path, err, "headgate_plugin_v1 returned NULL");
  if (check_versions(path, theirs, err) < 0)
    return -1;
  size = theirs->struct_size < sizeof plugin->info ? theirs->struct_size : sizeof plugin->info;
  memcpy(&plugin->info, theirs, size);
  if (check_strings(path, &plugin->info, err) < 0 || copy_functions(path, plugin, err) < 0 ||
      copy_options(arena, path, plugin, err) < 0 || copy_rules(arena, path, plugin, err) < 0)
    return -1;
  return 0;
}

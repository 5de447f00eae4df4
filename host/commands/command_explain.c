/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "memory/no_memory.h"
#include "terminal/log.h"
#include "text/suggestion.h"
#include "text/visible_text.h"
#include "json/json_text.h"

#include <string.h>

#define LIST "list"

/* What the host itself reports (run_documents.c, judged_document.c). */
static const struct hg_rule host_rules[] = {
    {sizeof(struct hg_rule), HG_SEVERITY_ERROR, "duplicate-job",
     "Two documents name the same Job in the same namespace (a warning in `headgate validate`).",
     "The second would change what the first made, or be refused; which one counts would depend on "
     "the order.",
     "kind: Job\nmetadata: {name: a}\n---\nkind: Job\nmetadata: {name: a}",
     "kind: Job\nmetadata: {name: a}\n---\nkind: Job\nmetadata: {name: b}",
     "https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"},
    {sizeof(struct hg_rule), HG_SEVERITY_ERROR, "other-namespace",
     "With -n, a Job names another namespace.", "kubectl refuses it then, too.", NULL, NULL,
     "https://kubernetes.io/docs/reference/kubectl/generated/kubectl_apply/"},
    {sizeof(struct hg_rule), HG_SEVERITY_ERROR, "passed-over",
     "With --strict, an object of another kind than Job stands among the manifests, or a file of a "
     "directory holds no document.",
     "Only Jobs are applied: without --strict all else is passed over with a note.", NULL, NULL,
     "Headgate"},
    {sizeof(struct hg_rule), HG_SEVERITY_ERROR, "too-many-problems",
     "The file has more problems than a report can show: the rest is left out.",
     "A report keeps 1,000 problems of a file, and 10 more for each of its documents.", NULL, NULL,
     "Headgate"},
};

/* A table and who it belongs to. */
struct rule_table {
  const char *owner;
  const struct hg_rule *rules;
  uint32_t count;
};

struct rule_tables {
  struct rule_table *tables; /* the plugin set's */
  size_t count;
};

static void add_plugin(struct rule_tables *tables, const struct plugin *plugin) {
  for (size_t i = 0; i < tables->count; i++)
    if (tables->tables[i].rules == plugin->rules)
      return;
  if (plugin->info.rule_count > 0)
    tables->tables[tables->count++] =
        (struct rule_table){plugin->info.name, plugin->rules, plugin->info.rule_count};
}

static int32_t collect(const struct settings *settings, struct plugin_set *plugins,
                       struct rule_tables *tables, struct hg_error *err) {
  const struct plugin *plugin;

  tables->count = 0;
  tables->tables =
      arena_alloc(&plugins->arena, (settings->kept.validators.count + 2) * sizeof *tables->tables);
  if (!tables->tables)
    return no_memory(err);
  if (plugin_load(plugins, settings->kept.scanner, HG_STAGE_SCANNER, &plugin, err) < 0)
    return -1;
  add_plugin(tables, plugin);
  for (size_t i = 0; i < settings->kept.validators.count; i++) {
    if (plugin_load(plugins, settings->kept.validators.items[i], HG_STAGE_VALIDATOR, &plugin, err) <
        0)
      return -1;
    add_plugin(tables, plugin);
  }
  tables->tables[tables->count++] =
      (struct rule_table){"headgate", host_rules, sizeof host_rules / sizeof *host_rules};
  return 0;
}

/* A severity that is not known counts as an error (ABI.md). */
static const char *severity_name(const struct hg_rule *rule) {
  return rule->severity == HG_SEVERITY_WARNING ? "warning" : "error";
}

static void append_lines(struct text_buffer *text, const char *label, const char *lines) {
  if (!lines)
    return;
  text_buffer_printf(text, "\n%s:\n  ", label);
  visible_lines_append(text, lines, strlen(lines), "  ");
  text_buffer_append_char(text, '\n');
}

static void append_sentence(struct text_buffer *text, const char *label, const char *sentence) {
  if (!sentence)
    return;
  text_buffer_printf(text, "%-9s ", label);
  visible_text_append(text, sentence, strlen(sentence));
  text_buffer_append_char(text, '\n');
}

static void append_rule(struct text_buffer *text, const struct rule_table *table,
                        const struct hg_rule *rule) {
  if (text->length > 0)
    text_buffer_append_char(text, '\n');
  text_buffer_printf(text, "%s (%s, %s)\n\n", rule->name, severity_name(rule), table->owner);
  append_sentence(text, "What:", rule->what);
  append_sentence(text, "Why:", rule->why);
  append_sentence(text, "Source:", rule->source);
  append_lines(text, "Wrong", rule->wrong);
  append_lines(text, "Right", rule->right);
}

static void append_row(struct text_buffer *text, const struct rule_table *table,
                       const struct hg_rule *rule) {
  text_buffer_printf(text, "%-22s %-8s %-20s ", rule->name, severity_name(rule), table->owner);
  visible_text_append(text, rule->what, strlen(rule->what));
  text_buffer_append_char(text, '\n');
}

static json_t *rule_json(const struct rule_table *table, const struct hg_rule *rule) {
  return json_pack("{s:s, s:s, s:s, s:s, s:s?, s:s?, s:s?, s:s?}", "name", rule->name, "severity",
                   severity_name(rule), "plugin", table->owner, "what", rule->what, "why",
                   rule->why, "wrong", rule->wrong, "right", rule->right, "source", rule->source);
}

static int32_t unknown_rule(const struct rule_tables *tables, const char *name,
                            struct hg_error *err) {
  struct suggestion suggestion;

  suggestion_init(&suggestion, name);
  suggestion_consider(&suggestion, LIST);
  for (size_t i = 0; i < tables->count; i++)
    for (uint32_t j = 0; j < tables->tables[i].count; j++)
      suggestion_consider(&suggestion, tables->tables[i].rules[j].name);
  if (suggestion.nearest)
    return hg_error_set(err, HG_ERROR_NOT_FOUND, "no rule is called '%.240s': did you mean '%s'?",
                        name, suggestion.nearest);
  return hg_error_set(
      err, HG_ERROR_NOT_FOUND,
      "no rule is called '%.240s': `headgate validate --explain " LIST "` shows them all", name);
}

static int32_t explain(const struct settings *settings, struct plugin_set *plugins,
                       struct text_buffer *text, struct hg_error *err) {
  bool all = strcmp(settings->explain, LIST) == 0;
  struct rule_tables tables;
  json_t *found;

  if (collect(settings, plugins, &tables, err) < 0)
    return -1;
  found = json_array();
  for (size_t i = 0; i < tables.count; i++) {
    const struct rule_table *table = &tables.tables[i];

    for (uint32_t j = 0; j < table->count; j++) {
      const struct hg_rule *rule = &table->rules[j];

      if (!all && strcmp(rule->name, settings->explain) != 0)
        continue;
      if (all)
        append_row(text, table, rule);
      else
        append_rule(text, table, rule);
      text->failed = json_array_append_new(found, rule_json(table, rule)) < 0 || text->failed;
    }
  }
  if (text->length == 0) {
    json_decref(found);
    return unknown_rule(&tables, settings->explain, err);
  }
  if (settings->output != OUTPUT_JSON) {
    json_decref(found);
    return 0;
  }
  text_buffer_reset(text);
  json_append_line(text, found, JSON_SHOWN);
  return 0;
}

int32_t explain_each_rule(const struct settings *settings, struct plugin_set *plugins,
                          void (*each)(void *context, const struct hg_rule *rule), void *context,
                          struct hg_error *err) {
  struct rule_tables tables;

  if (collect(settings, plugins, &tables, err) < 0)
    return -1;
  for (size_t i = 0; i < tables.count; i++)
    for (uint32_t j = 0; j < tables.tables[i].count; j++)
      each(context, &tables.tables[i].rules[j]);
  return 0;
}

int command_explain(const struct settings *settings, struct plugin_set *plugins) {
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer text;
  int exit_code = 0;

  text_buffer_init(&text);
  if (explain(settings, plugins, &text, &error) < 0) {
    log_line(HG_LOG_ERROR, NULL, "%s", error.message);
    exit_code = 1;
  }
  return command_print(&text, exit_code);
}

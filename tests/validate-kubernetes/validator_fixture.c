/* SPDX-License-Identifier: Apache-2.0 */
#include "validator_fixture.h"

#include "yaml/yaml_tree.h"

#include <dlfcn.h>
#include <headgate/plugin.h>
#include <headgate/validator.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct validator_fixture {
  struct hg_host host;
  const struct hg_plugin *plugin;
  const struct hg_validator_ops *ops;
  const struct fixture_option *options;
  struct yaml_tree *tree;
  struct findings findings;
  void *self;
  void *worker;
};

static void give_up(const char *what, const char *which) {
  fprintf(stderr, "validator fixture: %s: %s\n", what, which);
  exit(2);
}

static void log_nothing(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  (void)level;
  (void)message;
}

static int32_t never_cancelled(const struct hg_host *host) {
  (void)host;
  return 0;
}

/* What was asked for, else the default of the plugin's own table. */
static const char *find_option(const struct hg_host *host, const char *name) {
  const struct validator_fixture *fixture = host->context;
  const struct fixture_option *option;

  for (option = fixture->options; option && option->name; option++)
    if (strcmp(option->name, name) == 0)
      return option->value;
  for (uint32_t i = 0; i < fixture->plugin->option_count; i++)
    if (strcmp(fixture->plugin->options[i].name, name) == 0)
      return fixture->plugin->options[i].default_value;
  give_up("the plugin asks for an option that is not in its table", name);
  return NULL;
}

static char *copy(const char *text) {
  char *copied = strdup(text ? text : "");

  if (!copied)
    give_up("no memory", "copy");
  return copied;
}

static int32_t add_finding(const struct hg_diagnostic_sink *sink,
                           const struct hg_diagnostic *diagnostic) {
  struct findings *findings = sink->context;
  struct finding *finding;

  findings->items = realloc(findings->items, (findings->count + 1) * sizeof *findings->items);
  if (!findings->items)
    give_up("no memory", "finding");
  finding = &findings->items[findings->count++];
  finding->severity = diagnostic->severity;
  finding->line = diagnostic->line;
  finding->column = diagnostic->column;
  finding->rule = copy(diagnostic->rule);
  finding->field = copy(diagnostic->field);
  finding->message = copy(diagnostic->message);
  finding->advice = copy(diagnostic->advice);
  return 0;
}

static void clear_findings(struct findings *findings) {
  for (size_t i = 0; i < findings->count; i++) {
    free(findings->items[i].rule);
    free(findings->items[i].field);
    free(findings->items[i].message);
    free(findings->items[i].advice);
  }
  free(findings->items);
  findings->items = NULL;
  findings->count = 0;
}

int fixture_create(const char *plugin_file, const char *applier,
                   const struct fixture_option *options, struct validator_fixture **fixture,
                   struct hg_error *err) {
  struct validator_fixture *made = calloc(1, sizeof *made);
  void *library = dlopen(plugin_file, RTLD_NOW | RTLD_LOCAL);
  const struct hg_validate_request request = {sizeof request, 0, applier};
  const struct hg_plugin *(*entry)(void);
  void *symbol;

  if (!made)
    give_up("no memory", plugin_file);
  if (!library)
    give_up("cannot load", dlerror());
  symbol = dlsym(library, "headgate_plugin_v1");
  if (!symbol)
    give_up("no entry", plugin_file);
  memcpy(&entry, &symbol, sizeof entry);
  made->plugin = entry();
  made->ops = made->plugin->ops;
  made->options = options;
  made->host = (struct hg_host){
      .struct_size = sizeof made->host,
      .abi_minor = HG_ABI_MINOR,
      .context = made,
      .log = log_nothing,
      .cancelled = never_cancelled,
      .option = find_option,
  };
  if (made->ops->create(&made->host, &request, &made->self, err) != 0) {
    free(made);
    return -1;
  }
  if (made->ops->worker_create && made->ops->worker_create(made->self, &made->worker, err) != 0)
    give_up("worker_create", err->message);
  if (yaml_tree_create(&made->tree, err) != 0)
    give_up("yaml_tree_create", err->message);
  *fixture = made;
  return 0;
}

void fixture_destroy(struct validator_fixture *fixture) {
  if (!fixture)
    return;
  clear_findings(&fixture->findings);
  yaml_tree_destroy(fixture->tree);
  if (fixture->ops->worker_destroy)
    fixture->ops->worker_destroy(fixture->worker);
  fixture->ops->destroy(fixture->self);
  free(fixture);
}

/* As the host does it: by line, then column, else as they came. */
static void sort_findings(struct findings *findings) {
  size_t j;

  for (size_t i = 1; i < findings->count; i++) {
    struct finding finding = findings->items[i];

    for (j = i; j > 0; j--) {
      const struct finding *before = &findings->items[j - 1];

      if (before->line < finding.line ||
          (before->line == finding.line && before->column <= finding.column))
        break;
      findings->items[j] = findings->items[j - 1];
    }
    findings->items[j] = finding;
  }
}

const struct findings *fixture_validate(struct validator_fixture *fixture, const char *text,
                                        size_t length) {
  struct hg_diagnostic_sink sink = {sizeof sink, 0, &fixture->findings, add_finding};
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_tree_document read;
  struct yaml_problem problem = {0};
  uint32_t number = 0;
  int32_t got;

  clear_findings(&fixture->findings);
  if (yaml_tree_open(fixture->tree, text, length, &err) != 0)
    give_up("yaml_tree_open", err.message);
  while ((got = yaml_tree_next(fixture->tree, &read, &problem)) > 0) {
    struct hg_document document = {
        .struct_size = sizeof document,
        .node_size = sizeof(struct hg_node),
        .document_number = ++number,
        .document_count = 1,
        .yaml_path = "test.yaml",
        .root = read.root,
        .bytes = {text, length},
    };

    if (fixture->ops->validate(fixture->self, fixture->worker, &document, &sink, &err) != 0)
      give_up("validate", err.message);
  }
  if (got < 0) {
    struct hg_diagnostic diagnostic = {
        .struct_size = sizeof diagnostic,
        .severity = HG_SEVERITY_ERROR,
        .line = problem.line,
        .column = problem.column,
        .rule = "yaml",
        .field = "",
        .message = problem.message,
    };

    (void)add_finding(&sink, &diagnostic);
  }
  sort_findings(&fixture->findings);
  return &fixture->findings;
}

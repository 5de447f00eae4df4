/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/kuberc.h"

#include "files/input_file.h"
#include "kubeconfig/exec_plugin.h"
#include "kubeconfig/kubeconfig_fields.h"
#include "yaml/yaml_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LARGEST_FILE = 1 << 20 };

static int32_t refuse(const struct kubeconfig_place *place, const char *command, const char *policy,
                      struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                      "exec plugin %.320s: not allowed: credentialPluginPolicy in %.320s is %.20s",
                      command, place->path, policy);
}

/* Names with a slash, or as PATH has them. */
static bool is_same(const char *listed, const char *command, struct arena *arena) {
  const char *left;
  const char *right;

  if (strcmp(listed, command) == 0)
    return true;
  left = exec_plugin_find(listed, arena);
  right = exec_plugin_find(command, arena);
  return left && right && strcmp(left, right) == 0;
}

static int32_t check_list(const struct kubeconfig_place *place, const struct hg_node *root,
                          const char *command, struct hg_error *err) {
  const struct hg_node *list;

  if (kubeconfig_field(place, root, "credentialPluginAllowlist", HG_NODE_SEQUENCE, &list, err) < 0)
    return -1;
  for (const struct hg_node *item = list ? list->first : NULL; item; item = item->next) {
    const char *listed;

    if (kubeconfig_text(place, item, "command", &listed, err) < 0 ||
        (!*listed && kubeconfig_text(place, item, "name", &listed, err) < 0)) /* 1.35 */
      return -1;
    if (!*listed)
      return kubeconfig_wrong_at(place, item, err,
                                 "an item of 'credentialPluginAllowlist' has no command");
    if (is_same(listed, command, place->arena))
      return 0;
  }
  return refuse(place, command, "Allowlist, and does not list it", err);
}

/* A document's verdict: 0: go on with the next; 1: it is the last word; -1: refused. */
typedef int32_t judge_function(const struct kubeconfig_place *place, const struct hg_node *root,
                               const char *command, struct hg_error *err);

/* The first document that names a policy counts. */
static int32_t judge_plugin(const struct kubeconfig_place *place, const struct hg_node *root,
                            const char *command, struct hg_error *err) {
  const char *policy;

  if (kubeconfig_is_null(hg_node_get(root, "credentialPluginPolicy")))
    return 0;
  if (kubeconfig_text(place, root, "credentialPluginPolicy", &policy, err) < 0)
    return -1;
  if (!*policy || strcmp(policy, "AllowAll") == 0)
    return 1;
  if (strcmp(policy, "Allowlist") == 0)
    return check_list(place, root, command, err) < 0 ? -1 : 1;
  return refuse(place, command, policy, err);
}

static bool leads_elsewhere(const char *option) {
  static const char *const options[] = {"as",         "as-group",  "as-uid", "cluster", "context",
                                        "kubeconfig", "namespace", "server", "token",   "user"};

  for (size_t i = 0; i < sizeof options / sizeof *options; i++)
    if (strcmp(option, options[i]) == 0)
      return true;
  return false;
}

static int32_t judge_options(const struct kubeconfig_place *place, const struct hg_node *defaults,
                             const char *key, struct hg_error *err) {
  const struct hg_node *list;

  if (kubeconfig_field(place, defaults, key, HG_NODE_SEQUENCE, &list, err) < 0)
    return -1;
  for (const struct hg_node *option = list ? list->first : NULL; option; option = option->next) {
    const char *name;

    if (kubeconfig_text(place, option, "name", &name, err) < 0)
      return -1;
    if (leads_elsewhere(name))
      return kubeconfig_wrong_at(place, option, err,
                                 "a default of kubectl apply for --%.20s: with it nobody can say "
                                 "where a Job goes; take it out, and use a context",
                                 name);
  }
  return 0;
}

/* `defaults` with `options`; in 1.33, `overrides` with `flags`. */
static int32_t judge_apply(const struct kubeconfig_place *place, const struct hg_node *root,
                           const char *command, struct hg_error *err) {
  static const char *const keys[][2] = {{"defaults", "options"}, {"overrides", "flags"}};

  for (size_t i = 0; i < 2; i++) {
    const struct hg_node *list;

    if (kubeconfig_field(place, root, keys[i][0], HG_NODE_SEQUENCE, &list, err) < 0)
      return -1;
    for (const struct hg_node *item = list ? list->first : NULL; item; item = item->next) {
      const char *name;

      if (kubeconfig_text(place, item, "command", &name, err) < 0 ||
          (strcmp(name, command) == 0 && judge_options(place, item, keys[i][1], err) < 0))
        return -1;
    }
  }
  return 0;
}

/* The file may hold a document a version. */
static int32_t check_file(const struct kubeconfig_place *place, const char *bytes, size_t length,
                          judge_function *judge, const char *command, struct hg_error *err) {
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  int32_t result = 0;
  int32_t found = 1;

  if (yaml_tree_create(&tree, err) < 0)
    return -1;
  if (yaml_tree_open(tree, bytes, length, err) < 0) {
    yaml_tree_destroy(tree);
    return -1;
  }
  while (result == 0 && (found = yaml_tree_next(tree, &document, &problem)) > 0)
    result = judge(place, document.root, command, err);
  if (found < 0)
    result = yaml_file_problem(place->path, &problem, err);
  yaml_tree_destroy(tree);
  return result < 0 ? -1 : 0;
}

static int32_t check(const struct kubeconfig_sources *sources, judge_function *judge,
                     const char *command, struct hg_error *err) {
  struct hg_error reason = HG_ERROR_INIT;
  struct kubeconfig_place place = {0};
  struct arena arena;
  char path[4096];
  char *bytes = NULL;
  size_t length = 0;
  int32_t result;

  if ((sources->kuberc_switch && strcasecmp(sources->kuberc_switch, "false") == 0) ||
      (sources->kuberc && strcmp(sources->kuberc, "off") == 0))
    return 0;
  if (sources->kuberc && *sources->kuberc)
    (void)snprintf(path, sizeof path, "%s", sources->kuberc);
  else
    (void)snprintf(path, sizeof path, "%s%s.kube/kuberc", sources->home ? sources->home : "",
                   sources->home && *sources->home ? "/" : "");
  if (input_file_read(path, LARGEST_FILE, &bytes, &length, &reason) < 0)
    return reason.code == HG_ERROR_NOT_FOUND ? 0
                                             : hg_error_set(err, reason.code, "%s", reason.message);
  arena_init(&arena);
  place.arena = &arena;
  place.path = path;
  result = check_file(&place, bytes, length, judge, command, err);
  arena_finish(&arena);
  free(bytes);
  return result;
}

int32_t kuberc_check_plugin(const struct kubeconfig_sources *sources, const char *command,
                            struct hg_error *err) {
  return check(sources, judge_plugin, command, err);
}

int32_t kuberc_check_apply(const struct kubeconfig_sources *sources, struct hg_error *err) {
  return check(sources, judge_apply, "apply", err);
}

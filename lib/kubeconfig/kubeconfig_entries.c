/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/kubeconfig_entries.h"

#include "kubeconfig/exec_config.h"
#include "kubeconfig/kubeconfig_fields.h"
#include "memory/no_memory.h"

#include <string.h>

static void *out_of_memory(struct hg_error *err) {
  (void)no_memory(err);
  return NULL;
}

/* An entry of `size` bytes, with its name and its place; *value is the mapping `kind` in it. */
static void *begin_entry(const struct kubeconfig_place *place, const struct hg_node *item,
                         const char *kind, size_t size, const struct hg_node **value,
                         struct hg_error *err) {
  struct kubeconfig_entry *entry = arena_alloc(place->arena, size);
  const struct hg_node *extensions;

  if (!entry)
    return out_of_memory(err);
  memset(entry, 0, size);
  if (item->kind != HG_NODE_MAPPING && !kubeconfig_is_null(item)) {
    (void)kubeconfig_wrong_at(place, item, err, "an item of '%ss' is not a mapping", kind);
    return NULL;
  }
  entry->file = place->file;
  entry->line = item->line;
  entry->column = item->column;
  if (kubeconfig_text(place, item, "name", &entry->name, err) < 0 ||
      kubeconfig_field(place, item, kind, HG_NODE_MAPPING, value, err) < 0 ||
      kubeconfig_field(place, *value, "extensions", HG_NODE_SEQUENCE, &extensions, err) < 0)
    return NULL;
  return entry;
}

struct kubeconfig_entry *kubeconfig_context_read(const struct kubeconfig_place *place,
                                                 const struct hg_node *item, struct hg_error *err) {
  const struct hg_node *value;
  struct kubeconfig_context *context =
      begin_entry(place, item, "context", sizeof *context, &value, err);

  if (!context || kubeconfig_text(place, value, "cluster", &context->cluster, err) < 0 ||
      kubeconfig_text(place, value, "user", &context->user, err) < 0 ||
      kubeconfig_text(place, value, "namespace", &context->namespace_name, err) < 0)
    return NULL;
  return &context->entry;
}

/* What the extension client.authentication.k8s.io/exec says to exec plugins. */
static int32_t read_exec_config(const struct kubeconfig_place *place, const struct hg_node *value,
                                const char **config, struct hg_error *err) {
  const struct hg_node *list;

  *config = "";
  if (kubeconfig_field(place, value, "extensions", HG_NODE_SEQUENCE, &list, err) < 0)
    return -1;
  for (const struct hg_node *item = list ? list->first : NULL; item; item = item->next) {
    const char *name;

    if (kubeconfig_text(place, item, "name", &name, err) < 0)
      return -1;
    if (strcmp(name, "client.authentication.k8s.io/exec") == 0)
      return exec_config_json(hg_node_get(item, "extension"), place->arena, config, err);
  }
  return 0;
}

struct kubeconfig_entry *kubeconfig_cluster_read(const struct kubeconfig_place *place,
                                                 const struct hg_node *item, struct hg_error *err) {
  const struct hg_node *value;
  struct kubeconfig_cluster *cluster =
      begin_entry(place, item, "cluster", sizeof *cluster, &value, err);

  if (!cluster || kubeconfig_text(place, value, "server", &cluster->server, err) < 0 ||
      kubeconfig_text(place, value, "tls-server-name", &cluster->tls_server_name, err) < 0 ||
      kubeconfig_text(place, value, "proxy-url", &cluster->proxy_url, err) < 0 ||
      kubeconfig_path(place, value, "certificate-authority", &cluster->certificate_authority, err) <
          0 ||
      kubeconfig_data(place, value, "certificate-authority-data",
                      &cluster->certificate_authority_data, err) < 0 ||
      kubeconfig_boolean(place, value, "insecure-skip-tls-verify", &cluster->is_insecure, err) <
          0 ||
      kubeconfig_boolean(place, value, "disable-compression", &cluster->is_uncompressed, err) < 0 ||
      read_exec_config(place, value, &cluster->exec_config, err) < 0)
    return NULL;
  return &cluster->entry;
}

static int32_t read_environment(const struct kubeconfig_place *place, const struct hg_node *value,
                                struct kubeconfig_exec *exec, struct hg_error *err) {
  const struct hg_node *list;
  struct hg_pair *pair;

  if (kubeconfig_field(place, value, "env", HG_NODE_SEQUENCE, &list, err) < 0)
    return -1;
  exec->environment_count = list ? list->length : 0;
  exec->environment = pair =
      arena_alloc(place->arena, (exec->environment_count + (size_t)1) * sizeof *pair);
  if (!pair)
    return no_memory(err);
  for (const struct hg_node *item = list ? list->first : NULL; item; item = item->next, pair++)
    if (kubeconfig_text(place, item, "name", &pair->name, err) < 0 ||
        kubeconfig_text(place, item, "value", &pair->value, err) < 0)
      return -1;
  return 0;
}

static int32_t read_exec(const struct kubeconfig_place *place, const struct hg_node *user,
                         const struct kubeconfig_exec **found, struct hg_error *err) {
  struct kubeconfig_exec *exec;
  const struct hg_node *value;
  uint32_t count;

  *found = NULL;
  if (kubeconfig_field(place, user, "exec", HG_NODE_MAPPING, &value, err) < 0)
    return -1;
  if (!value)
    return 0;
  *found = exec = arena_alloc(place->arena, sizeof *exec);
  if (!exec)
    return no_memory(err);
  if (kubeconfig_text(place, value, "command", &exec->command, err) < 0 ||
      (strchr(exec->command, '/') &&
       kubeconfig_path(place, value, "command", &exec->command, err) < 0) ||
      kubeconfig_text(place, value, "apiVersion", &exec->api_version, err) < 0 ||
      kubeconfig_text(place, value, "installHint", &exec->install_hint, err) < 0 ||
      kubeconfig_text(place, value, "interactiveMode", &exec->interactive_mode, err) < 0 ||
      kubeconfig_boolean(place, value, "provideClusterInfo", &exec->provides_cluster, err) < 0 ||
      kubeconfig_texts(place, value, "args", &exec->args, &count, err) < 0 ||
      read_environment(place, value, exec, err) < 0)
    return -1;
  if (!*exec->interactive_mode &&
      (strcmp(exec->api_version, "client.authentication.k8s.io/v1beta1") == 0 ||
       strcmp(exec->api_version, "client.authentication.k8s.io/v1alpha1") == 0))
    exec->interactive_mode = "IfAvailable";
  return 0;
}

/* as-user-extra: a mapping of lists. */
static int32_t read_extras(const struct kubeconfig_place *place, const struct hg_node *value,
                           struct kubeconfig_user *user, struct hg_error *err) {
  const struct hg_node *extras;
  struct hg_pair *pairs;
  size_t most = 1;

  if (kubeconfig_field(place, value, "as-user-extra", HG_NODE_MAPPING, &extras, err) < 0)
    return -1;
  for (const struct hg_node *list = extras ? extras->first : NULL; list; list = list->next)
    most += list->length;
  user->impersonate_extras = pairs = arena_alloc(place->arena, most * sizeof *pairs);
  if (!pairs)
    return no_memory(err);
  for (const struct hg_node *list = extras ? extras->first : NULL; list; list = list->next) {
    const char **values;
    uint32_t count;

    if (kubeconfig_is_null(list))
      continue;
    if (list->key->kind != HG_NODE_SCALAR || list->kind != HG_NODE_SEQUENCE)
      return kubeconfig_wrong_at(place, list, err, "'as-user-extra' is not a mapping of lists");
    if (kubeconfig_texts(place, extras, list->key->text, &values, &count, err) < 0)
      return -1;
    for (uint32_t i = 0; i < count && user->impersonate_extra_count < most; i++) {
      struct hg_pair *pair = &pairs[user->impersonate_extra_count++];

      pair->name = arena_copy(place->arena, list->key->text, list->key->length);
      pair->value = values[i];
      if (!pair->name)
        return no_memory(err);
    }
  }
  return 0;
}

struct kubeconfig_entry *kubeconfig_user_read(const struct kubeconfig_place *place,
                                              const struct hg_node *item, struct hg_error *err) {
  const struct hg_node *value;
  const struct hg_node *provider;
  struct kubeconfig_user *user = begin_entry(place, item, "user", sizeof *user, &value, err);

  if (!user ||
      kubeconfig_path(place, value, "client-certificate", &user->client_certificate, err) < 0 ||
      kubeconfig_path(place, value, "client-key", &user->client_key, err) < 0 ||
      kubeconfig_data(place, value, "client-certificate-data", &user->client_certificate_data,
                      err) < 0 ||
      kubeconfig_data(place, value, "client-key-data", &user->client_key_data, err) < 0 ||
      kubeconfig_text(place, value, "token", &user->token, err) < 0 ||
      kubeconfig_path(place, value, "tokenFile", &user->token_file, err) < 0 ||
      kubeconfig_text(place, value, "username", &user->username, err) < 0 ||
      kubeconfig_text(place, value, "password", &user->password, err) < 0 ||
      kubeconfig_text(place, value, "as", &user->impersonate_user, err) < 0 ||
      kubeconfig_text(place, value, "as-uid", &user->impersonate_uid, err) < 0 ||
      kubeconfig_texts(place, value, "as-groups", &user->impersonate_groups,
                       &user->impersonate_group_count, err) < 0 ||
      read_extras(place, value, user, err) < 0 || read_exec(place, value, &user->exec, err) < 0 ||
      kubeconfig_field(place, value, "auth-provider", HG_NODE_MAPPING, &provider, err) < 0 ||
      (provider && kubeconfig_text(place, provider, "name", &user->auth_provider, err) < 0))
    return NULL;
  return &user->entry;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/target.h"

#include "files/input_file.h"
#include "kubeconfig/kuberc.h"
#include "kubeconfig/validation.h"
#include "memory/no_memory.h"
#include "text/suggestion.h"
#include "text/visible_text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { MOST_SUGGESTIONS = 1000 };

static bool is_given(const char *text) {
  return text && *text;
}

static int32_t no_context(const struct kubeconfig_files *files, const char *name,
                          struct hg_error *err) {
  struct suggestion suggestion;
  const struct kubeconfig_entry *entry = files->contexts;

  suggestion_init(&suggestion, name);
  for (int i = 0; entry && i < MOST_SUGGESTIONS; i++, entry = entry->next)
    suggestion_consider(&suggestion, entry->name);
  if (suggestion.nearest)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "context \"%.320s\" does not exist: did you mean \"%.320s\"?", name,
                        suggestion.nearest);
  return hg_error_set(err, HG_ERROR_NOT_FOUND,
                      "context \"%.320s\" does not exist: `kubectl config get-contexts` lists them",
                      name);
}

/* `path` in the Pod's directory of its service account. */
static int32_t service_account_path(const struct kubeconfig_sources *sources, const char *name,
                                    struct text_buffer *path, struct hg_error *err) {
  text_buffer_reset(path);
  text_buffer_printf(path, "%s/%s", sources->service_account, name);
  return path->failed ? no_memory(err) : 0;
}

/* The namespace that kubectl takes inside a Pod where no context names one, whichever cluster it
 * talks to. */
static int32_t pod_namespace(const struct kubeconfig_sources *sources, struct arena *arena,
                             struct text_buffer *path, const char **name, struct hg_error *err) {
  struct hg_error unreadable = HG_ERROR_INIT;
  char *bytes = NULL;
  size_t length = 0;
  size_t start = 0;

  *name = "default";
  if (is_given(sources->pod_namespace)) {
    *name = sources->pod_namespace;
    return 0;
  }
  if (service_account_path(sources, "namespace", path, err) < 0)
    return -1;
  if (input_file_read(text_buffer_string(path), 4096, &bytes, &length, &unreadable) < 0)
    return 0;
  while (length > 0 && strchr(" \t\r\n", bytes[length - 1]))
    length--;
  while (start < length && strchr(" \t\r\n", bytes[start]))
    start++;
  if (length > start)
    *name = arena_copy(arena, bytes + start, length - start);
  free(bytes);
  return *name ? 0 : no_memory(err);
}

/* Whether this runs in a Pod whose service account could be used. */
static int32_t look_for_pod(const struct kubeconfig_sources *sources, struct text_buffer *text,
                            bool *found, struct hg_error *err) {
  struct stat status;

  *found = false;
  if (!is_given(sources->service_host) || !is_given(sources->service_port) ||
      !is_given(sources->service_account))
    return 0;
  if (service_account_path(sources, "token", text, err) < 0)
    return -1;
  *found = stat(text_buffer_string(text), &status) == 0 && !S_ISDIR(status.st_mode);
  return 0;
}

/* Whether what the files say is what kubectl would take without any: then a Pod's own cluster comes
 * first. What it does not read (credentials for a server without TLS) does not count. */
static bool says_nothing(const struct kubeconfig_cluster *cluster,
                         const struct kubeconfig_user *user, const char *server,
                         const char *default_server) {
  if (strcmp(server, default_server) != 0 || (user && *user->impersonate_user) ||
      (cluster && (*cluster->proxy_url || cluster->is_uncompressed)))
    return false;
  if (strncasecmp(server, "https://", 8) != 0)
    return true;
  if (cluster && (*cluster->tls_server_name || *cluster->certificate_authority ||
                  cluster->certificate_authority_data.length > 0 || cluster->is_insecure))
    return false;
  return !user || (!*user->token && !*user->token_file && !*user->client_certificate &&
                   user->client_certificate_data.length == 0 && !*user->username &&
                   !*user->password && !user->auth_provider && !user->exec);
}

static int32_t use_pod(const struct kubeconfig_sources *sources, struct arena *arena,
                       struct text_buffer *text, struct kubeconfig_target *target,
                       struct hg_error *err) {
  bool is_ipv6 = strchr(sources->service_host, ':') != NULL;

  text_buffer_reset(text);
  text_buffer_printf(text, "https://%s%s%s:%s", is_ipv6 ? "[" : "", sources->service_host,
                     is_ipv6 ? "]" : "", sources->service_port);
  target->server = text->failed ? NULL : arena_copy(arena, text->data, text->length);
  target->is_default_server = false;
  target->is_pod = true;
  return target->server ? 0 : no_memory(err);
}

/* A copy in the caller's memory: the files' is erased. */
static const char *keep(struct arena *arena, const char *text) {
  return arena_copy(arena, text, strlen(text));
}

static int32_t find_namespace(const struct kubeconfig_sources *sources, struct arena *arena,
                              const struct kubeconfig_context *context, bool is_in_pod,
                              struct text_buffer *text, struct kubeconfig_target *target,
                              struct hg_error *err) {
  const char *name = "default";

  if (is_given(sources->namespace_name))
    name = sources->namespace_name;
  else if (context && *context->namespace_name)
    name = context->namespace_name;
  else if (is_in_pod)
    return pod_namespace(sources, arena, text, &target->default_namespace, err);
  target->default_namespace = keep(arena, name);
  return target->default_namespace ? 0 : no_memory(err);
}

static int32_t find_target(const struct kubeconfig_files *files,
                           const struct kubeconfig_sources *sources, struct arena *arena,
                           struct kubeconfig_target *target, struct hg_error *err) {
  const char *name = is_given(sources->context) ? sources->context : files->current_context;
  const char *default_server =
      is_given(sources->default_server) ? sources->default_server : "http://localhost:8080";
  const struct kubeconfig_context *context = kubeconfig_files_context(files, name);
  const struct kubeconfig_cluster *cluster =
      kubeconfig_files_cluster(files, context ? context->cluster : "");
  const struct kubeconfig_user *user = kubeconfig_files_user(files, context ? context->user : "");
  struct text_buffer text;
  bool is_in_pod;
  int32_t result = -1;

  if (!context && *name)
    return no_context(files, name, err);
  if (kubeconfig_validate(cluster, user, err) < 0)
    return -1;
  text_buffer_init(&text);
  target->is_default_server = !cluster || !*cluster->server;
  target->is_pod = false;
  target->context = keep(arena, name);
  target->cluster = keep(arena, context ? context->cluster : "");
  target->user = keep(arena, context ? context->user : "");
  target->server = keep(arena, target->is_default_server ? default_server : cluster->server);
  if (!target->context || !target->cluster || !target->user || !target->server)
    (void)no_memory(err);
  else if (look_for_pod(sources, &text, &is_in_pod, err) == 0 &&
           find_namespace(sources, arena, context, is_in_pod, &text, target, err) == 0)
    result = is_in_pod && says_nothing(cluster, user, target->server, default_server)
                 ? use_pod(sources, arena, &text, target, err)
                 : 0;
  text_buffer_finish(&text);
  return result;
}

int32_t kubeconfig_find_target(const struct kubeconfig_sources *sources, struct arena *arena,
                               struct kubeconfig_target *target, struct hg_error *err) {
  static const struct hg_error no_error = HG_ERROR_INIT;
  struct kubeconfig_files files;
  int32_t result;

  memset(target, 0, sizeof *target);
  target->reason = no_error;
  result = kubeconfig_files_read(&files, sources, &target->reason);
  if (result == 0)
    result = find_target(&files, sources, arena, target, &target->reason);
  if (result == 0)
    result = kuberc_check_apply(sources, &target->reason);
  kubeconfig_files_finish(&files);
  target->is_known = result == 0;
  if (result < 0) {
    target->context = target->cluster = target->user = target->server = "";
    target->default_namespace = is_given(sources->namespace_name) ? sources->namespace_name : "";
    target->is_default_server = target->is_pod = false;
    (void)hg_error_set(err, target->reason.code, "%s", target->reason.message);
  }
  return result;
}

void kubeconfig_append_server(struct text_buffer *text, const char *server) {
  size_t scheme_length = strcspn(server, ":/?#\\@");
  bool has_scheme = strncmp(server + scheme_length, "://", 3) == 0;
  const char *authority = has_scheme ? server + scheme_length + 3 : server;
  size_t authority_length = strcspn(authority, "/?#\\");
  const char *host = authority;

  for (size_t i = 0; i < authority_length; i++)
    if (authority[i] == '@')
      host = authority + i + 1;
  if (strchr(authority + authority_length, '@')) {
    text_buffer_append_string(text, "(not shown: it may hold a password)");
    return;
  }
  visible_text_append(text, server, (size_t)(authority - server));
  visible_text_append(text, host, strcspn(host, "?#"));
}

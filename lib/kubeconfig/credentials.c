/* SPDX-License-Identifier: Apache-2.0 */
#include "kubeconfig/credentials.h"

#include "files/input_file.h"
#include "kubeconfig/kubeconfig_files.h"
#include "kubeconfig/kuberc.h"
#include "kubeconfig/server_url.h"
#include "kubeconfig/target.h"
#include "kubeconfig/validation.h"
#include "memory/no_memory.h"
#include "text/timestamp.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LARGEST_FILE = 1 << 20, TOKEN_FILE_MS = 50000 }; /* a minute, less ten seconds */

/* What is handed out; `credentials` is the first member. */
struct held {
  struct hg_credentials credentials;
  struct arena arena;
  size_t holders; /* the source is one, as long as these are its newest */
};

struct credential_source {
  const struct kubeconfig_sources *sources;
  const struct exec_surroundings *surroundings;
  struct arena arena;
  struct kubeconfig_files files;
  struct kubeconfig_target target;
  const struct kubeconfig_cluster *cluster; /* NULL: none */
  const struct kubeconfig_user *user;       /* NULL: none */
  struct held *newest;
};

static int32_t is_tls(const struct credential_source *source) {
  return strncasecmp(source->target.server, "https://", 8) == 0;
}

/* What only kubectl can do, and what nobody can any more. */
static int32_t check_user(const struct kubeconfig_user *user, struct hg_error *err) {
  const char *provider = user->auth_provider;
  const char *name = user->entry.name;

  if (*user->username || *user->password)
    return hg_error_set(
        err, HG_ERROR_UNSUPPORTED,
        "user \"%.320s\" has a user name and a password, which Headgate sends nobody: "
        "`--applier kubectl` still does",
        name);
  if (!provider)
    return 0;
  if (strcmp(provider, "gcp") == 0 || strcmp(provider, "azure") == 0 ||
      strcmp(provider, "openstack") == 0)
    return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                        "user \"%.320s\": the %s auth-provider has been removed, from kubectl too: "
                        "let its cloud's tool write an exec plugin into the kubeconfig",
                        name, provider);
  return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                      "user \"%.320s\" has auth-provider \"%.40s\", which Headgate cannot do: "
                      "`--applier kubectl` can",
                      name, provider);
}

static int32_t find_entries(struct credential_source *source, const char *cluster, const char *user,
                            struct hg_error *err) {
  const struct kubeconfig_target *target = &source->target;

  if (!cluster && !user && target->is_pod)
    return 0;
  source->cluster = kubeconfig_files_cluster(&source->files, cluster ? cluster : target->cluster);
  source->user = kubeconfig_files_user(&source->files, user ? user : target->user);
  if (cluster && !source->cluster)
    return hg_error_set(err, HG_ERROR_NOT_FOUND, "the kubeconfig has no cluster \"%.320s\"",
                        cluster);
  if (user && *user && !source->user)
    return hg_error_set(err, HG_ERROR_NOT_FOUND, "the kubeconfig has no user \"%.320s\"", user);
  if (cluster && *source->cluster->server)
    source->target.server = source->cluster->server;
  if (kubeconfig_validate(source->cluster, source->user, err) < 0)
    return -1;
  if (!is_tls(source))
    return 0;
  if (source->cluster && source->cluster->is_insecure &&
      (*source->cluster->certificate_authority ||
       source->cluster->certificate_authority_data.length > 0))
    return hg_error_set(err, HG_ERROR_INVALID,
                        "cluster \"%.320s\" has insecure-skip-tls-verify and a certificate "
                        "authority: kubectl takes one of them",
                        source->cluster->entry.name);
  return source->user ? check_user(source->user, err) : 0;
}

int32_t credential_source_create(const struct kubeconfig_sources *sources, const char *cluster,
                                 const char *user, const struct exec_surroundings *surroundings,
                                 struct credential_source **source, struct hg_error *err) {
  struct credential_source *made = calloc(1, sizeof *made);

  *source = NULL;
  if (!made)
    return no_memory(err);
  arena_init(&made->arena);
  made->sources = sources;
  made->surroundings = surroundings;
  if (kubeconfig_files_read(&made->files, sources, err) < 0 ||
      kubeconfig_find_target(sources, &made->arena, &made->target, err) < 0 ||
      find_entries(made, cluster, user, err) < 0) {
    credential_source_destroy(made);
    return -1;
  }
  *source = made;
  return 0;
}

void credential_source_destroy(struct credential_source *source) {
  if (!source)
    return;
  if (source->newest)
    credential_release(&source->newest->credentials);
  kubeconfig_files_finish(&source->files);
  arena_erase(&source->arena);
  free(source);
}

bool credential_source_was_asked(const struct credential_source *source) {
  return source->newest != NULL;
}

void credential_release(const struct hg_credentials *credentials) {
  struct held *held;

  memcpy(&held, &credentials, sizeof held); /* it was made here, and is ours to write */
  if (--held->holders > 0)
    return;
  arena_erase(&held->arena);
  free(held);
}

/* The bytes of a file, in the arena. */
static int32_t read_bytes(struct arena *arena, const char *path, struct hg_bytes *bytes,
                          struct hg_error *err) {
  char *data = NULL;
  size_t length = 0;

  if (input_file_read(path, LARGEST_FILE, &data, &length, err) < 0)
    return -1;
  bytes->data = arena_copy(arena, data, length);
  bytes->length = length;
  explicit_bzero(data, length);
  free(data);
  return bytes->data ? 0 : no_memory(err);
}

/* Data, or what a file holds. */
static int32_t take_pem(struct arena *arena, struct hg_bytes data, const char *path,
                        struct hg_bytes *pem, struct hg_error *err) {
  if (data.length == 0 && *path)
    return read_bytes(arena, path, pem, err);
  pem->data = arena_copy(arena, data.length > 0 ? data.data : "", data.length);
  pem->length = data.length;
  return pem->data ? 0 : no_memory(err);
}

static int32_t read_token(struct held *held, const char *path, struct hg_error *err) {
  static const char blanks[] = " \t\r\n\v\f";
  struct hg_bytes bytes = {"", 0};
  char *token;
  size_t length;

  if (read_bytes(&held->arena, path, &bytes, err) < 0)
    return -1;
  token = arena_copy(&held->arena, bytes.data + strspn(bytes.data, blanks),
                     strlen(bytes.data + strspn(bytes.data, blanks)));
  if (!token)
    return no_memory(err);
  for (length = strlen(token); length > 0 && strchr(blanks, token[length - 1]);)
    token[--length] = '\0';
  if (length == 0 || strpbrk(token, "\r\n"))
    return hg_error_set(err, HG_ERROR_INVALID, "%.800s: %s", path,
                        length == 0 ? "holds no token" : "holds more than a token");
  held->credentials.token = token;
  held->credentials.fresh_until = timestamp_now_ms() + TOKEN_FILE_MS;
  return 0;
}

/* A token of a file wins over the one beside it, which serves while the file cannot be read. */
static int32_t take_token(struct held *held, const struct kubeconfig_user *user,
                          struct hg_error *err) {
  if (*user->token) {
    held->credentials.token = arena_copy(&held->arena, user->token, strlen(user->token));
    if (!held->credentials.token)
      return no_memory(err);
    if (user->token[strcspn(user->token, "\r\n")])
      return hg_error_set(err, HG_ERROR_INVALID, "the token of user \"%.320s\" has a line break",
                          user->entry.name);
    if (*user->token_file)
      (void)read_token(held, user->token_file, NULL);
    return 0;
  }
  return *user->token_file ? read_token(held, user->token_file, err) : 0;
}

static int32_t run_plugin(struct credential_source *source, struct held *held,
                          struct hg_error *err) {
  const struct kubeconfig_exec *exec = source->user->exec;
  struct kubeconfig_cluster told = {.tls_server_name = "", .proxy_url = "", .exec_config = ""};
  struct exec_credential given;

  if (source->cluster)
    told = *source->cluster;
  told.server = held->credentials.server;
  if (kuberc_check_plugin(source->sources, exec->command, err) < 0 ||
      exec_plugin_run(exec, &told, held->credentials.ca, source->surroundings, &held->arena, &given,
                      err) < 0)
    return -1;
  held->credentials.token = given.token;
  held->credentials.certificate.data = given.certificate;
  held->credentials.certificate.length = strlen(given.certificate);
  held->credentials.key.data = given.key;
  held->credentials.key.length = strlen(given.key);
  held->credentials.fresh_until = given.expires;
  return 0;
}

static int32_t take_user(struct credential_source *source, struct held *held,
                         struct hg_error *err) {
  const struct kubeconfig_user *user = source->user;
  struct hg_credentials *credentials = &held->credentials;

  if (take_pem(&held->arena, user->client_certificate_data, user->client_certificate,
               &credentials->certificate, err) < 0 ||
      (credentials->certificate.length > 0 &&
       take_pem(&held->arena, user->client_key_data, user->client_key, &credentials->key, err) <
           0) ||
      take_token(held, user, err) < 0)
    return -1;
  if (user->exec && !*credentials->token && credentials->certificate.length == 0)
    return run_plugin(source, held, err);
  return 0;
}

/* A copy of what is to stand in a header Impersonate-*; NULL: it cannot, or memory is out. */
static const char *keep_header(struct held *held, const char *value, const char *user,
                               struct hg_error *err) {
  const char *copy = arena_copy(&held->arena, value, strlen(value));

  for (const char *at = value; *at; at++)
    if (((unsigned char)*at < ' ' && *at != '\t') || *at == 0x7f) {
      (void)hg_error_set(err, HG_ERROR_INVALID,
                         "user \"%.320s\": 'as' or what goes with it holds a control character, "
                         "which no header can have",
                         user);
      return NULL;
    }
  if (!copy)
    (void)no_memory(err);
  return copy;
}

/* What goes with every request, TLS or not; the strings are the source's no longer. */
static int32_t take_impersonation(struct held *held, const struct kubeconfig_user *user,
                                  struct hg_error *err) {
  struct hg_credentials *credentials = &held->credentials;
  const char **groups;
  struct hg_pair *extras;

  if (!*user->impersonate_user)
    return 0;
  groups = arena_alloc(&held->arena, (user->impersonate_group_count + (size_t)1) * sizeof *groups);
  extras = arena_alloc(&held->arena, (user->impersonate_extra_count + (size_t)1) * sizeof *extras);
  if (!groups || !extras)
    return no_memory(err);
#define KEPT(text) keep_header(held, text, user->entry.name, err)
  credentials->impersonate_user = KEPT(user->impersonate_user);
  credentials->impersonate_uid = KEPT(user->impersonate_uid);
  for (uint32_t i = 0; i < user->impersonate_group_count; i++)
    if (!(groups[i] = KEPT(user->impersonate_groups[i])))
      return -1;
  for (uint32_t i = 0; i < user->impersonate_extra_count; i++) {
    extras[i].name = arena_copy(&held->arena, user->impersonate_extras[i].name,
                                strlen(user->impersonate_extras[i].name));
    extras[i].value = KEPT(user->impersonate_extras[i].value);
    if (!extras[i].name)
      return no_memory(err);
    if (!extras[i].value)
      return -1;
  }
#undef KEPT
  credentials->impersonate_groups = groups;
  credentials->impersonate_group_count = user->impersonate_group_count;
  credentials->impersonate_extras = extras;
  credentials->impersonate_extra_count = user->impersonate_extra_count;
  return credentials->impersonate_user && credentials->impersonate_uid ? 0 : -1;
}

/* `name` in the directory of the service account. */
static const char *account_file(const struct credential_source *source, struct held *held,
                                const char *name) {
  size_t size = strlen(source->sources->service_account) + strlen(name) + 2;
  char *path = arena_alloc(&held->arena, size);

  if (path)
    (void)snprintf(path, size, "%s/%s", source->sources->service_account, name);
  return path;
}

static int32_t take_pod(struct credential_source *source, struct held *held, struct hg_error *err) {
  const char *token = account_file(source, held, "token");
  const char *ca = account_file(source, held, "ca.crt");
  struct hg_error unreadable = HG_ERROR_INIT;

  if (!token || !ca)
    return no_memory(err);
  held->credentials.flags |= HG_CREDENTIALS_IN_CLUSTER;
  /* client-go goes on with the system's roots, too. */
  (void)read_bytes(&held->arena, ca, &held->credentials.ca, &unreadable);
  return read_token(held, token, err);
}

static int32_t take_cluster(struct credential_source *source, struct held *held,
                            struct hg_error *err) {
  const struct kubeconfig_cluster *cluster = source->cluster;
  struct hg_credentials *credentials = &held->credentials;

  credentials->proxy_url = arena_copy(&held->arena, cluster->proxy_url, strlen(cluster->proxy_url));
  if (!credentials->proxy_url)
    return no_memory(err);
  if (cluster->is_uncompressed)
    credentials->flags |= HG_CREDENTIALS_NO_COMPRESSION;
  if (!is_tls(source))
    return 0;
  if (cluster->is_insecure)
    credentials->flags |= HG_CREDENTIALS_INSECURE;
  credentials->tls_server_name =
      arena_copy(&held->arena, cluster->tls_server_name, strlen(cluster->tls_server_name));
  if (!credentials->tls_server_name)
    return no_memory(err);
  return take_pem(&held->arena, cluster->certificate_authority_data, cluster->certificate_authority,
                  &credentials->ca, err);
}

static int32_t fill(struct credential_source *source, struct held *held, struct hg_error *err) {
  struct hg_credentials *credentials = &held->credentials;
  const char *name = source->target.default_namespace;

  credentials->struct_size = sizeof *credentials;
  credentials->tls_server_name = credentials->proxy_url = credentials->token = "";
  credentials->impersonate_user = credentials->impersonate_uid = "";
  credentials->ca.data = credentials->certificate.data = credentials->key.data = "";
  credentials->default_namespace = arena_copy(&held->arena, name, strlen(name));
  if (!credentials->default_namespace)
    return no_memory(err);
  if (server_url_normalize(source->target.server, &held->arena, &credentials->server, err) < 0)
    return -1;
  if (source->target.is_pod && !source->cluster)
    return take_pod(source, held, err);
  if (source->cluster && take_cluster(source, held, err) < 0)
    return -1;
  if (!source->user)
    return 0;
  if (take_impersonation(held, source->user, err) < 0)
    return -1;
  return is_tls(source) ? take_user(source, held, err) : 0;
}

int32_t credential_source_get(struct credential_source *source,
                              const struct hg_credentials *refused,
                              const struct hg_credentials **credentials, struct hg_error *err) {
  struct held *newest = source->newest;
  struct hg_error reason = HG_ERROR_INIT;
  bool is_refused = newest && refused == &newest->credentials;
  struct held *made;

  if (newest && !is_refused &&
      (newest->credentials.fresh_until == 0 ||
       timestamp_now_ms() <= newest->credentials.fresh_until)) {
    newest->holders++;
    *credentials = &newest->credentials;
    return 0;
  }
  made = calloc(1, sizeof *made);
  if (!made)
    return no_memory(err);
  arena_init(&made->arena);
  made->holders = 1;
  if (fill(source, made, &reason) < 0) {
    credential_release(&made->credentials);
    /* A token file that is being replaced: the last good one stays, as long as it is taken. */
    if (!newest || is_refused || (source->user && source->user->exec))
      return hg_error_set(err, reason.code, "%s", reason.message);
    newest->holders++;
    *credentials = &newest->credentials;
    return 0;
  }
  if (newest)
    credential_release(&newest->credentials);
  source->newest = made;
  made->holders++;
  *credentials = &made->credentials;
  return 0;
}

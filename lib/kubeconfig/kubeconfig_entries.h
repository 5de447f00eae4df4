/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of kubeconfig files: clusters, users, contexts, as client-go's
 * tools/clientcmd/api/v1/types.go names their fields.
 */
#ifndef LIB_KUBECONFIG_KUBECONFIG_ENTRIES_H
#define LIB_KUBECONFIG_KUBECONFIG_ENTRIES_H

#include "memory/arena.h"

#include <headgate/bytes.h>
#include <headgate/error.h>
#include <headgate/job.h>
#include <headgate/node.h>
#include <stdbool.h>
#include <stdint.h>

/* What the three kinds have in common. Texts are never NULL, "" where there is none, as they stand
 * in the file; paths are absolute. Everything is the arena's. */
struct kubeconfig_entry {
  const char *name;
  uint32_t file; /* number of the file, from 1 */
  uint32_t line;
  uint32_t column;
  struct kubeconfig_entry *next;
};

struct kubeconfig_context {
  struct kubeconfig_entry entry;
  const char *cluster;
  const char *user;
  const char *namespace_name;
};

struct kubeconfig_cluster {
  struct kubeconfig_entry entry;
  const char *server;
  const char *tls_server_name;
  const char *certificate_authority; /* path */
  const char *proxy_url;
  const char *exec_config; /* JSON that exec plugins are told; "": none */
  struct hg_bytes certificate_authority_data;
  bool is_insecure;
  bool is_uncompressed;
};

/* A program that gives credentials. */
struct kubeconfig_exec {
  const char *command;
  const char *api_version;
  const char *interactive_mode; /* "Never", "IfAvailable", "Always"; with v1beta1 never "" */
  const char *install_hint;
  const char **args; /* NULL-terminated */
  const struct hg_pair *environment;
  uint32_t environment_count;
  bool provides_cluster;
};

struct kubeconfig_user {
  struct kubeconfig_entry entry;
  const char *client_certificate; /* path */
  const char *client_key;         /* path */
  const char *token;
  const char *token_file; /* path */
  const char *username;
  const char *password;
  const char *impersonate_user;
  const char *impersonate_uid;
  const char **impersonate_groups; /* NULL-terminated */
  const struct hg_pair *impersonate_extras;
  uint32_t impersonate_group_count;
  uint32_t impersonate_extra_count;
  const char *auth_provider;          /* its name; NULL: none */
  const struct kubeconfig_exec *exec; /* NULL: none */
  struct hg_bytes client_certificate_data;
  struct hg_bytes client_key_data;
};

/* The file that is being read. */
struct kubeconfig_place {
  struct arena *arena;
  const char *path;
  uint32_t file;
};

/* An item of the lists "contexts", "clusters" and "users". NULL, with file, line and column in
 * `err`, where kubectl would not take it. */
struct kubeconfig_entry *kubeconfig_context_read(const struct kubeconfig_place *place,
                                                 const struct hg_node *item, struct hg_error *err);
struct kubeconfig_entry *kubeconfig_cluster_read(const struct kubeconfig_place *place,
                                                 const struct hg_node *item, struct hg_error *err);
struct kubeconfig_entry *kubeconfig_user_read(const struct kubeconfig_place *place,
                                              const struct hg_node *item, struct hg_error *err);

#endif

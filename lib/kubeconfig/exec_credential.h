/* SPDX-License-Identifier: Apache-2.0 */
/* The object ExecCredential of client.authentication.k8s.io, v1beta1 and v1: what an exec plugin is
 * told, and what it answers. */
#ifndef LIB_KUBECONFIG_EXEC_CREDENTIAL_H
#define LIB_KUBECONFIG_EXEC_CREDENTIAL_H

#include "kubeconfig/kubeconfig_entries.h"
#include "text/text_buffer.h"

/* What a plugin gave. Strings are the arena's, "" where there is none. */
struct exec_credential {
  const char *token;
  const char *certificate; /* PEM */
  const char *key;         /* PEM */
  int64_t expires;         /* milliseconds since 1970; 0: it does not say */
};

/* Appends what the environment variable KUBERNETES_EXEC_INFO says. `cluster` is NULL where the
 * plugin is not to know; `ca` is the PEM of its authorities. */
void exec_credential_ask(const char *api_version, const struct kubeconfig_cluster *cluster,
                         struct hg_bytes ca, bool is_interactive, struct text_buffer *text);

/* Reads what a plugin answered. -1, with what is wrong in words that hold nothing of it. */
int32_t exec_credential_read(const char *api_version, const char *bytes, size_t length,
                             struct arena *arena, struct exec_credential *credential,
                             struct hg_error *err);

#endif

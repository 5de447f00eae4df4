/* SPDX-License-Identifier: Apache-2.0 */
/* Running an exec plugin: a program that gives credentials (client-go's
 * plugin/pkg/client/auth/exec). Without a shell, in a process group of its own, for a bounded time,
 * with a bounded answer. */
#ifndef LIB_KUBECONFIG_EXEC_PLUGIN_H
#define LIB_KUBECONFIG_EXEC_PLUGIN_H

#include "kubeconfig/exec_credential.h"

#include <stdbool.h>

/* What surrounds a plugin that runs. */
struct exec_surroundings {
  void *context;
  /* A line that the plugin wrote to standard error, made visible. */
  void (*say)(void *context, const char *line);
  /* Asked ten times a second: whether the user wishes to stop. */
  bool (*is_cancelled)(void *context);
  bool has_terminal;   /* standard input is a terminal that a plugin may read */
  int64_t deadline_ms; /* 0: a minute, or five where a person is asked */
};

enum { EXEC_PLUGIN_MOST = 1 << 20 }; /* bytes that a plugin may answer, and say */

/* Runs `exec` for `cluster`, whose authorities are `ca`, and reads its answer. -1, naming the
 * program: HG_ERROR_NOT_FOUND with its install hint, HG_ERROR_CANCELLED, HG_ERROR_LIMIT,
 * HG_ERROR_UNSUPPORTED where it wants a terminal and there is none or its apiVersion is gone,
 * HG_ERROR_FAILED. Nothing of it lives on. One at a time in a process. */
int32_t exec_plugin_run(const struct kubeconfig_exec *exec,
                        const struct kubeconfig_cluster *cluster, struct hg_bytes ca,
                        const struct exec_surroundings *surroundings, struct arena *arena,
                        struct exec_credential *credential, struct hg_error *err);

/* Where the program is: `command` itself where it has a slash, else as PATH has it, absolute
 * directories alone. In the arena; NULL where it is not there. */
const char *exec_plugin_find(const char *command, struct arena *arena);

#endif

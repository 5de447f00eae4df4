/* SPDX-License-Identifier: Apache-2.0 */
/* Which cluster a kubectl would talk to, found out as kubectl does it: client-go's loading rules
 * ("Organizing Cluster Access Using kubeconfig Files", kubernetes.io/docs/concepts/configuration).
 *
 * Users, tokens and keys in these files are not looked at.
 */
#ifndef LIB_KUBECONFIG_KUBECONFIG_H
#define LIB_KUBECONFIG_KUBECONFIG_H

#include "kubeconfig/kubeconfig_sources.h"
#include "memory/arena.h"
#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stdint.h>

/* What kubectl would use. The strings are the arena's or the sources', never NULL, and as they
 * stand in the files: not made visible. */
struct kubeconfig_target {
  const char *context;           /* "": none; there may be no kubeconfig at all */
  const char *cluster;           /* "": none */
  const char *server;            /* a URL, perhaps with a password: show it by
                                    kubeconfig_append_server */
  const char *default_namespace; /* of objects that name none */
  bool is_default_server;        /* no file names a server: kubectl takes its own default */
  bool is_pod;                   /* the cluster of the Pod that this runs in */
};

/* Reads the files. -1 where kubectl would refuse: HG_ERROR_NOT_FOUND for a context that does not
 * exist, or a file given by --kubeconfig that does not; HG_ERROR_INVALID, with file, line and
 * column, for what is no kubeconfig; HG_ERROR_IO and HG_ERROR_LIMIT (3 MiB a file) for files that
 * cannot be read. kubectl refuses more than is checked here: what a target does not need.
 * Any thread. */
int32_t kubeconfig_find_target(const struct kubeconfig_sources *sources, struct arena *arena,
                               struct kubeconfig_target *target, struct hg_error *err);

/* Appends a server's URL to be looked at: made visible, without user, password, query and fragment.
 * A URL with an "@" where it is not clear what it separates is not shown at all. */
void kubeconfig_append_server(struct text_buffer *text, const char *server);

#endif

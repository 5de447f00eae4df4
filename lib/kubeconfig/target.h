/* SPDX-License-Identifier: Apache-2.0 */
/* Which cluster a kubectl would talk to, as whom and in which namespace, found out as kubectl does
 * it: client-go's loading rules ("Organizing Cluster Access Using kubeconfig Files",
 * kubernetes.io/docs/concepts/configuration). The one place that says so, for the screen, the
 * history, sealed plans and every applier.
 */
#ifndef LIB_KUBECONFIG_TARGET_H
#define LIB_KUBECONFIG_TARGET_H

#include "kubeconfig/kubeconfig_files.h"
#include "text/text_buffer.h"

/* What kubectl would use. The strings are never NULL, the arena's or the sources', and as they
 * stand in the files: not made visible. */
struct kubeconfig_target {
  const char *context;           /* "": none; there may be no kubeconfig at all */
  const char *cluster;           /* name of the cluster entry; "": none */
  const char *user;              /* name of the user entry; "": none */
  const char *server;            /* a URL, perhaps with a password: show it by
                                    kubeconfig_append_server */
  const char *default_namespace; /* of objects that name none */
  bool is_default_server;        /* no file names a server: kubectl takes its own default */
  bool is_pod;                   /* the cluster of the Pod that this runs in */
  bool is_known;                 /* false: kubectl would refuse, for `reason`; all else is "" */
  struct hg_error reason;
};

/* Reads the files. -1 where kubectl would refuse, with the reason also in *target:
 * HG_ERROR_NOT_FOUND for a context that does not exist, and as kubeconfig_files_read and
 * kubeconfig_validate. kubectl refuses more than is checked here: what a target does not need.
 * Where there is no configuration at all, that is no error: kubectl has its defaults. Any thread.
 */
int32_t kubeconfig_find_target(const struct kubeconfig_sources *sources, struct arena *arena,
                               struct kubeconfig_target *target, struct hg_error *err);

/* Appends a server's URL to be looked at: made visible, without user, password, query and fragment.
 * A URL with an "@" where it is not clear what it separates is not shown at all. */
void kubeconfig_append_server(struct text_buffer *text, const char *server);

#endif

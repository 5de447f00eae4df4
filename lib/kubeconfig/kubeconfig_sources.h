/* SPDX-License-Identifier: Apache-2.0 */
/* Where kubectl looks for the cluster to talk to: flags, environment, files, the Pod around it. */
#ifndef LIB_KUBECONFIG_KUBECONFIG_SOURCES_H
#define LIB_KUBECONFIG_KUBECONFIG_SOURCES_H

#include "memory/arena.h"

#include <stddef.h>
#include <stdint.h>

/* Everything that decides. Borrowed; NULL or "" is: not given. */
struct kubeconfig_sources {
  const char *kubeconfig;      /* --kubeconfig: this file alone, and it must be there */
  const char *context;         /* --context */
  const char *namespace_name;  /* -n */
  const char *file_list;       /* KUBECONFIG: files with colons between; missing ones are skipped */
  const char *home;            /* HOME: without the two above, .kube/config in it */
  const char *default_server;  /* KUBERNETES_MASTER; else http://localhost:8080 */
  const char *service_host;    /* KUBERNETES_SERVICE_HOST and _PORT: set in every Pod */
  const char *service_port;    /* */
  const char *pod_namespace;   /* POD_NAMESPACE */
  const char *service_account; /* the directory with a Pod's "token", "ca.crt" and "namespace" */
  const char *kuberc;          /* KUBERC: kubectl's preferences; else .kube/kuberc in HOME */
  const char *kuberc_switch;   /* KUBECTL_KUBERC: "false": there are none */
};

/* The two flags, and the rest from the environment. */
void kubeconfig_sources_init(struct kubeconfig_sources *sources, const char *kubeconfig,
                             const char *context);

/* Gives the paths of the files one after the other, in the order in which kubectl reads them: *next
 * starts at 0. A path that stands twice is given once. Returns 1 with *path set, in the arena or
 * the sources'; 0 after the last; -1 where memory is out. Any thread. */
int32_t kubeconfig_next_path(const struct kubeconfig_sources *sources, struct arena *arena,
                             size_t *next, const char **path);

/* A number that changes whenever one of the files does: is written, replaced, made or removed. As
 * long as it stays, so does what kubeconfig_find_target gives. Any thread. */
uint64_t kubeconfig_stamp(const struct kubeconfig_sources *sources);

#endif

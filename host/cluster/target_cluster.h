/* SPDX-License-Identifier: Apache-2.0 */
/* The cluster that a plan is for: what the user sees of it, and whether it may be applied to. */
#ifndef HOST_CLUSTER_TARGET_CLUSTER_H
#define HOST_CLUSTER_TARGET_CLUSTER_H

#include "kubeconfig/target_record.h"
#include "memory/arena.h"
#include "memory/string_list.h"

#include <headgate/plan.h>

/* Embedded in its owner. One thread at a time. */
struct target_cluster {
  struct arena arena;
  struct kubeconfig_sources sources;
  struct kubeconfig_target target; /* where `is_known` */
  bool is_known;                   /* false: kubectl would refuse, for `reason` */
  struct hg_error reason;
  struct target_record record; /* of the target, for the history and for plans */
  uint64_t stamp;
};

/* Lines for the user, without the tag: "Context: prod-eu", "Server: https://10.0.0.1:6443",
 * "Namespaces: batch, tuning". Nothing in them is hidden from the reader, and no password shown. */
struct target_cluster_lines {
  const char *context;
  const char *server;
  const char *namespaces;
};

/* Finds the cluster that kubectl would use with --kubeconfig, --context and -n, which are borrowed;
 * NULL: not given. Never fails: where the files cannot be read, the cluster is not known. */
void target_cluster_init(struct target_cluster *cluster, const char *kubeconfig,
                         const char *context, const char *namespace_name);
void target_cluster_finish(struct target_cluster *cluster);

/* The namespace that kubectl puts a Job into whose manifest names none: -n, else the context's. ""
 * where the cluster is not known. Valid as long as the cluster. */
const char *target_cluster_default_namespace(const struct target_cluster *cluster);

/* Whether an apply may go on. -1, with the line to type in `err`, where the context matches one of
 * the `protected_contexts` (globs: fnmatch(3), case counts, `*` also matches `/`) and `confirmed`
 * (--confirm-context, NULL: not given) does not name exactly it; where --confirm-context names
 * another context than kubectl would use; where the cluster is not known, and either flag or glob
 * asks for certainty. Ask also in a dry run, to warn of what an apply would say. */
int32_t target_cluster_check(const struct target_cluster *cluster,
                             const struct string_list *protected_contexts, const char *confirmed,
                             struct hg_error *err);

/* -1 where the cluster is known and is not `bound`, which `bound_by` belongs to
 * (target_record_check); both are logged then, with the names that their kubeconfigs give them.
 * Where `bound` is not known it is bound to none, and that is logged. */
int32_t target_cluster_check_bound(const struct target_cluster *cluster,
                                   const struct target_record *bound, const char *bound_by,
                                   const char *advice, struct hg_error *err);

/* Whether kubectl would still use that context, server and namespace: `kubectl config use-context`
 * in another window must not send the rest of a batch elsewhere. -1 where not. Costs a stat of each
 * file, as long as none changes. */
int32_t target_cluster_check_unchanged(struct target_cluster *cluster, struct hg_error *err);

/* What to show of the cluster and of the namespaces of `plan`, in the cluster's memory. */
int32_t target_cluster_describe(struct target_cluster *cluster, const struct hg_plan *plan,
                                struct target_cluster_lines *lines, struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A target as it is written down and held against another: no password is in it. */
#ifndef LIB_KUBECONFIG_TARGET_RECORD_H
#define LIB_KUBECONFIG_TARGET_RECORD_H

#include "kubeconfig/target.h"

/* Strings are never NULL; "": not known. Server, namespace and UID say which target it is; context
 * and user are names that each configuration gives as it likes. */
struct target_record {
  const char *context;
  const char *server; /* as kubeconfig_append_server shows it; "" also where that shows nothing */
  const char *user;
  const char *default_namespace;
  const char *cluster_uid; /* of the namespace kube-system */
};

/* The strings that are not `target`'s are the arena's. */
int32_t target_record_make(const struct kubeconfig_target *target, struct arena *arena,
                           struct target_record *record, struct hg_error *err);

/* Whether it says which server it is: what does not cannot be held against anything. */
bool target_record_is_known(const struct target_record *record);

/* -1 where `now` is another target than `bound`, which `what` ("run 5") belongs to. Both are known.
 * The message names both, and ends with `advice`, where there is room. */
int32_t target_record_check(const struct target_record *bound, const struct target_record *now,
                            const char *what, const char *advice, struct hg_error *err);

#endif

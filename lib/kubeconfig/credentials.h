/* SPDX-License-Identifier: Apache-2.0 */
/* The credentials that a kubeconfig, or a Pod's service account, gives for a cluster and a user:
 * made when they are asked for, kept as long as they are good, and erased. */
#ifndef LIB_KUBECONFIG_CREDENTIALS_H
#define LIB_KUBECONFIG_CREDENTIALS_H

#include "kubeconfig/exec_plugin.h"
#include "kubeconfig/kubeconfig_sources.h"

#include <headgate/credentials.h>

/* The credentials of one cluster and user. */
struct credential_source;

/* `sources` and `surroundings` are borrowed as long as the source; `cluster` and `user` are names
 * of entries, NULL for both: those of the target. Reads the files. -1 as kubeconfig_find_target,
 * HG_ERROR_NOT_FOUND where there is no such entry; HG_ERROR_UNSUPPORTED for what cannot be
 * honoured, with who can. One thread at a time, as all here. */
int32_t credential_source_create(const struct kubeconfig_sources *sources, const char *cluster,
                                 const char *user, const struct exec_surroundings *surroundings,
                                 struct credential_source **source, struct hg_error *err);

/* Erases the newest credentials, and those that nobody holds. Accepts NULL. */
void credential_source_destroy(struct credential_source *source);

/* Gives credentials that are good now: hg_host.credentials says what `refused` means. */
int32_t credential_source_get(struct credential_source *source,
                              const struct hg_credentials *refused,
                              const struct hg_credentials **credentials, struct hg_error *err);

/* Whether it has given any so far. */
bool credential_source_was_asked(const struct credential_source *source);

/* To be called once for each that was given; the source may be gone. */
void credential_release(const struct hg_credentials *credentials);

#endif

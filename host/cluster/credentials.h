/* SPDX-License-Identifier: Apache-2.0 */
/* Credentials for the plugins of this process: kept once for each cluster and user, so that an exec
 * plugin runs once, in the host. Nothing of them is shown or recorded. */
#ifndef HOST_CLUSTER_CREDENTIALS_H
#define HOST_CLUSTER_CREDENTIALS_H

#include "kubeconfig/credentials.h"
#include <pthread.h>

struct kept_source;

/* Embedded in its owner; stays where it is until it is finished. */
struct credentials {
  struct kubeconfig_sources sources;
  struct exec_surroundings surroundings;
  pthread_mutex_t mutex; /* held while a source is asked: one exec plugin at a time */
  struct kept_source *kept;
};

/* --kubeconfig and --context, NULL where not given, are borrowed. Reads nothing yet. */
void credentials_init(struct credentials *credentials, const char *kubeconfig, const char *context);

/* What a plugin_set is lent as a credential_provider, whose context is the struct. Any thread. */
int32_t credentials_acquire(void *credentials, const char *cluster, const char *user,
                            const struct hg_credentials *refused,
                            const struct hg_credentials **given, struct hg_error *err);
void credentials_release(void *credentials, const struct hg_credentials *given);

/* Nobody may be asking. What plugins still hold lives until they give it back. */
void credentials_finish(struct credentials *credentials);

#endif

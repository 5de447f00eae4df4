/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs of the tests are told by KEY=VALUE, and the host that hands them credentials.
 */
#ifndef TESTS_CLUSTER_TOLD_ARGUMENTS_H
#define TESTS_CLUSTER_TOLD_ARGUMENTS_H

#include <headgate/credentials.h>
#include <headgate/host.h>

/* To be called first, with main()'s. */
void told_arguments_begin(char **argv);

/* "" where the key is not given. */
const char *told(const char *key);

/* What told_give gives: `first`, and after a refusal the same with the token of the key
 * fresh-token. */
void told_credentials_are(struct hg_credentials first);

/* For struct hg_host. */
int32_t told_give(const struct hg_host *host, const char *cluster, const char *user,
                  const struct hg_credentials *refused, const struct hg_credentials **given,
                  struct hg_error *err);
void told_take_back(const struct hg_host *host, const struct hg_credentials *given);

/* Credentials that were not given back. */
int32_t told_handed_out(void);

#endif

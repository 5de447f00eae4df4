/* SPDX-License-Identifier: Apache-2.0 */
/* Who one is to the API server: the credentials that requests are sent with, and when others take
 * their place. */
#ifndef LIB_CLUSTER_IDENTITIES_H
#define LIB_CLUSTER_IDENTITIES_H

#include <headgate/credentials.h>
#include <headgate/error.h>
#include <headgate/host.h>

#include <stdbool.h>

/* Credentials, kept for as long as an exchange uses them: libcurl reads keys where they are. */
struct identity {
  const struct hg_credentials *credentials;
  uint32_t users;
  bool has_served; /* since it was refused last, if it ever was */
};

/* Embedded in its owner. */
struct identities {
  const struct hg_host *host;
  struct identity *newest;
  int64_t failed_ms;  /* steady clock: when the host had no credentials; 0: it had */
  int64_t renewed_ms; /* steady clock: when others took the place of refused ones; 0: never */
};

/* Asks the host for the first ones. -1: it has none; then there is nothing to finish. */
int32_t identities_init(struct identities *identities, const struct hg_host *host,
                        struct hg_error *err);
void identities_finish(struct identities *identities);

/* The newest, for one more user: others, where the time of those is over and the host has any. */
struct identity *identities_use(struct identities *identities);

/* That user is done with it. Accepts NULL. */
void identities_leave(struct identities *identities, struct identity *identity);

/* Overwrites the token where an answer echoes it. Accepts NULL. */
void identity_hide(const struct identity *identity, char *data, size_t length);

/* The server refused (401) who used it. True: the newest are others now, and may be tried. Where
 * new ones were refused as well, or there were none, the host is not asked again before a minute is
 * over: each time, a plugin may run. */
bool identities_refused(struct identities *identities, struct identity *identity);

#endif

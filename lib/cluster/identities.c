/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/identities.h"

#include "memory/no_memory.h"
#include "text/timestamp.h"

#include <stdlib.h>
#include <string.h>

enum {
  ASK_AGAIN_MS = 60000, /* from asking in vain to asking again */
  LEAST_TOKEN = 12,     /* bytes: what is shorter may be any word */
};

void identities_leave(struct identities *identities, struct identity *identity) {
  if (!identity || --identity->users > 0)
    return;
  identities->host->credentials_release(identities->host, identity->credentials);
  free(identity);
}

/* `refused` as for hg_host.credentials. */
static int32_t ask(struct identities *identities, const struct hg_credentials *refused,
                   struct hg_error *err) {
  const struct hg_host *host = identities->host;
  struct identity *identity = calloc(1, sizeof *identity);

  if (!identity)
    return no_memory(err);
  if (host->credentials(host, NULL, NULL, refused, &identity->credentials, err) < 0) {
    free(identity);
    identities->failed_ms = timestamp_steady_ms();
    return -1;
  }
  identities->failed_ms = 0;
  identity->users = 1;
  identities_leave(identities, identities->newest);
  identities->newest = identity;
  return 0;
}

int32_t identities_init(struct identities *identities, const struct hg_host *host,
                        struct hg_error *err) {
  memset(identities, 0, sizeof *identities);
  identities->host = host;
  return ask(identities, NULL, err);
}

void identities_finish(struct identities *identities) {
  identities_leave(identities, identities->newest);
  identities->newest = NULL;
}

void identity_hide(const struct identity *identity, char *data, size_t length) {
  const char *token = identity ? identity->credentials->token : "";
  size_t size = strlen(token);
  const char *end = data ? data + length : NULL;

  while (size >= LEAST_TOKEN && data && (data = memmem(data, (size_t)(end - data), token, size)))
    memset(data, '*', size);
}

static bool is_recent(int64_t then_ms) {
  return then_ms != 0 && timestamp_steady_ms() - then_ms < ASK_AGAIN_MS;
}

static bool is_over(const struct identity *identity) {
  int64_t until = identity->credentials->fresh_until;

  return until != 0 && until <= timestamp_now_ms();
}

struct identity *identities_use(struct identities *identities) {
  if (is_over(identities->newest) && !is_recent(identities->failed_ms) &&
      ask(identities, NULL, NULL) == 0 && is_over(identities->newest))
    identities->failed_ms =
        timestamp_steady_ms(); /* by this clock: they may be good all the same */
  identities->newest->users++;
  return identities->newest;
}

bool identities_refused(struct identities *identities, struct identity *identity) {
  bool had_served = identity->has_served;

  identity->has_served = false;
  if (identity != identities->newest)
    return true;
  if (is_recent(identities->failed_ms) || (!had_served && is_recent(identities->renewed_ms)) ||
      ask(identities, identity->credentials, NULL) < 0)
    return false;
  identities->renewed_ms = timestamp_steady_ms();
  return true;
}

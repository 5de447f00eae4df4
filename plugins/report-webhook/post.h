/* SPDX-License-Identifier: Apache-2.0 */
/* One message, sent. */
#ifndef PLUGINS_REPORT_WEBHOOK_POST_H
#define PLUGINS_REPORT_WEBHOOK_POST_H

#include "webhook_address.h"

#include <headgate/host.h>
#include <stdatomic.h>

enum { POST_PROBLEM_SIZE = 400 };

/* How messages are sent. */
struct post_manner {
  const struct hg_host *host;
  const struct webhook_address *address;
  int64_t timeout_ms;  /* of each of the two tries */
  atomic_bool is_over; /* nobody waits for it any longer */
};

struct post_outcome {
  int32_t http_status;             /* of the last answer; 0: there was none */
  char problem[POST_PROBLEM_SIZE]; /* why it did not arrive; "": it did */
};

/* Once per process, before the first. -1: libcurl cannot be used. */
int32_t post_init(struct hg_error *err);

/* Sends the JSON, once more where the server says that a later try may do (429, 5xx). Who wants to
 * stop waits for no second try, and no longer than two seconds for the first. Any thread. */
void post_message(const struct post_manner *manner, const char *json, size_t length,
                  struct post_outcome *outcome);

#endif

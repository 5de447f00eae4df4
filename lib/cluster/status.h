/* SPDX-License-Identifier: Apache-2.0 */
/* A Status: how the API server says that it will not (apimachinery, meta/v1 Status). */
#ifndef LIB_CLUSTER_STATUS_H
#define LIB_CLUSTER_STATUS_H

#include "memory/arena.h"

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

enum { STATUS_MOST_CAUSES = 64 }; /* of which more are dropped */

/* One of the reasons below the reason. Strings are UTF-8, never NULL, and the arena's. */
struct status_cause {
  const char *type; /* "FieldValueInvalid", "FieldManagerConflict"; or "" */
  const char *field;
  const char *message;
};

/* The same holds for these strings. */
struct status {
  const char *reason;    /* "AlreadyExists", "Invalid"; or "" */
  const char *message;   /* or "" */
  int32_t code;          /* the HTTP status that it names; 0 where it names none */
  int64_t retry_after_s; /* details.retryAfterSeconds; 0 where there is none */
  size_t cause_count;
  const struct status_cause *causes;
};

/* Reads a Status from JSON. -1: it is something else: plain text, as a proxy or the server's own
 * flow control answers, or a page. Memory that is out says so in err->code. */
int32_t status_read(const char *json, size_t length, struct arena *arena, struct status *status,
                    struct hg_error *err);

#endif

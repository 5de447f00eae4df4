/* SPDX-License-Identifier: Apache-2.0 */
/* A request at libcurl's, and what it says of the answer. */
#ifndef LIB_CLUSTER_EXCHANGE_H
#define LIB_CLUSTER_EXCHANGE_H

#include "cluster/identities.h"
#include "cluster/requests.h"
#include "cluster/transport.h"
#include "text/text_buffer.h"

/* A request, and how far it has come. What libcurl was told of one is kept for the next, which
 * needs the most of it again. */
struct exchange {
  struct exchange *next; /* its owner's */
  struct request request;
  struct text_buffer path;
  struct text_buffer content_type; /* that of the transport, where there is one */
  struct identity *identity;       /* that the transport is for; NULL: there is none */
  struct transport transport;
  struct text_buffer body;
  struct text_buffer warnings; /* texts, each with its NUL */
  size_t warning_count;
  int64_t not_before_ms; /* steady clock: sent then, or later */
  int64_t last_byte_ms;  /* steady clock */
  uint32_t tries;
  uint32_t starts;   /* of this try, at libcurl's */
  uint32_t refusals; /* 401s */
  bool is_sent;      /* libcurl has it */
  bool is_closed;    /* `received` wanted no more */
  bool is_too_large;
};

/* Takes the request on: a zeroed exchange, or one whose request is over. -1: no memory. */
int32_t exchange_take(struct exchange *exchange, struct identities *identities,
                      const struct request *request);

/* Makes its transport ready for another try, with the newest credentials; `tls` are the sessions
 * that it shares. -1: no memory, or a value that libcurl does not take. */
int32_t exchange_prepare(struct exchange *exchange, struct identities *identities, CURLSH *tls);

/* The newest HTTP status; 0: none. */
long exchange_status(const struct exchange *exchange);

/* Frees it, which libcurl has no longer. */
void exchange_destroy(struct exchange *exchange, struct identities *identities);

#endif

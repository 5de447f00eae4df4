/* SPDX-License-Identifier: Apache-2.0 */
/* Requests to one API server, several at a time over a bounded pool of connections.
 *
 * HTTP/1.1, one request a connection at a time: a stream that nobody reads holds up no other. An
 * answer that says "later" (429, and 5xx with Retry-After) is waited for, a 401 asks the host for
 * fresh credentials once; everything else is the caller's to judge. No redirect is followed: what
 * the credentials are for is the kubeconfig's server and no other.
 *
 * One thread. Callbacks come from requests_wait and may send further requests.
 */
#ifndef LIB_CLUSTER_REQUESTS_H
#define LIB_CLUSTER_REQUESTS_H

#include <headgate/error.h>
#include <headgate/host.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  REQUESTS_MOST_BODY = 16 * 1024 * 1024, /* bytes of an answer that is kept whole */
  REQUESTS_MOST_WARNINGS = 32,           /* of an answer; more are dropped */
};

struct requests;

/* How an exchange ended, where it gave no HTTP status. */
enum exchange_end {
  EXCHANGE_ANSWERED, /* it did */
  EXCHANGE_CLOSED,   /* a stream that the caller wanted no more of (received returned -1) */
  EXCHANGE_REFUSED,  /* nobody accepts connections there */
  EXCHANGE_UNKNOWN_HOST,
  EXCHANGE_UNREACHABLE,
  EXCHANGE_RESET,     /* the connection broke off: the server may have done what it was asked */
  EXCHANGE_TIMEOUT,   /* no answer in time, or a silent stream: the same */
  EXCHANGE_UNTRUSTED, /* the server's certificate, or its name */
  EXCHANGE_TLS,       /* another failure of TLS: a server that speaks plain HTTP, say */
  EXCHANGE_PROXY,
  EXCHANGE_LIMIT, /* the answer is too large */
  EXCHANGE_CANCELLED,
  EXCHANGE_FAILED, /* anything else */
};

/* What came of a request. Borrowed, valid during the call. */
struct answer {
  enum exchange_end end;
  int32_t status;              /* the HTTP status; 0: none */
  const char *body;            /* "" for a stream; NUL-terminated, but may hold NULs */
  size_t length;               /* bytes of it */
  int64_t retry_after_ms;      /* what the last answer asked for; -1: nothing */
  const char *const *warnings; /* texts of the headers Warning (RFC 7234, 299) */
  size_t warning_count;
  const char *problem; /* one plain sentence where `end` is not EXCHANGE_ANSWERED; "" */
};

/* What is to be sent. The strings are copied, the body is not: it stays until `done`. */
struct request {
  const char *method;       /* "GET", "PATCH", ... */
  const char *path;         /* below the server's address, with its query, escaped */
  const char *content_type; /* of the body; NULL: there is no body */
  const char *body;
  size_t body_length;
  int64_t timeout_ms;   /* for the whole exchange, waiting for "later" not counted; 0: no limit */
  int64_t silence_ms;   /* that long without a byte: EXCHANGE_TIMEOUT; 0: no limit */
  bool waits_when_told; /* 429, and 5xx with Retry-After: sent again when the server said */

  /* Where not NULL, hears the status as soon as the answer's head is there: a stream may have
   * nothing to say for long. May come several times. */
  void (*begun)(void *context, int32_t status);

  /* Where not NULL, the bytes of a 200 go here as they come, and `answer.body` is "". Other
   * statuses' bodies are kept. -1: no more. */
  int32_t (*received)(void *context, const char *data, size_t length);

  /* Once, the last thing that is heard of the request. */
  void (*done)(void *context, const struct answer *answer);
  void *context;
};

/* `host` outlives it. `connections` is the most at a time; further requests wait their turn. The
 * server is that of the run's target. */
int32_t requests_create(const struct hg_host *host, uint32_t connections,
                        struct requests **requests, struct hg_error *err);

/* Ends what runs, without telling. Accepts NULL. */
void requests_destroy(struct requests *requests);

/* Takes a request on. -1: no memory; then `done` is not called. */
int32_t requests_send(struct requests *requests, const struct request *request,
                      struct hg_error *err);

/* Lets what runs go on, for at most `timeout_ms`, and returns when something happened. */
void requests_wait(struct requests *requests, int timeout_ms);

/* Lets what was sent come to its end, for whoever has nothing else to do. Where the user wants to
 * stop, that is EXCHANGE_CANCELLED at once. */
void requests_finish(struct requests *requests);

/* Ends as EXCHANGE_CANCELLED what waits because the server said "later". `done` sends nothing. */
void requests_cancel_waiting(struct requests *requests);

/* Ends all of them as EXCHANGE_CANCELLED. */
void requests_cancel(struct requests *requests);

/* Ends those with that context, without telling. Not from one of their own callbacks. */
void requests_end(struct requests *requests, const void *context);

#endif

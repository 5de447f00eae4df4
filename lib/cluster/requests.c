/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/requests.h"

#include "cluster/exchange.h"
#include "cluster/readiness.h"
#include "memory/no_memory.h"
#include "text/text_buffer.h"
#include "text/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  MOST_TRIES = 10,      /* of an exchange that the server puts off */
  MOST_WAIT_MS = 32000, /* before each of them, whatever the server says */
  LATER_MS = 1000,      /* to wait where 429 does not say how long */
  MOST_PROBLEM = 400,
  WISH_MS = 100,         /* from one look at the user's wishes to the next */
  MOST_KEPT = 64 * 1024, /* bytes of room for the next answer */
};

struct requests {
  struct identities identities;
  CURLM *multi;
  struct readiness readiness; /* of `multi` */
  CURLSH *tls;                /* sessions: a further connection needs no whole handshake */
  struct exchange *first;     /* in the order of sending */
  struct exchange **last;
  struct exchange *idle; /* at most `connections` */
  uint32_t idle_count;
  uint32_t connections;
  uint32_t sent; /* exchanges that libcurl has */
  unsigned seed; /* of the jitter */
};

int32_t requests_create(const struct hg_host *host, uint32_t connections, struct requests **created,
                        struct hg_error *err) {
  struct requests *requests;

  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return hg_error_set(err, HG_ERROR_FAILED, "libcurl cannot be used");
  if (transport_check(err) < 0)
    return -1;
  requests = calloc(1, sizeof *requests);
  if (!requests)
    return no_memory(err);
  requests->connections = connections;
  requests->last = &requests->first;
  requests->seed = (unsigned)timestamp_now_ms();
  requests->multi = curl_multi_init();
  requests->tls = curl_share_init();
  if (!requests->multi || !requests->tls ||
      curl_share_setopt(requests->tls, CURLSHOPT_SHARE, CURL_LOCK_DATA_SSL_SESSION) != CURLSHE_OK ||
      curl_multi_setopt(requests->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING) != CURLM_OK ||
      curl_multi_setopt(requests->multi, CURLMOPT_MAXCONNECTS, (long)connections) != CURLM_OK ||
      readiness_init(&requests->readiness, requests->multi) < 0) {
    (void)no_memory(err);
    goto fail;
  }
  if (identities_init(&requests->identities, host, err) < 0)
    goto fail;
  *created = requests;
  return 0;

fail:
  requests_destroy(requests);
  return -1;
}

/* Takes the exchange from libcurl. */
static void take_back(struct requests *requests, struct exchange *exchange) {
  if (!exchange->is_sent)
    return;
  (void)curl_multi_remove_handle(requests->multi, exchange->transport.handle);
  exchange->is_sent = false;
  requests->sent--;
}

static void destroy_all(struct requests *requests, struct exchange *exchange) {
  struct exchange *next;

  for (; exchange; exchange = next) {
    next = exchange->next;
    take_back(requests, exchange);
    exchange_destroy(exchange, &requests->identities);
  }
}

void requests_destroy(struct requests *requests) {
  if (!requests)
    return;
  destroy_all(requests, requests->first);
  destroy_all(requests, requests->idle);
  (void)curl_multi_cleanup(requests->multi);
  (void)curl_share_cleanup(requests->tls);
  readiness_finish(&requests->readiness);
  identities_finish(&requests->identities);
  free(requests);
}

/* Keeps it for another request. Credentials that are the newest no longer are not kept for it. */
static void put_aside(struct requests *requests, struct exchange *exchange) {
  take_back(requests, exchange);
  if (requests->idle_count == requests->connections ||
      exchange->identity != requests->identities.newest) {
    exchange_destroy(exchange, &requests->identities);
    return;
  }
  if (exchange->body.capacity > MOST_KEPT)
    text_buffer_finish(&exchange->body);
  exchange->next = requests->idle;
  requests->idle = exchange;
  requests->idle_count++;
}

/* One that is idle, or a new one. NULL: no memory. */
static struct exchange *next_exchange(struct requests *requests) {
  struct exchange *exchange = requests->idle;

  if (!exchange)
    return calloc(1, sizeof *exchange);
  requests->idle = exchange->next;
  requests->idle_count--;
  exchange->next = NULL;
  return exchange;
}

int32_t requests_send(struct requests *requests, const struct request *request,
                      struct hg_error *err) {
  struct exchange *exchange = next_exchange(requests);

  if (!exchange)
    return no_memory(err);
  if (exchange_take(exchange, &requests->identities, request) < 0) {
    exchange_destroy(exchange, &requests->identities);
    return no_memory(err);
  }
  *requests->last = exchange;
  requests->last = &exchange->next;
  return 0;
}

/* --- An exchange's way --------------------------------------------------------------------------
 */

/* Gives it to libcurl. -1: that cannot be done. */
static int32_t start(struct requests *requests, struct exchange *exchange) {
  if (exchange_prepare(exchange, &requests->identities, requests->tls) < 0 ||
      curl_multi_add_handle(requests->multi, exchange->transport.handle) != CURLM_OK)
    return -1;
  exchange->is_sent = true;
  exchange->tries++;
  requests->sent++;
  return 0;
}

static void unlink_exchange(struct requests *requests, struct exchange *exchange) {
  struct exchange **place = &requests->first;

  while (*place != exchange)
    place = &(*place)->next;
  *place = exchange->next;
  if (requests->last == &exchange->next)
    requests->last = place;
}

/* Tells what came of it. */
static void finish(struct requests *requests, struct exchange *exchange, enum exchange_end end,
                   int32_t status, int64_t retry_after_ms) {
  const char *warnings[REQUESTS_MOST_WARNINGS];
  const char *warning = exchange->warnings.data;
  char problem[MOST_PROBLEM];
  const struct answer answer = {
      .end = end,
      .status = status,
      .body = text_buffer_string(&exchange->body),
      .length = exchange->body.length,
      .retry_after_ms = retry_after_ms,
      .warnings = warnings,
      .warning_count = exchange->warnings.failed ? 0 : exchange->warning_count,
      .problem = transport_sentence(&exchange->transport, end, problem, sizeof problem),
  };

  identity_hide(exchange->identity, exchange->body.data, exchange->body.length);
  identity_hide(exchange->identity, exchange->warnings.data, exchange->warnings.length);
  for (size_t i = 0; i < answer.warning_count; i++) {
    warnings[i] = warning;
    warning += strlen(warning) + 1;
  }
  unlink_exchange(requests, exchange);
  take_back(requests, exchange);
  exchange->request.done(exchange->request.context, &answer);
  put_aside(requests, exchange);
}

/* Whether the server said "later"; then the exchange waits for its next turn. */
static bool put_off(struct requests *requests, struct exchange *exchange, long status,
                    curl_off_t after_s) {
  int64_t wait_ms = (int64_t)after_s * 1000;

  if (!exchange->request.waits_when_told || exchange->tries >= MOST_TRIES ||
      !(status == 429 || (status >= 500 && after_s > 0)))
    return false;
  if (wait_ms == 0)
    wait_ms = (int64_t)LATER_MS << (exchange->tries - 1);
  if (wait_ms > MOST_WAIT_MS)
    wait_ms = MOST_WAIT_MS;
  wait_ms += rand_r(&requests->seed) % (wait_ms / 4 + 1); /* not all of them at once */
  exchange->not_before_ms = timestamp_steady_ms() + wait_ms;
  take_back(requests, exchange);
  return true;
}

/* Whether others than the refused credentials can be tried. */
static bool is_renewed(struct requests *requests, struct exchange *exchange) {
  if (exchange->refusals++ > 0) {
    exchange->identity->has_served = false;
    return false;
  }
  if (!identities_refused(&requests->identities, exchange->identity))
    return false;
  take_back(requests, exchange);
  return true;
}

/* libcurl is done with it. */
static void judge(struct requests *requests, struct exchange *exchange, CURLcode code) {
  enum exchange_end end = transport_end(&exchange->transport, code);
  curl_off_t after_s = 0;
  long status = exchange_status(exchange);

  if (code != CURLE_OK && !*exchange->transport.detail)
    (void)snprintf(exchange->transport.detail, sizeof exchange->transport.detail, "%s",
                   curl_easy_strerror(code));
  if (exchange->is_closed)
    end = EXCHANGE_CLOSED;
  else if (exchange->is_too_large)
    end = EXCHANGE_LIMIT;
  (void)curl_easy_getinfo(exchange->transport.handle, CURLINFO_RETRY_AFTER, &after_s);
  if (end == EXCHANGE_ANSWERED && status != 401)
    exchange->identity->has_served = true;
  else if (end == EXCHANGE_ANSWERED && is_renewed(requests, exchange))
    return;
  if (end == EXCHANGE_ANSWERED && put_off(requests, exchange, status, after_s))
    return;
  finish(requests, exchange, end, (int32_t)status, after_s > 0 ? (int64_t)after_s * 1000 : -1);
}

/* Gives libcurl what is due and has a place. Returns how long until the next is due, at most
 * `wait_ms`. */
static int64_t start_due(struct requests *requests, int64_t wait_ms) {
  int64_t now_ms = timestamp_steady_ms();
  struct exchange *next;

  for (struct exchange *exchange = requests->first;
       exchange && requests->sent < requests->connections; exchange = next) {
    next = exchange->next;
    if (exchange->is_sent)
      continue;
    if (exchange->not_before_ms > now_ms) {
      if (exchange->not_before_ms - now_ms < wait_ms)
        wait_ms = exchange->not_before_ms - now_ms;
    } else if (start(requests, exchange) < 0) {
      finish(requests, exchange, EXCHANGE_FAILED, 0, -1);
      return 0;
    }
  }
  return wait_ms;
}

/* Ends what has been silent for too long. Returns as start_due does. */
static int64_t end_silent(struct requests *requests, int64_t wait_ms) {
  int64_t now_ms = timestamp_steady_ms();
  struct exchange *next;

  for (struct exchange *exchange = requests->first; exchange; exchange = next) {
    int64_t most_ms = exchange->request.silence_ms;
    int64_t left_ms = exchange->last_byte_ms + most_ms - now_ms;

    next = exchange->next;
    if (!exchange->is_sent || most_ms == 0)
      continue;
    if (left_ms <= 0) {
      finish(requests, exchange, EXCHANGE_TIMEOUT, 0, -1);
      return 0;
    }
    if (left_ms < wait_ms)
      wait_ms = left_ms;
  }
  return wait_ms;
}

/* Hears what libcurl is done with. True: something was. */
static bool hear(struct requests *requests) {
  bool any = false;
  CURLMsg *message;
  int left;

  while ((message = curl_multi_info_read(requests->multi, &left)))
    if (message->msg == CURLMSG_DONE) {
      CURLcode code = message->data.result;
      char *exchange = NULL;

      (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &exchange);
      judge(requests, (struct exchange *)(void *)exchange, code);
      any = true;
    }
  return any;
}

/* libcurl can do no more: whatever it has. */
static void give_up(struct requests *requests) {
  while (requests->sent > 0) {
    struct exchange *exchange = requests->first;

    while (!exchange->is_sent)
      exchange = exchange->next;
    finish(requests, exchange, EXCHANGE_FAILED, 0, -1);
  }
}

void requests_wait(struct requests *requests, int timeout_ms) {
  uint32_t sent = requests->sent;
  int64_t wait_ms = start_due(requests, timeout_ms);
  bool is_new = requests->sent != sent;
  bool goes_on = !is_new || readiness_begin(&requests->readiness) == 0;

  /* What was sent before has had its turn at the end of the last call. */
  if (is_new && goes_on && hear(requests))
    return;
  wait_ms = end_silent(requests, wait_ms);
  if (!goes_on || readiness_wait(&requests->readiness, wait_ms) < 0)
    give_up(requests);
  (void)hear(requests);
}

void requests_cancel_waiting(struct requests *requests) {
  int64_t now_ms = timestamp_steady_ms();
  struct exchange *next;

  for (struct exchange *exchange = requests->first; exchange; exchange = next) {
    next = exchange->next;
    if (!exchange->is_sent && exchange->not_before_ms > now_ms)
      finish(requests, exchange, EXCHANGE_CANCELLED, 0, -1);
  }
}

void requests_cancel(struct requests *requests) {
  while (requests->first)
    finish(requests, requests->first, EXCHANGE_CANCELLED, 0, -1);
}

void requests_finish(struct requests *requests) {
  const struct hg_host *host = requests->identities.host;

  while (requests->first)
    if (host->cancelled(host) != 0)
      requests_cancel(requests);
    else
      requests_wait(requests, WISH_MS);
}

void requests_end(struct requests *requests, const void *context) {
  struct exchange *next;

  for (struct exchange *exchange = requests->first; exchange; exchange = next) {
    next = exchange->next;
    if (exchange->request.context != context)
      continue;
    unlink_exchange(requests, exchange);
    put_aside(requests, exchange);
  }
}

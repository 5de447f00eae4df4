/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/requests.h"

#include "cluster/identities.h"
#include "cluster/readiness.h"
#include "cluster/transport.h"
#include "memory/no_memory.h"
#include "text/text_buffer.h"
#include "text/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
  MOST_TRIES = 10,      /* of an exchange that the server puts off */
  MOST_WAIT_MS = 32000, /* before each of them, whatever the server says */
  MOST_WARNING = 4096,  /* bytes of a header Warning */
  LATER_MS = 1000,      /* to wait where 429 does not say how long */
  MOST_PROBLEM = 400,
  WISH_MS = 100, /* from one look at the user's wishes to the next */
};

/* A request, and how far it has come. In the list until `done`. */
struct exchange {
  struct exchange *next;
  struct request request;
  char *path;
  char *content_type;
  struct identity *identity; /* that it was sent with; NULL: libcurl does not have it */
  struct transport transport;
  struct text_buffer body;
  struct text_buffer warnings; /* texts, each with its NUL */
  size_t warning_count;
  int64_t not_before_ms; /* steady clock: sent then, or later */
  int64_t last_byte_ms;  /* steady clock */
  uint32_t tries;
  uint32_t starts;   /* of this try, at libcurl's */
  uint32_t refusals; /* 401s */
  bool is_closed;    /* `received` wanted no more */
  bool is_too_large;
};

struct requests {
  struct identities identities;
  CURLM *multi;
  struct readiness readiness; /* of `multi` */
  CURLSH *tls;                /* sessions: a further connection needs no whole handshake */
  struct exchange *first;     /* in the order of sending */
  struct exchange **last;
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
  if (!exchange->identity)
    return;
  (void)curl_multi_remove_handle(requests->multi, exchange->transport.handle);
  transport_finish(&exchange->transport);
  identities_leave(&requests->identities, exchange->identity);
  exchange->identity = NULL;
  requests->sent--;
}

static void exchange_destroy(struct requests *requests, struct exchange *exchange) {
  take_back(requests, exchange);
  text_buffer_finish(&exchange->body);
  text_buffer_finish(&exchange->warnings);
  free(exchange->path);
  free(exchange->content_type);
  free(exchange);
}

void requests_destroy(struct requests *requests) {
  if (!requests)
    return;
  while (requests->first) {
    struct exchange *exchange = requests->first;

    requests->first = exchange->next;
    exchange_destroy(requests, exchange);
  }
  (void)curl_multi_cleanup(requests->multi);
  (void)curl_share_cleanup(requests->tls);
  readiness_finish(&requests->readiness);
  identities_finish(&requests->identities);
  free(requests);
}

int32_t requests_send(struct requests *requests, const struct request *request,
                      struct hg_error *err) {
  struct exchange *exchange = calloc(1, sizeof *exchange);

  if (!exchange)
    return no_memory(err);
  text_buffer_init(&exchange->body);
  text_buffer_init(&exchange->warnings);
  exchange->request = *request;
  exchange->path = strdup(request->path);
  exchange->content_type = request->content_type ? strdup(request->content_type) : NULL;
  if (!exchange->path || (request->content_type && !exchange->content_type)) {
    exchange_destroy(requests, exchange);
    return no_memory(err);
  }
  *requests->last = exchange;
  requests->last = &exchange->next;
  return 0;
}

/* --- What libcurl calls ------------------------------------------------------------------------
 */

static long status_of(const struct exchange *exchange) {
  long status = 0;

  (void)curl_easy_getinfo(exchange->transport.handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

static size_t take_body(char *data, size_t size, size_t count, void *context) {
  struct exchange *exchange = context;
  size_t length = size * count;

  exchange->last_byte_ms = timestamp_steady_ms();
  if (exchange->request.received && status_of(exchange) == 200) {
    if (exchange->request.received(exchange->request.context, data, length) == 0)
      return length;
    exchange->is_closed = true;
    return 0;
  }
  if (length > REQUESTS_MOST_BODY - exchange->body.length) {
    exchange->is_too_large = true;
    return 0;
  }
  text_buffer_append(&exchange->body, data, length);
  return exchange->body.failed ? 0 : length;
}

/* The text of a header Warning, `299 - "TEXT"`: what stands between the quotes, unescaped. */
static void keep_warning(struct exchange *exchange, const char *value, size_t length) {
  const char *at = memchr(value, '"', length);
  const char *end = value + length;

  if (!at || length > MOST_WARNING || exchange->warning_count >= REQUESTS_MOST_WARNINGS)
    return;
  for (at++; at < end && *at != '"'; at++) {
    if (*at == '\\' && at + 1 < end)
      at++;
    if (*at != '\0')
      text_buffer_append_char(&exchange->warnings, *at);
  }
  text_buffer_append_char(&exchange->warnings, '\0');
  exchange->warning_count++;
}

/* libcurl repeats a request by itself where a connection that had served before breaks off. One
 * that has a body may have been done by then: its second start is its end. */
static int refuse_second_start(void *context, char *there, char *here, int port, int own_port) {
  struct exchange *exchange = context;

  (void)there;
  (void)here;
  (void)port;
  (void)own_port;
  return exchange->starts++ == 0 ? CURL_PREREQFUNC_OK : CURL_PREREQFUNC_ABORT;
}

static size_t take_header(char *data, size_t size, size_t count, void *context) {
  static const char name[] = "warning:";
  struct exchange *exchange = context;
  size_t length = size * count;

  exchange->last_byte_ms = timestamp_steady_ms();
  if (length > 5 && strncasecmp(data, "HTTP/", 5) == 0) { /* another answer, after a proxy's */
    text_buffer_reset(&exchange->warnings);
    exchange->warning_count = 0;
  }
  if (length > sizeof name - 1 && strncasecmp(data, name, sizeof name - 1) == 0)
    keep_warning(exchange, data + sizeof name - 1, length - (sizeof name - 1));
  if (exchange->request.begun && (*data == '\r' || *data == '\n')) /* the head's end */
    exchange->request.begun(exchange->request.context, (int32_t)status_of(exchange));
  return length;
}

/* --- An exchange's way --------------------------------------------------------------------------
 */

static int32_t set_request(const struct requests *requests, struct exchange *exchange) {
  const struct request *request = &exchange->request;
  CURL *handle = exchange->transport.handle;
  bool is_set = curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method) == CURLE_OK &&
                curl_easy_setopt(handle, CURLOPT_PRIVATE, exchange) == CURLE_OK &&
                curl_easy_setopt(handle, CURLOPT_SHARE, requests->tls) == CURLE_OK &&
                curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
                curl_easy_setopt(handle, CURLOPT_WRITEDATA, exchange) == CURLE_OK &&
                curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
                curl_easy_setopt(handle, CURLOPT_HEADERDATA, exchange) == CURLE_OK &&
                curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms) == CURLE_OK;

  if (is_set && request->body)
    is_set = curl_easy_setopt(handle, CURLOPT_POST, 1L) == CURLE_OK &&
             curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                              (curl_off_t)request->body_length) == CURLE_OK &&
             curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body) == CURLE_OK &&
             curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, refuse_second_start) == CURLE_OK &&
             curl_easy_setopt(handle, CURLOPT_PREREQDATA, exchange) == CURLE_OK;
  return is_set ? 0 : -1;
}

/* Gives it to libcurl. -1: that cannot be done. */
static int32_t start(struct requests *requests, struct exchange *exchange) {
  struct identity *identity = identities_use(&requests->identities);

  text_buffer_reset(&exchange->body);
  text_buffer_reset(&exchange->warnings);
  exchange->warning_count = 0;
  exchange->starts = 0;
  exchange->last_byte_ms = timestamp_steady_ms();
  if (transport_init(&exchange->transport, identity->credentials, exchange->path,
                     exchange->content_type, NULL) < 0) {
    identities_leave(&requests->identities, identity);
    return -1;
  }
  if (set_request(requests, exchange) < 0 ||
      curl_multi_add_handle(requests->multi, exchange->transport.handle) != CURLM_OK) {
    transport_finish(&exchange->transport);
    identities_leave(&requests->identities, identity);
    return -1;
  }
  exchange->identity = identity;
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
  exchange_destroy(requests, exchange);
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
  long status = status_of(exchange);

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
    if (exchange->identity)
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
    if (!exchange->identity || most_ms == 0)
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

    while (!exchange->identity)
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
    if (!exchange->identity && exchange->not_before_ms > now_ms)
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
    exchange_destroy(requests, exchange);
  }
}

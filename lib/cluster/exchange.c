/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/exchange.h"

#include "text/timestamp.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_WARNING = 4096 /* bytes of a header Warning */ };

static void drop_transport(struct exchange *exchange, struct identities *identities) {
  if (exchange->identity)
    transport_finish(&exchange->transport);
  identities_leave(identities, exchange->identity);
  exchange->identity = NULL;
}

void exchange_destroy(struct exchange *exchange, struct identities *identities) {
  drop_transport(exchange, identities);
  text_buffer_finish(&exchange->body);
  text_buffer_finish(&exchange->warnings);
  text_buffer_finish(&exchange->path);
  text_buffer_finish(&exchange->content_type);
  free(exchange);
}

int32_t exchange_take(struct exchange *exchange, struct identities *identities,
                      const struct request *request) {
  const char *content_type = request->content_type ? request->content_type : "";

  if (strcmp(text_buffer_string(&exchange->content_type), content_type) != 0)
    drop_transport(exchange, identities);
  text_buffer_reset(&exchange->content_type);
  text_buffer_append_string(&exchange->content_type, content_type);
  text_buffer_reset(&exchange->path);
  text_buffer_append_string(&exchange->path, request->path);
  text_buffer_reset(&exchange->body);
  text_buffer_reset(&exchange->warnings);
  exchange->warning_count = 0;
  exchange->transport.detail[0] = '\0';
  exchange->request = *request;
  exchange->not_before_ms = 0;
  exchange->tries = 0;
  exchange->refusals = 0;
  exchange->is_closed = false;
  exchange->is_too_large = false;
  return exchange->path.failed || exchange->content_type.failed ? -1 : 0;
}

/* --- What libcurl calls ------------------------------------------------------------------------
 */

long exchange_status(const struct exchange *exchange) {
  long status = 0;

  (void)curl_easy_getinfo(exchange->transport.handle, CURLINFO_RESPONSE_CODE, &status);
  return status;
}

/* The clock is for whom a silence is too long. */
static void note_byte(struct exchange *exchange) {
  if (exchange->request.silence_ms > 0)
    exchange->last_byte_ms = timestamp_steady_ms();
}

static size_t take_body(char *data, size_t size, size_t count, void *context) {
  struct exchange *exchange = context;
  size_t length = size * count;

  note_byte(exchange);
  if (exchange->request.received && exchange_status(exchange) == 200) {
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
  return exchange->starts++ == 0 || !exchange->request.body ? CURL_PREREQFUNC_OK
                                                            : CURL_PREREQFUNC_ABORT;
}

static size_t take_header(char *data, size_t size, size_t count, void *context) {
  static const char name[] = "warning:";
  struct exchange *exchange = context;
  size_t length = size * count;

  note_byte(exchange);
  if (length > 5 && strncasecmp(data, "HTTP/", 5) == 0) { /* another answer, after a proxy's */
    text_buffer_reset(&exchange->warnings);
    exchange->warning_count = 0;
  }
  if (length > sizeof name - 1 && strncasecmp(data, name, sizeof name - 1) == 0)
    keep_warning(exchange, data + sizeof name - 1, length - (sizeof name - 1));
  if (exchange->request.begun && (*data == '\r' || *data == '\n')) /* the head's end */
    exchange->request.begun(exchange->request.context, (int32_t)exchange_status(exchange));
  return length;
}

/* --- What libcurl is told ----------------------------------------------------------------------
 */

/* What is the same for each request of the exchange. */
static bool set_exchange(struct exchange *exchange, CURLSH *tls) {
  CURL *handle = exchange->transport.handle;

  return curl_easy_setopt(handle, CURLOPT_PRIVATE, exchange) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_SHARE, tls) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_body) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_WRITEDATA, exchange) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, take_header) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_HEADERDATA, exchange) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, refuse_second_start) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_PREREQDATA, exchange) == CURLE_OK;
}

static bool set_body(struct exchange *exchange) {
  const struct request *request = &exchange->request;
  CURL *handle = exchange->transport.handle;

  if (!request->body)
    return curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L) == CURLE_OK;
  return curl_easy_setopt(handle, CURLOPT_POST, 1L) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_length) ==
             CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request->body) == CURLE_OK;
}

static int32_t set_request(struct exchange *exchange) {
  const struct request *request = &exchange->request;
  CURL *handle = exchange->transport.handle;

  if (!set_body(exchange) ||
      curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request->method) != CURLE_OK ||
      curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, (long)request->timeout_ms) != CURLE_OK)
    return -1;
  return transport_aim(&exchange->transport, exchange->identity->credentials, exchange->path.data);
}

/* A transport for the newest credentials, where it has another or none. */
static int32_t make_transport(struct exchange *exchange, struct identities *identities,
                              CURLSH *tls) {
  struct identity *identity = identities_use(identities);

  if (exchange->identity == identity) {
    identities_leave(identities, identity); /* it uses it already */
    return 0;
  }
  drop_transport(exchange, identities);
  if (transport_init(&exchange->transport, identity->credentials,
                     text_buffer_string(&exchange->content_type), NULL) < 0) {
    identities_leave(identities, identity);
    return -1;
  }
  exchange->identity = identity;
  return set_exchange(exchange, tls) ? 0 : -1;
}

int32_t exchange_prepare(struct exchange *exchange, struct identities *identities, CURLSH *tls) {
  text_buffer_reset(&exchange->body);
  text_buffer_reset(&exchange->warnings);
  exchange->warning_count = 0;
  exchange->starts = 0;
  exchange->last_byte_ms = timestamp_steady_ms();
  if (make_transport(exchange, identities, tls) == 0 && set_request(exchange) == 0)
    return 0;
  drop_transport(exchange, identities);
  return -1;
}

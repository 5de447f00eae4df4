/* SPDX-License-Identifier: Apache-2.0 */
#include "post.h"

#include "text/text_buffer.h"
#include "text/timestamp.h"
#include "text/visible_text.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
  MOST_ANSWER = 64 * 1024, /* bytes that a server may say */
  KEPT_ANSWER = 200,       /* of them, for the message */
  LATER_MS = 1000,         /* until the second try, where the server does not say */
  MOST_LATER_MS = 30000,
  STOP_MS = 2000, /* for who has asked to stop */
  LOOK_MS = 50,
};

/* One try. */
struct attempt {
  const struct post_manner *manner;
  int64_t stop_ms; /* steady clock: when the user was first seen to want to stop; 0: not yet */
  size_t received;
  char answer[KEPT_ANSWER];
  size_t kept;
};

int32_t post_init(struct hg_error *err) {
  if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return hg_error_set(err, HG_ERROR_FAILED, "libcurl cannot be used");
  return 0;
}

static size_t take_answer(char *data, size_t size, size_t count, void *context) {
  struct attempt *attempt = context;
  size_t length = size * count;
  size_t room = sizeof attempt->answer - attempt->kept;

  attempt->received += length;
  memcpy(attempt->answer + attempt->kept, data, length < room ? length : room);
  attempt->kept += length < room ? length : room;
  return attempt->received > MOST_ANSWER ? 0 : length;
}

/* Whether nobody waits any longer. */
static bool is_over(const struct post_manner *manner, int64_t *stop_ms) {
  int32_t cancelled = manner->host->cancelled(manner->host);
  int64_t now_ms = timestamp_steady_ms();

  if (cancelled > 0 && *stop_ms == 0)
    *stop_ms = now_ms + STOP_MS;
  return atomic_load(&manner->is_over) || cancelled > 1 || (cancelled > 0 && now_ms >= *stop_ms);
}

static int look(void *context, curl_off_t down_total, curl_off_t down, curl_off_t up_total,
                curl_off_t up) {
  struct attempt *attempt = context;

  (void)down_total;
  (void)down;
  (void)up_total;
  (void)up;
  return is_over(attempt->manner, &attempt->stop_ms);
}

/* Those of the system, or those of the file that curl's own variables name: then no others. */
static bool set_trust(CURL *handle) {
  const char *file = getenv("CURL_CA_BUNDLE");

  if (!file || !*file)
    file = getenv("SSL_CERT_FILE");
  return !file || !*file ||
         (curl_easy_setopt(handle, CURLOPT_CAINFO, file) == CURLE_OK &&
          curl_easy_setopt(handle, CURLOPT_CAPATH, NULL) == CURLE_OK);
}

static bool set_request(CURL *handle, struct attempt *attempt, struct curl_slist *headers,
                        const char *json, size_t length) {
  const struct webhook_address *address = attempt->manner->address;
  long timeout_ms = (long)attempt->manner->timeout_ms;

  return set_trust(handle) && curl_easy_setopt(handle, CURLOPT_URL, address->url) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, address->is_secure ? "https" : "http") ==
             CURLE_OK &&
         (address->is_secure || curl_easy_setopt(handle, CURLOPT_PROXY, "") == CURLE_OK) &&
         curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 0L) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout_ms) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_USERAGENT, "headgate/" HEADGATE_VERSION) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_POSTFIELDS, json) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_answer) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_WRITEDATA, attempt) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, look) == CURLE_OK &&
         curl_easy_setopt(handle, CURLOPT_XFERINFODATA, attempt) == CURLE_OK;
}

/* libcurl's own words may name the host, so these do not use them. */
static void describe_failure(struct post_outcome *outcome, const struct attempt *attempt,
                             CURLcode code) {
  const char *why = curl_easy_strerror(code); /* constant: of the kind alone */

  if (code == CURLE_OPERATION_TIMEDOUT)
    (void)snprintf(outcome->problem, sizeof outcome->problem, "no answer within %lld s",
                   (long long)(attempt->manner->timeout_ms / 1000));
  else if (code == CURLE_ABORTED_BY_CALLBACK)
    (void)snprintf(outcome->problem, sizeof outcome->problem, "not waited for: the user said stop");
  else if (code == CURLE_WRITE_ERROR)
    (void)snprintf(outcome->problem, sizeof outcome->problem, "its answer has no end");
  else if (code == CURLE_PEER_FAILED_VERIFICATION)
    (void)snprintf(outcome->problem, sizeof outcome->problem,
                   "its certificate is not one that is trusted here (CURL_CA_BUNDLE names a file "
                   "of others)");
  else
    (void)snprintf(outcome->problem, sizeof outcome->problem, "%s", why);
}

static void describe_status(struct post_outcome *outcome, const struct attempt *attempt) {
  struct text_buffer answer;

  text_buffer_init(&answer);
  if (attempt->kept > 0 &&
      !webhook_address_is_in(attempt->manner->address, attempt->answer, attempt->kept))
    visible_text_append(&answer, attempt->answer, attempt->kept);
  (void)snprintf(
      outcome->problem, sizeof outcome->problem, "HTTP status %d%s%s%s", (int)outcome->http_status,
      outcome->http_status / 100 == 3 ? ": it leads elsewhere, which is not followed" : "",
      answer.length > 0 ? ": " : "", text_buffer_string(&answer));
  text_buffer_finish(&answer);
}

/* Returns when a second try may do, in milliseconds; -1: it would not. */
static int64_t try_once(const struct post_manner *manner, const char *json, size_t length,
                        struct post_outcome *outcome) {
  struct attempt attempt = {.manner = manner};
  struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
  CURL *handle = curl_easy_init();
  int64_t later_ms = -1;
  curl_off_t after_s = 0;
  long status = 0;
  CURLcode code;

  *outcome = (struct post_outcome){0};
  if (!handle || !headers || !set_request(handle, &attempt, headers, json, length)) {
    (void)snprintf(outcome->problem, sizeof outcome->problem, "libcurl cannot be used for it");
  } else {
    code = curl_easy_perform(handle);
    (void)curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    (void)curl_easy_getinfo(handle, CURLINFO_RETRY_AFTER, &after_s);
    outcome->http_status = (int32_t)status;
    if (code != CURLE_OK)
      describe_failure(outcome, &attempt, code);
    else if (status / 100 != 2)
      describe_status(outcome, &attempt);
    if (code == CURLE_OK && (status == 429 || status >= 500))
      later_ms = after_s > 0 ? (int64_t)after_s * 1000 : LATER_MS;
  }
  curl_slist_free_all(headers);
  curl_easy_cleanup(handle);
  return later_ms > MOST_LATER_MS ? MOST_LATER_MS : later_ms;
}

/* False: nobody waits any longer. */
static bool wait_until(const struct post_manner *manner, int64_t until_ms) {
  const struct timespec moment = {0, LOOK_MS * 1000000L};

  while (timestamp_steady_ms() < until_ms) {
    if (atomic_load(&manner->is_over) || manner->host->cancelled(manner->host) > 0)
      return false;
    (void)nanosleep(&moment, NULL);
  }
  return true;
}

void post_message(const struct post_manner *manner, const char *json, size_t length,
                  struct post_outcome *outcome) {
  int64_t later_ms = try_once(manner, json, length, outcome);

  if (later_ms >= 0 && wait_until(manner, timestamp_steady_ms() + later_ms))
    (void)try_once(manner, json, length, outcome);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "fake_requests.h"

#include "text/text_buffer.h"

#include <stdlib.h>
#include <string.h>

struct requests {
  struct request open[FAKE_MOST];
  char *paths[FAKE_MOST]; /* NULL: the place is free */
};

static struct requests all;
int64_t fake_now_ms = 1000000;
uint32_t fake_sent;

int64_t fake_clock(void) {
  return fake_now_ms;
}

struct requests *fake_requests(void) {
  return &all;
}

static void forget(size_t i) {
  free(all.paths[i]);
  all.paths[i] = NULL;
}

void fake_reset(void) {
  for (size_t i = 0; i < FAKE_MOST; i++)
    forget(i);
  fake_sent = 0;
}

static size_t find(const char *part) {
  size_t i = 0;

  while (i < FAKE_MOST && !(all.paths[i] && strstr(all.paths[i], part)))
    i++;
  return i;
}

const char *fake_path(const char *part) {
  size_t i = find(part);

  return i < FAKE_MOST ? all.paths[i] : NULL;
}

const struct request *fake_request(const char *part) {
  size_t i = find(part);

  return i < FAKE_MOST ? &all.open[i] : NULL;
}

static void finish(size_t i, enum exchange_end end, int32_t status, const char *body) {
  const struct request request = all.open[i];
  const struct answer answer = {.end = end,
                                .status = status,
                                .body = body,
                                .length = strlen(body),
                                .retry_after_ms = -1,
                                .problem = end == EXCHANGE_ANSWERED ? "" : "it broke off"};

  forget(i);
  request.done(request.context, &answer);
}

bool fake_feed(const char *part, const char *data, size_t length) {
  size_t i = find(part);

  if (i == FAKE_MOST)
    abort();
  if (all.open[i].received(all.open[i].context, data, length) == 0)
    return true;
  finish(i, EXCHANGE_CLOSED, 200, "");
  return false;
}

void fake_end(const char *part, enum exchange_end end, int32_t status, const char *body) {
  size_t i = find(part);

  if (i == FAKE_MOST)
    abort();
  finish(i, end, status, body);
}

int32_t requests_send(struct requests *requests, const struct request *request,
                      struct hg_error *err) {
  size_t i = 0;

  (void)err;
  while (i < FAKE_MOST && requests->paths[i])
    i++;
  if (i == FAKE_MOST || strcmp(request->method, "GET") != 0)
    abort();
  requests->open[i] = *request;
  requests->paths[i] = strdup(request->path);
  fake_sent++;
  return 0;
}

void requests_end(struct requests *requests, const void *context) {
  for (size_t i = 0; i < FAKE_MOST; i++)
    if (requests->paths[i] && requests->open[i].context == context)
      forget(i);
}

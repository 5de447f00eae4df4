/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/readiness.h"

#include "text/timestamp.h"

#include <stdbool.h>
#include <stdlib.h>

enum { LEAST_ROOM = 32 };

static struct pollfd *find(struct readiness *readiness, curl_socket_t fd) {
  struct pollfd *socket = readiness->sockets;

  while (socket < readiness->sockets + readiness->count && socket->fd != fd)
    socket++;
  return socket;
}

static int add_room(struct readiness *readiness) {
  nfds_t room = readiness->room * 2 + LEAST_ROOM;
  struct pollfd *sockets;

  if (readiness->count < readiness->room)
    return 0;
  sockets = reallocarray(readiness->sockets, room, sizeof *sockets);
  if (!sockets)
    return -1;
  readiness->sockets = sockets;
  readiness->room = room;
  return 0;
}

/* What libcurl waits for at a socket, as it says: CURL_POLL_*. */
static int take_socket(CURL *handle, curl_socket_t fd, int what, void *context, void *unused) {
  struct readiness *readiness = context;
  struct pollfd *socket;

  (void)handle;
  (void)unused;
  if (what == CURL_POLL_REMOVE) { /* which must not want memory: fd is closed behind it */
    socket = find(readiness, fd);
    if (socket < readiness->sockets + readiness->count)
      *socket = readiness->sockets[--readiness->count];
    return 0;
  }
  if (add_room(readiness) < 0)
    return -1;
  socket = find(readiness, fd);
  if (socket == readiness->sockets + readiness->count)
    readiness->count++;
  *socket = (struct pollfd){
      .fd = fd,
      .events = (short)((what & CURL_POLL_IN ? POLLIN : 0) | (what & CURL_POLL_OUT ? POLLOUT : 0)),
  };
  return 0;
}

static int take_timer(CURLM *multi, long timeout_ms, void *context) {
  struct readiness *readiness = context;

  (void)multi;
  readiness->due_ms = timeout_ms < 0 ? -1 : timestamp_steady_ms() + timeout_ms;
  return 0;
}

int32_t readiness_init(struct readiness *readiness, CURLM *multi) {
  *readiness = (struct readiness){.multi = multi, .due_ms = -1};
  return curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, take_socket) == CURLM_OK &&
                 curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, readiness) == CURLM_OK &&
                 curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, take_timer) == CURLM_OK &&
                 curl_multi_setopt(multi, CURLMOPT_TIMERDATA, readiness) == CURLM_OK
             ? 0
             : -1;
}

void readiness_finish(struct readiness *readiness) {
  free(readiness->sockets);
}

static bool go_on(struct readiness *readiness, curl_socket_t fd, int events) {
  int running;

  return curl_multi_socket_action(readiness->multi, fd, events, &running) == CURLM_OK;
}

int32_t readiness_begin(struct readiness *readiness) {
  if (readiness->due_ms < 0 || readiness->due_ms > timestamp_steady_ms())
    return 0;
  readiness->due_ms = -1;
  return go_on(readiness, CURL_SOCKET_TIMEOUT, 0) ? 0 : -1;
}

/* The sockets may become others while libcurl goes on: one that is passed over for that is ready
 * the next time too. */
static bool go_on_ready(struct readiness *readiness) {
  for (nfds_t i = 0; i < readiness->count; i++) {
    struct pollfd *socket = &readiness->sockets[i];
    short came = socket->revents;
    /* An error is told by the read that meets it. */
    int events = (came & ~POLLOUT ? CURL_CSELECT_IN : 0) | (came & POLLOUT ? CURL_CSELECT_OUT : 0);

    socket->revents = 0;
    if (events != 0 && !go_on(readiness, socket->fd, events))
      return false;
  }
  return true;
}

int32_t readiness_wait(struct readiness *readiness, int64_t most_ms) {
  int64_t left_ms = readiness->due_ms - timestamp_steady_ms();

  if (readiness->due_ms >= 0 && left_ms < most_ms)
    most_ms = left_ms > 0 ? left_ms : 0;
  if (poll(readiness->sockets, readiness->count, (int)most_ms) > 0 && !go_on_ready(readiness))
    return -1;
  return readiness_begin(readiness);
}

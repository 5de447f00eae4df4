/* SPDX-License-Identifier: Apache-2.0 */
/* Drives libcurl by its sockets: only the transfers whose socket is ready are looked at, where
 * curl_multi_perform looks at each of them, with a system call of its own. One thread. */
#ifndef LIB_CLUSTER_READINESS_H
#define LIB_CLUSTER_READINESS_H

#include <curl/curl.h>
#include <poll.h>
#include <stdint.h>

struct readiness {
  CURLM *multi;
  struct pollfd *sockets; /* that libcurl waits for */
  nfds_t count;
  nfds_t room;
  int64_t due_ms; /* steady clock: libcurl wants to be called; -1: it does not */
};

/* -1: libcurl does not take it. The handle outlives it. */
int32_t readiness_init(struct readiness *readiness, CURLM *multi);

/* Once the handle is no more. */
void readiness_finish(struct readiness *readiness);

/* Lets libcurl begin what it was given, and do what is due. -1: it can do no more. */
int32_t readiness_begin(struct readiness *readiness);

/* Waits for at most so long until something is ready or due, and lets libcurl go on with it. -1: it
 * can do no more. */
int32_t readiness_wait(struct readiness *readiness, int64_t most_ms);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The watch as a whole: every namespace of the request, until each Job that is wanted has ended. */
#ifndef WATCH_CLUSTER_PURSUIT_H
#define WATCH_CLUSTER_PURSUIT_H

#include "container_logs.h"
#include "namespace_watch.h"

#include <headgate/host.h>

struct pursuit_limits {
  uint32_t log_streams; /* at a time */
  int64_t timeout_ms;   /* without an answer, or a byte of a list */
};

/* Allocated; does not move. */
struct pursuit {
  const struct hg_host *host;
  const struct hg_watch_sink *sink;
  struct requests *requests;
  struct pursuit_limits limits;
  struct followed_jobs jobs;
  struct container_logs logs;
  struct namespace_watch *spaces;
  int64_t looked_ms; /* when the Jobs were last looked at */
  bool is_troubled;  /* the sink was told that the server cannot be asked */
};

/* Opens: tries the rights and tells of the Jobs that are there. `request` outlives the pursuit, the
 * sink this call. NULL: they cannot be followed. */
struct pursuit *pursuit_open(const struct hg_host *host, const struct hg_watch_request *request,
                             const struct hg_watch_sink *sink, const struct pursuit_limits *limits,
                             struct hg_error *err);

/* Follows them. -1: it cannot go on. */
int32_t pursuit_follow(struct pursuit *pursuit, const struct hg_watch_sink *sink,
                       struct hg_error *err);

/* Accepts NULL. */
void pursuit_destroy(struct pursuit *pursuit);

#endif

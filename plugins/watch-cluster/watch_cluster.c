/* SPDX-License-Identifier: Apache-2.0 */
/* The watcher: its options, and what the host calls. */
#include "cluster/cluster_uid.h"
#include "cluster/requests.h"
#include "memory/no_memory.h"
#include "pursuit.h"

#include <headgate/plugin.h>
#include <headgate/watcher.h>
#include <stdlib.h>

struct watcher {
  const struct hg_host *host;
  struct pursuit_limits limits;
  struct pursuit *pursuit; /* NULL until opened */
};

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "timeout", "30", NULL,
     "seconds after which a request without an answer is given up", 1, 86400},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "log-streams", "64", NULL,
     "logs read at one time, each on a connection of its own", 1, 1000},
};

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  struct watcher *watcher = calloc(1, sizeof *watcher);

  if (!watcher)
    return no_memory(err);
  watcher->host = host;
  watcher->limits = (struct pursuit_limits){
      .log_streams = (uint32_t)hg_option_number(host->option(host, "log-streams")),
      .timeout_ms = hg_option_number(host->option(host, "timeout")) * 1000,
  };
  *self = watcher;
  return 0;
}

static int32_t open(void *self, const struct hg_watch_request *request,
                    const struct hg_watch_sink *sink, struct hg_error *err) {
  struct watcher *watcher = self;

  watcher->pursuit = pursuit_open(watcher->host, request, sink, &watcher->limits, err);
  return watcher->pursuit ? 0 : -1;
}

static int32_t watch(void *self, const struct hg_watch_sink *sink, struct hg_error *err) {
  const struct watcher *watcher = self;

  return pursuit_follow(watcher->pursuit, sink, err);
}

static void destroy(void *self) {
  struct watcher *watcher = self;

  if (!watcher)
    return;
  pursuit_destroy(watcher->pursuit);
  free(watcher);
}

static void cluster_uid(void *self, char uid[HG_CLUSTER_UID_SIZE]) {
  const struct watcher *watcher = self;

  struct requests *requests = NULL;

  (void)requests_create(watcher->host, 1, &requests, NULL);
  cluster_uid_read(requests, watcher->limits.timeout_ms, uid);
  requests_destroy(requests);
}

static const struct hg_watcher_ops ops = {
    .struct_size = sizeof(struct hg_watcher_ops),
    .create = create,
    .open = open,
    .watch = watch,
    .destroy = destroy,
    .cluster_uid = cluster_uid,
};

HG_PLUGIN(WATCHER, "watch-cluster", HEADGATE_VERSION,
          "Follows Jobs to their end, with their Pods, events and logs", ops, HG_TABLE(options),
          HG_NO_TABLE);

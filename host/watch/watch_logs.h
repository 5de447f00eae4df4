/* SPDX-License-Identifier: Apache-2.0 */
/* The sink's functions for logs: the watch thread's. */
#ifndef HOST_WATCH_WATCH_LOGS_H
#define HOST_WATCH_WATCH_LOGS_H

#include "watch/watching_parts.h"

int32_t watch_log_open(const struct hg_watch_sink *sink, uint64_t item, const char *pod_uid,
                       const char *container, uint32_t restart, struct hg_log_resume *resume,
                       void **log);
int32_t watch_log_append(const struct hg_watch_sink *sink, void *log, struct hg_bytes lines,
                         uint32_t *more);
int32_t watch_log_resume(const struct hg_watch_sink *sink, void *log, struct hg_log_resume *resume);
int32_t watch_log_close(const struct hg_watch_sink *sink, void *log, uint32_t end, const char *why);

/* What the watcher left open. */
void watch_logs_close_all(struct watching *watching);

#endif

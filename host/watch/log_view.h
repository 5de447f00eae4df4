/* SPDX-License-Identifier: Apache-2.0 */
/* A kept log, as it is shown: from its last lines on, and on as it grows. */
#ifndef HOST_WATCH_LOG_VIEW_H
#define HOST_WATCH_LOG_VIEW_H

#include "text/text_buffer.h"
#include "watch/log_store.h"

#include <headgate/error.h>

/* How lines are shown. */
struct log_look {
  bool has_times;   /* with the server's timestamps */
  bool is_terminal; /* a person looks: control characters are made visible */
};

/* Where they go. -1: nobody takes them any longer. */
typedef int32_t log_sink(void *context, const char *data, uint64_t length, struct hg_error *err);

/* Embedded in its owner. */
struct log_view {
  int file;
  struct log_look look;
  struct text_buffer line; /* as far as it came */
};

/* The log at `path`, as the history keeps it ("RUN/NAMESPACE/..."), from its last `tail` lines on;
 * -1: from the beginning. */
int32_t log_view_open(struct log_view *view, struct log_store *store, const char *path,
                      int64_t tail, const struct log_look *look, struct hg_error *err);
void log_view_close(struct log_view *view);

/* Shows the lines that are there by now. `is_over`: it does not grow any longer, and so what has no
 * end is a line, too. */
int32_t log_view_show(struct log_view *view, bool is_over, log_sink *sink, void *context,
                      struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The log of one container, as the API server streams it: whole lines, each with its timestamp.
 *
 * The end of a stream is not the end of a log: kubelets, proxies and servers end streams for
 * reasons of their own. Its owner knows the container, and opens the log again where the last line
 * stood: by that line's second, and how many lines of that second it has. The kubelet picks by
 * second and piece by piece, so that what comes may begin in the middle of a line that began
 * before: what has no timestamp is no line.
 */
#ifndef LIB_CLUSTER_LOG_STREAM_H
#define LIB_CLUSTER_LOG_STREAM_H

#include "cluster/requests.h"
#include "text/text_buffer.h"

enum { LOG_STREAM_MOST_LINE = 4 << 20 }; /* bytes; a log with a longer one is given up */

enum log_stream_end {
  LOG_STREAM_ENDED,   /* as it should */
  LOG_STREAM_BROKEN,  /* it broke off, or the server could not be asked just now */
  LOG_STREAM_NOT_YET, /* there is no log yet: the Pod has no node, the container waits */
  LOG_STREAM_GONE,    /* the server has it no longer, or cannot give it */
  LOG_STREAM_CLOSED,  /* nobody wanted more: `lines` said so */
};

/* What is asked for. Borrowed during the call. */
struct log_stream_request {
  const char *pod_namespace;
  const char *pod;
  const char *container;
  const char *since;  /* only lines of this second and later ones, RFC 3339; "": from the start */
  uint64_t skip;      /* so many lines of those are dropped */
  uint32_t tail;      /* only so many lines of what is there; 0: all */
  bool follows;       /* what is still to be written, too */
  bool is_previous;   /* of the container's run before the newest */
  int64_t silence_ms; /* without a byte; 0: no limit */
};

struct log_stream_owner {
  void *context;

  /* Whole lines with their line feeds. -1: no more. */
  int32_t (*lines)(void *context, const char *data, size_t length);

  /* Once. `why`: one sentence, what the server said instead of (the rest of) the log; or "". The
   * last line, if it has no line feed, is in stream->begun, and is a line if the log has ended. */
  void (*ended)(void *context, enum log_stream_end end, const char *why);
};

/* Embedded in its owner, and does not move while it runs. */
struct log_stream {
  struct log_stream_owner owner;
  struct requests *requests;
  struct text_buffer begun; /* a line whose end has not come */
  uint64_t skip;            /* lines that are still to be dropped */
  bool is_resumed;
  bool is_first; /* nothing but the line that comes next has come */
  bool runs;
  bool is_closed;
  char said[200]; /* a text that stood where a line was to be */
};

void log_stream_init(struct log_stream *stream, struct requests *requests,
                     const struct log_stream_owner *owner);

/* Ends it where it runs, without telling. */
void log_stream_finish(struct log_stream *stream);

/* Asks for the log. It does not run. -1: no memory. */
int32_t log_stream_start(struct log_stream *stream, const struct log_stream_request *request,
                         struct hg_error *err);

/* Whether a text begins with a timestamp and a blank, as each line of a log does. */
bool log_line_is_stamped(const char *line, size_t length);

#endif

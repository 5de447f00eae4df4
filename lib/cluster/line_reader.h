/* SPDX-License-Identifier: Apache-2.0 */
/* A stream, cut into its lines as its bytes arrive: the events of a watch, the lines of a log.
 *
 * What stands behind the last line feed when the stream ends is not a line: a connection that broke
 * off cut it. Whoever knows that the stream ended as it should takes it all the same.
 */
#ifndef LIB_CLUSTER_LINE_READER_H
#define LIB_CLUSTER_LINE_READER_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

/* A line's bytes without the line feed, valid during the call. 0: go on; -1 with err set: stop. */
typedef int32_t line_function(void *context, const char *line, size_t length, struct hg_error *err);

/* Embedded in its owner. */
struct line_reader {
  line_function *take;
  void *context;
  size_t most;              /* bytes of a line */
  struct text_buffer begun; /* of a line whose end has not come */
};

void line_reader_init(struct line_reader *reader, size_t most, line_function *take, void *context);
void line_reader_finish(struct line_reader *reader);

/* Takes the next bytes. -1: a line has more than `most` bytes (HG_ERROR_LIMIT), or `take` said
 * stop. */
int32_t line_reader_feed(struct line_reader *reader, const char *data, size_t length,
                         struct hg_error *err);

#endif

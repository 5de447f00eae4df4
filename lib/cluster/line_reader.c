/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/line_reader.h"

#include "memory/no_memory.h"

#include <string.h>

void line_reader_init(struct line_reader *reader, size_t most, line_function *take, void *context) {
  reader->take = take;
  reader->context = context;
  reader->most = most;
  text_buffer_init(&reader->begun);
}

void line_reader_finish(struct line_reader *reader) {
  text_buffer_finish(&reader->begun);
}

static int32_t begin(struct line_reader *reader, const char *data, size_t length,
                     struct hg_error *err) {
  if (length > reader->most - reader->begun.length)
    return hg_error_set(err, HG_ERROR_LIMIT, "a line of the server has more than %zu bytes",
                        reader->most);
  text_buffer_append(&reader->begun, data, length);
  return reader->begun.failed ? no_memory(err) : 0;
}

int32_t line_reader_feed(struct line_reader *reader, const char *data, size_t length,
                         struct hg_error *err) {
  while (length > 0) {
    const char *end = memchr(data, '\n', length);
    size_t size = end ? (size_t)(end - data) : length;
    int32_t result;

    if (!end || reader->begun.length > 0 || size > reader->most) {
      if (begin(reader, data, size, err) < 0)
        return -1;
      if (!end)
        return 0;
      result = reader->take(reader->context, text_buffer_string(&reader->begun),
                            reader->begun.length, err);
      text_buffer_reset(&reader->begun);
    } else {
      result = reader->take(reader->context, data, size, err);
    }
    if (result < 0)
      return -1;
    data += size + 1;
    length -= size + 1;
  }
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What an API server answers, cut as the network may cut it. The first byte of the input says what
 * the rest is ('L': a list, 'W': lines, of a watch or of a log, 'S': the answer to a request, a
 * Status or anything else, 'J': two Jobs, a line each, 'M': any object, 'P': NO_PROXY and a host, a
 * line each), the second the size of the pieces. */
#include "cluster/environment_proxy.h"
#include "cluster/line_reader.h"
#include "cluster/list_reader.h"
#include "live_job.h"
#include "reply.h"
#include "json/json_members.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINE = 4096 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void finding(const char *what) {
  (void)fprintf(stderr, "FINDING: %s\n", what);
  abort();
}

/* What a reader gave: each part and a NUL behind it. */
struct taken {
  struct text_buffer bytes;
  size_t count;
};

static int32_t take(void *context, const char *bytes, size_t length, struct hg_error *err) {
  struct taken *taken = context;

  (void)err;
  text_buffer_append(&taken->bytes, bytes, length);
  text_buffer_append_char(&taken->bytes, '\0');
  taken->count++;
  return 0;
}

/* Deeper than what the readers take. */
static bool is_deep(const char *bytes, size_t length) {
  size_t depth = 0;
  size_t deepest = 0;

  for (size_t i = 0; i < length; i++) {
    depth += bytes[i] == '{' || bytes[i] == '[';
    deepest = depth > deepest ? depth : deepest;
    depth -= depth > 0 && (bytes[i] == '}' || bytes[i] == ']');
  }
  return deepest > JSON_MEMBERS_MOST_DEPTH - 10;
}

/* --- Lists ------------------------------------------------------------------------------------ */

static int32_t read_list(const char *bytes, size_t length, size_t piece, struct taken *taken) {
  struct hg_error error = HG_ERROR_INIT;
  struct list_reader reader;
  int32_t result = 0;

  text_buffer_init(&taken->bytes);
  taken->count = 0;
  list_reader_init(&reader, take, taken);
  for (size_t at = 0; at < length && result == 0; at += piece)
    result =
        list_reader_feed(&reader, bytes + at, piece < length - at ? piece : length - at, &error);
  if (result == 0)
    result = list_reader_end(&reader, &error);
  if (result < 0 && !*error.message)
    finding("a list that is refused without a word");
  text_buffer_append_string(&taken->bytes, text_buffer_string(&reader.metadata));
  list_reader_finish(&reader);
  return result;
}

/* jansson takes it for a list whose items are objects: then the reader does, and each item is one.
 */
static void compare_list(const char *bytes, size_t length, int32_t result,
                         const struct taken *taken) {
  json_t *list = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
  const json_t *items = json_object_get(list, "items");
  const char *item = text_buffer_string(&taken->bytes);
  bool are_objects = json_is_array(items);
  const json_t *one;
  size_t index;

  json_array_foreach(items, index, one) are_objects = are_objects && json_is_object(one);
  if (list && are_objects && !is_deep(bytes, length)) {
    if (result < 0 || taken->count != json_array_size(items))
      finding("a list that is one, and is not taken");
    json_array_foreach(items, index, one) {
      json_t *read = json_loads(item, 0, NULL);

      if (!json_equal(read, one))
        finding("an item that is another");
      json_decref(read);
      item += strlen(item) + 1;
    }
  }
  json_decref(list);
}

static void try_list(const char *bytes, size_t length, size_t piece) {
  struct taken whole;
  struct taken pieces;
  int32_t result = read_list(bytes, length, length + 1, &whole);

  if (result != read_list(bytes, length, piece, &pieces) ||
      (result == 0 && (whole.bytes.length != pieces.bytes.length ||
                       memcmp(text_buffer_string(&whole.bytes), text_buffer_string(&pieces.bytes),
                              whole.bytes.length) != 0)))
    finding("a list that depends on how it is cut");
  compare_list(bytes, length, result, &whole);
  text_buffer_finish(&whole.bytes);
  text_buffer_finish(&pieces.bytes);
}

/* --- Lines ------------------------------------------------------------------------------------ */

static void try_lines(const char *bytes, size_t length, size_t piece) {
  struct taken taken = {.count = 0};
  struct hg_error error = HG_ERROR_INIT;
  struct line_reader reader;
  size_t expected = 0;
  size_t longest = 0;
  int32_t result = 0;

  for (size_t at = 0, start = 0; at <= length; at++)
    if (at == length || bytes[at] == '\n') {
      longest = at - start > longest ? at - start : longest;
      expected += at < length;
      start = at + 1;
    }
  text_buffer_init(&taken.bytes);
  line_reader_init(&reader, MOST_LINE, take, &taken);
  for (size_t at = 0; at < length && result == 0; at += piece)
    result =
        line_reader_feed(&reader, bytes + at, piece < length - at ? piece : length - at, &error);
  if ((result < 0) != (longest > MOST_LINE))
    finding("a line's length");
  if (result == 0 && taken.count != expected)
    finding("a line too many, or too few");
  for (size_t at = 0; result == 0 && at < taken.bytes.length; at++)
    if (taken.bytes.data[at] != bytes[at] && (taken.bytes.data[at] != '\0' || bytes[at] != '\n'))
      finding("a line that is another");
  line_reader_finish(&reader);
  text_buffer_finish(&taken.bytes);
}

/* --- Answers ---------------------------------------------------------------------------------- */

static void try_answer(const char *bytes, size_t length, int32_t status) {
  char *body = malloc(length + 1);
  const struct answer answer = {
      .end = EXCHANGE_ANSWERED, .status = status, .body = body, .length = length, .problem = ""};
  const struct failure_class *class;
  struct echoed_values values;
  struct text_buffer reason;
  struct text_buffer words;
  struct arena scratch;

  if (!body)
    return;
  memcpy(body, bytes, length);
  body[length] = '\0';
  arena_init(&scratch);
  text_buffer_init(&reason);
  text_buffer_init(&words);
  echoed_values_init(&values, NULL);
  class = reply_class(&answer, "nightly", length % 2, &values, &scratch, &reason, &words);
  echoed_values_finish(&values);
  if (!class || !class->name || reason.length == 0)
    finding("a failure without a class or a reason");
  for (size_t i = 0; i < reason.length; i++)
    if ((unsigned char)reason.data[i] < ' ')
      finding("a reason that moves the cursor");
  text_buffer_finish(&words);
  text_buffer_finish(&reason);
  arena_finish(&scratch);
  free(body);
}

static void try_jobs(const char *bytes, size_t length) {
  const char *end = memchr(bytes, '\n', length);
  size_t first = end ? (size_t)(end - bytes) : length;
  struct live_print before_print;
  struct live_print after_print;
  struct text_buffer scratch;
  struct live_job before;
  struct live_job after;

  text_buffer_init(&scratch);
  if (live_job_read(bytes, first, &before) && live_job_print(&before, &scratch, &before_print) &&
      !live_job_is_same(&before_print, &before, &scratch))
    finding("a Job that is another than itself");
  if (end && live_job_read(bytes, first, &before) &&
      live_job_read(end + 1, length - first - 1, &after) &&
      live_job_print(&before, &scratch, &before_print) &&
      live_job_print(&after, &scratch, &after_print) &&
      live_job_is_same(&before_print, &after, &scratch) !=
          live_job_is_same(&after_print, &before, &scratch))
    finding("a Job that is the same one way only");
  text_buffer_finish(&scratch);
}

/* --- Members ---------------------------------------------------------------------------------- */

static void compare_value(struct json_slice slice, const json_t *value) {
  json_t *read = slice.at ? json_loadb(slice.at, slice.length, JSON_DECODE_ANY, NULL) : NULL;

  if (slice.at ? !json_equal(read, value) : value && !json_is_null(value))
    finding("a value that is another");
  json_decref(read);
}

/* What jansson takes for an object has the same members, and their arrays the same items. */
static void try_members(const char *bytes, size_t length) {
  static const char *const names[] = {"kind", "metadata", "items"};
  json_t *object = json_loadb(bytes, length, JSON_REJECT_DUPLICATES, NULL);
  struct json_slice values[3];
  struct json_slice item = {NULL, 0};
  size_t index = 0;
  int32_t result = json_members((struct json_slice){bytes, length}, names, values, 3);

  if (json_is_object(object) && !memchr(bytes, '\\', length) && !is_deep(bytes, length)) {
    const json_t *items = json_object_get(object, "items");

    if (result < 0)
      finding("an object that is one, and is not taken");
    for (size_t i = 0; i < 3; i++)
      compare_value(values[i], json_object_get(object, names[i]));
    while (json_next_item(values[2], &item))
      compare_value(item, json_array_get(items, index++));
    if (index != json_array_size(items))
      finding("an array's items");
  }
  item = (struct json_slice){NULL, 0};
  while (result == 0 && json_next_item(values[1], &item))
    continue;
  json_decref(object);
}

/* --- NO_PROXY --------------------------------------------------------------------------------- */

/* A list, then a host. */
static void try_no_proxy(const char *bytes, size_t length) {
  char *text = strndup(bytes, length);
  char *host = text ? strchr(text, '\n') : NULL;
  char *wider;

  if (host) {
    *host++ = '\0';
    if (asprintf(&wider, "x,%s,*", text) < 0)
      abort();
    if (!no_proxy_names(wider, host, "443"))
      finding("a list of all that leaves one out");
    (void)no_proxy_names(text, host, "443");
    free(wider);
  }
  free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const int32_t statuses[] = {200, 204, 301, 400, 401, 403, 404, 409,
                                     413, 422, 429, 500, 502, 503, 504, 999};
  const char *bytes = (const char *)data + 2;
  size_t length = size - 2;

  if (size < 2)
    return 0;
  switch (data[0]) {
  case 'L':
    try_list(bytes, length, data[1] % 64 + 1);
    break;
  case 'W':
    try_lines(bytes, length, data[1] % 64 + 1);
    break;
  case 'S':
    try_answer(bytes, length, statuses[data[1] % 16]);
    break;
  case 'J':
    try_jobs(bytes, length);
    break;
  case 'P':
    try_no_proxy(bytes, length);
    break;
  case 'M':
    try_members(bytes, length);
    break;
  default:
    break;
  }
  return 0;
}

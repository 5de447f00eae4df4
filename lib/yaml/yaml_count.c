/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_count.h"

#include "memory/no_memory.h"
#include "yaml/yaml_null.h"
#include "yaml/yaml_text.h"

#include <stdbool.h>
#include <string.h>
#include <yaml.h>

/* What the lines of a document have shown so far. */
enum content { NO_CONTENT, SOME_CONTENT, UNCLEAR_CONTENT };

/* Line breaks that count_by_lines does not know: U+0085, U+2028 and U+2029 of YAML 1.1, and
 * carriage returns alone. */
static bool has_odd_breaks(const char *bytes, size_t length) {
  const char *end = bytes + length;

  /* One byte is looked for at a time: no search is faster, and these are rare. */
  for (const char *at = bytes; (at = memchr(at, '\r', (size_t)(end - at))); at++)
    if (at + 1 == end || at[1] != '\n')
      return true;
  for (const char *at = bytes; (at = memchr(at, '\xc2', (size_t)(end - at))); at++)
    if (end - at >= 2 && at[1] == '\x85')
      return true;
  for (const char *at = bytes; (at = memchr(at, '\xe2', (size_t)(end - at))); at++)
    if (end - at >= 3 && at[1] == '\x80' && (at[2] == '\xa8' || at[2] == '\xa9'))
      return true;
  return false;
}

static bool is_one_of(char c, const char *set) {
  return c && strchr(set, c);
}

static bool is_marker(const char *line, const char *end, const char *marker) {
  return end - line >= 3 && memcmp(line, marker, 3) == 0 &&
         (end - line == 3 || is_one_of(line[3], " \t\r\n"));
}

/* What is at `at`, the rest of a line of a document that has shown no content yet. A plain scalar
 * that may be null, and what may stand before one, is unclear. */
static enum content content_of(const char *at, const char *end) {
  while (at < end && is_one_of(*at, " \t\r"))
    at++;
  if (at == end || *at == '\n' || *at == '#')
    return NO_CONTENT;
  return is_one_of(*at, "nN~!&%") ? UNCLEAR_CONTENT : SOME_CONTENT;
}

/* Counts by looking at lines. False where a document is unclear. */
static bool count_by_lines(const char *bytes, size_t length, uint64_t *count) {
  const char *end = bytes + length;
  enum content content = NO_CONTENT;

  *count = 0;
  for (const char *line = bytes + yaml_text_mark(bytes, length); line < end;) {
    const char *next = memchr(line, '\n', (size_t)(end - line));

    next = next ? next + 1 : end;
    if (is_marker(line, next, "---") || is_marker(line, next, "...")) {
      *count += content == SOME_CONTENT;
      content = *line == '-' ? content_of(line + 3, next) : NO_CONTENT;
    } else if (content == NO_CONTENT) {
      content = content_of(line, next);
    }
    if (content == UNCLEAR_CONTENT)
      return false;
    line = next;
  }
  *count += content == SOME_CONTENT;
  return true;
}

/* Whether the event is a document's root, and it is not null. */
static bool is_content(const yaml_event_t *event) {
  if (event->type != YAML_SCALAR_EVENT)
    return true;
  return !yaml_null_is((const char *)event->data.scalar.value, (uint32_t)event->data.scalar.style,
                       (const char *)event->data.scalar.tag);
}

/* Counts by the parser's events, up to the first document that it cannot read, that one included.
 */
static int32_t count_by_events(const char *bytes, size_t length, uint64_t *count,
                               struct hg_error *err) {
  yaml_parser_t parser;
  yaml_event_t event;
  bool is_root = false;    /* the next event is a root */
  bool is_counted = false; /* the document that is being read */
  bool is_end = false;
  int32_t rc = 0;

  *count = 0;
  if (!yaml_parser_initialize(&parser))
    return no_memory(err);
  yaml_parser_set_input_string(&parser, (const unsigned char *)bytes, length);
  while (!is_end) {
    if (!yaml_parser_parse(&parser, &event)) {
      if (parser.error == YAML_MEMORY_ERROR)
        rc = no_memory(err);
      *count += !is_counted;
      break;
    }
    if (is_root)
      is_counted = is_content(&event);
    *count += is_root && is_counted;
    is_root = event.type == YAML_DOCUMENT_START_EVENT;
    if (event.type == YAML_DOCUMENT_END_EVENT)
      is_counted = false;
    is_end = event.type == YAML_STREAM_END_EVENT;
    yaml_event_delete(&event);
  }
  yaml_parser_delete(&parser);
  return rc;
}

int32_t yaml_count_documents(const char *bytes, uint64_t length, uint64_t *count,
                             struct hg_error *err) {
  /* One by its lines may still be one and a broken rest: {"a": 1} {"b": 2}. */
  if (!has_odd_breaks(bytes, (size_t)length) && count_by_lines(bytes, (size_t)length, count) &&
      *count > 1)
    return 0;
  return count_by_events(bytes, (size_t)length, count, err);
}

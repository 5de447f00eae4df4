/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_text.h"

#include "text/utf8.h"

#include <stdbool.h>
#include <string.h>

static const char BYTE_ORDER_MARK[] = "\xef\xbb\xbf";
enum { BYTE_ORDER_MARK_SIZE = 3 };

uint64_t yaml_text_mark(const char *bytes, uint64_t length) {
  bool marked =
      length >= BYTE_ORDER_MARK_SIZE && memcmp(bytes, BYTE_ORDER_MARK, BYTE_ORDER_MARK_SIZE) == 0;
  return marked ? BYTE_ORDER_MARK_SIZE : 0;
}

void yaml_text_position(const char *bytes, uint64_t length, uint64_t offset, uint32_t *line,
                        uint32_t *column) {
  uint64_t at = yaml_text_mark(bytes, length);

  *line = 1;
  *column = 1;
  while (at < offset && at < length) {
    uint32_t character = 0;
    size_t size = utf8_decode(bytes + at, length - at, &character);

    at += size ? size : 1;
    if (character == '\r' && at < length && bytes[at] == '\n')
      continue;
    if (character == '\n' || character == '\r' || character == 0x85 || character == 0x2028 ||
        character == 0x2029) {
      (*line)++;
      *column = 1;
    } else {
      (*column)++;
    }
  }
}

size_t yaml_text_space(const char *bytes, size_t length) {
  size_t at = 0;

  while (at < length) {
    uint32_t c = 0;
    size_t size = utf8_decode(bytes + at, length - at, &c);

    if (size == 0 || !((c >= '\t' && c <= '\r') || c == ' ' || c == 0x85 || c == 0xa0 ||
                       c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
                       c == 0x202f || c == 0x205f || c == 0x3000))
      break;
    at += size;
  }
  return at;
}

uint64_t yaml_text_advance(const char *bytes, uint64_t length, uint64_t offset,
                           uint64_t characters) {
  while (characters > 0 && offset < length) {
    offset++;
    while (offset < length && utf8_goes_on(bytes[offset]))
      offset++;
    characters--;
  }
  return offset;
}

bool yaml_text_holds(const char *bytes, size_t length, const char *needle, size_t size,
                     size_t rare) {
  const char *end = bytes + length;
  const char *at = bytes;

  for (; at < end && (at = memchr(at, needle[rare], (size_t)(end - at))); at++)
    if ((size_t)(at - bytes) >= rare && (size_t)(end - at) >= size - rare &&
        memcmp(at - rare, needle, size) == 0)
      return true;
  return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "text/utf8.h"

#include <string.h>

size_t utf8_count(const char *text, size_t length) {
  size_t count = 0;

  for (size_t i = 0; i < length; i++)
    count += !utf8_goes_on(text[i]);
  return count;
}

size_t utf8_decode(const char *text, size_t length, uint32_t *codepoint) {
  const unsigned char *byte = (const unsigned char *)text;
  uint32_t value;
  uint32_t smallest;
  size_t count;

  if (byte[0] < 0x80) {
    *codepoint = byte[0];
    return 1;
  }
  if (byte[0] >= 0xc2 && byte[0] <= 0xdf) {
    count = 2, value = byte[0] & 0x1fu, smallest = 0x80;
  } else if (byte[0] >= 0xe0 && byte[0] <= 0xef) {
    count = 3, value = byte[0] & 0x0fu, smallest = 0x800;
  } else if (byte[0] >= 0xf0 && byte[0] <= 0xf4) {
    count = 4, value = byte[0] & 0x07u, smallest = 0x10000;
  } else {
    return 0;
  }
  if (count > length)
    return 0;
  for (size_t i = 1; i < count; i++) {
    if (!utf8_goes_on(text[i]))
      return 0;
    value = value << 6 | (byte[i] & 0x3fu);
  }
  if (value < smallest || value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff))
    return 0;
  *codepoint = value;
  return count;
}

size_t utf8_piece(const char *text, size_t length, size_t most) {
  if (length <= most)
    return length;
  /* A character that goes on at `most` begins at one of the three bytes before. */
  for (size_t back = 0; back <= 3; back++)
    if (!utf8_goes_on(text[most - back]))
      return most - back;
  return most;
}

void utf8_copy_cut(char *to, size_t room, const char *from) {
  size_t length = utf8_piece(from, strlen(from), room - 1);

  memcpy(to, from, length);
  to[length] = '\0';
}

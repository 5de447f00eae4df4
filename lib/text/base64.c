/* SPDX-License-Identifier: Apache-2.0 */
#include "text/base64.h"

#include <stdbool.h>
#include <string.h>

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

void base64_append(struct text_buffer *text, const char *data, size_t length) {
  for (size_t i = 0; i < length; i += 3) {
    size_t given = length - i < 3 ? length - i : 3;
    char spelled[4] = {'=', '=', '=', '='};
    uint32_t bits = 0;

    for (size_t j = 0; j < 3; j++)
      bits = bits << 8 | (j < given ? (unsigned char)data[i + j] : 0u);
    for (size_t j = 0; j <= given; j++)
      spelled[j] = alphabet[bits >> (18 - 6 * j) & 63u];
    text_buffer_append(text, spelled, sizeof spelled);
  }
}

/* Appends the bytes of a group of which `digits`, 2 to 4, were spelled. */
static void append_group(struct text_buffer *bytes, uint32_t bits, size_t digits) {
  bits <<= 6 * (4 - digits);
  for (size_t i = 0; i + 1 < digits; i++)
    text_buffer_append_char(bytes, (char)(bits >> (16 - 8 * i) & 255u));
}

static int32_t decode(struct text_buffer *bytes, const char *data, size_t length, bool is_lenient) {
  uint32_t bits = 0;
  size_t digits = 0; /* of the group of four */
  size_t padding = 0;

  for (size_t i = 0; i < length; i++) {
    const char *found = memchr(alphabet, data[i], 64);

    if (is_lenient && (data[i] == '\r' || data[i] == '\n'))
      continue;
    if (data[i] == '=') {
      if (digits < 2 || digits + ++padding > 4)
        return -1;
      continue;
    }
    if (!found || padding > 0)
      return -1;
    bits = bits << 6 | (uint32_t)(found - alphabet);
    if (++digits == 4) {
      append_group(bytes, bits, digits);
      digits = 0;
      bits = 0;
    }
  }
  if (digits == 0)
    return 0;
  if (digits + padding != 4 || (!is_lenient && bits & ((1u << (2 * padding)) - 1)))
    return -1;
  append_group(bytes, bits, digits);
  return 0;
}

int32_t base64_decode(struct text_buffer *bytes, const char *data, size_t length) {
  return decode(bytes, data, length, false);
}

int32_t base64_decode_lenient(struct text_buffer *bytes, const char *data, size_t length) {
  return decode(bytes, data, length, true);
}

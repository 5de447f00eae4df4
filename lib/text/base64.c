/* SPDX-License-Identifier: Apache-2.0 */
#include "text/base64.h"

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

int32_t base64_decode(struct text_buffer *bytes, const char *data, size_t length) {
  if (length % 4 != 0)
    return -1;
  for (size_t i = 0; i < length; i += 4) {
    bool is_last = i + 4 == length;
    size_t given = is_last && data[i + 3] == '=' ? (data[i + 2] == '=' ? 1 : 2) : 3;
    uint32_t bits = 0;

    for (size_t j = 0; j < 4; j++) {
      const char *found = j <= given ? memchr(alphabet, data[i + j], 64) : alphabet;

      if (!found)
        return -1;
      bits = bits << 6 | (uint32_t)(found - alphabet);
    }
    if (given < 3 && bits & ((1u << (24 - 8 * given)) - 1))
      return -1;
    for (size_t j = 0; j < given; j++)
      text_buffer_append_char(bytes, (char)(bits >> (16 - 8 * j) & 255u));
  }
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml_binary.h"

static int value_of(char c) {
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

int32_t yaml_binary_decode(const char *text, size_t length, char *out, size_t *out_length) {
  uint32_t bits = 0;
  size_t digits = 0;  /* of the group of four */
  size_t padding = 0; /* '=' seen */
  size_t used = 0;
  size_t i;

  for (i = 0; i < length; i++) {
    int value;

    if (text[i] == '\r' || text[i] == '\n')
      continue;
    if (text[i] == '=') {
      padding++;
      if (digits + padding > 4 || digits < 2)
        return -1;
      continue;
    }
    value = value_of(text[i]);
    if (value < 0 || padding > 0)
      return -1;
    bits = bits << 6 | (uint32_t)value;
    if (++digits == 4) {
      out[used++] = (char)(unsigned char)(bits >> 16);
      out[used++] = (char)(unsigned char)(bits >> 8);
      out[used++] = (char)(unsigned char)bits;
      digits = 0;
      bits = 0;
    }
  }
  if (digits != 0 && digits + padding != 4)
    return -1;
  if (digits >= 2)
    out[used++] = (char)(unsigned char)(bits >> (digits == 2 ? 4 : 10));
  if (digits == 3)
    out[used++] = (char)(unsigned char)(bits >> 2);
  *out_length = used;
  return 0;
}

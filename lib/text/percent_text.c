/* SPDX-License-Identifier: Apache-2.0 */
#include "text/percent_text.h"

#include <string.h>

static bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         (c != '\0' && strchr("-._~", c));
}

void percent_text_append(struct text_buffer *text, const char *data, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (is_unreserved(data[i]))
      text_buffer_append_char(text, data[i]);
    else
      text_buffer_printf(text, "%%%02X", (unsigned)(unsigned char)data[i]);
}

void percent_text_append_string(struct text_buffer *text, const char *string) {
  percent_text_append(text, string, strlen(string));
}

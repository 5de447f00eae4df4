/* SPDX-License-Identifier: Apache-2.0 */
#include "sarif_text.h"

#include "text/utf8.h"
#include "text/visible_text.h"

#include <string.h>

void sarif_name_append(struct text_buffer *text, const char *string) {
  size_t length = strlen(string);
  size_t shown = utf8_piece(string, length, SARIF_TEXT_MOST);

  visible_text_append(text, string, shown);
  if (shown < length)
    text_buffer_append_string(text, "…");
}

void sarif_message_append(struct text_buffer *text, const char *string) {
  struct text_buffer visible;

  text_buffer_init(&visible);
  sarif_name_append(&visible, string);
  for (const char *at = text_buffer_string(&visible); *at; at++) {
    text_buffer_append_char(text, *at);
    if (*at == '{' || *at == '}')
      text_buffer_append_char(text, *at);
    else if (at[0] == ']' && at[1] == '(')
      text_buffer_append_char(text, ' ');
  }
  text->failed = text->failed || visible.failed;
  text_buffer_finish(&visible);
}

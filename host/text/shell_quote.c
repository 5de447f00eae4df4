#include "shell_quote.h"

#include <string.h>

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                            "%+,-./:=@_";

void shell_quote_append(struct text_buffer *text, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *word = words[i];

    if (i > 0)
      text_buffer_append_char(text, ' ');
    if (*word && word[strspn(word, plain)] == '\0') {
      text_buffer_append_string(text, word);
      continue;
    }
    text_buffer_append_char(text, '\'');
    for (; *word; word++) {
      if (*word == '\'')
        text_buffer_append_string(text, "'\\''");
      else
        text_buffer_append_char(text, *word);
    }
    text_buffer_append_char(text, '\'');
  }
}

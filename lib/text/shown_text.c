/* SPDX-License-Identifier: Apache-2.0 */
#include "text/shown_text.h"

#include "memory/no_memory.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <stdbool.h>
#include <string.h>

/* Bytes of a value that are shown. */
enum { MOST_OF_VALUE = 48 };

/* Of `length` bytes those before `end`; "…" says that there are more. */
static void append(struct text_buffer *out, const char *text, size_t length, size_t end) {
  size_t shown = utf8_piece(text, end, MOST_OF_VALUE);

  text_buffer_append_char(out, '"');
  visible_text_append(out, text, shown);
  text_buffer_append_string(out, shown < length ? "…\"" : "\"");
}

void shown_text_append(struct text_buffer *out, const char *text, size_t length) {
  append(out, text, length, length);
}

size_t shown_key_length(const char *key, size_t length) {
  const char *sign = length > 0 ? memchr(key, '=', length) : NULL;

  return sign ? (size_t)(sign - key) + 1 : length;
}

void shown_key_append(struct text_buffer *out, const char *key, size_t length) {
  append(out, key, length, shown_key_length(key, length));
}

void shown_path_append(struct text_buffer *out, const char *path, size_t most) {
  struct text_buffer visible;
  const char *shown;

  text_buffer_init(&visible);
  visible_text_append(&visible, path, strlen(path));
  shown = text_buffer_string(&visible);
  if (visible.length > most) {
    shown += visible.length - most;
    while (utf8_goes_on(*shown))
      shown++;
    text_buffer_append_string(out, "…");
  }
  text_buffer_append_string(out, shown);
  out->failed = out->failed || visible.failed;
  text_buffer_finish(&visible);
}

int32_t shown_error_set(struct hg_error *err, int32_t code, const struct text_buffer *message) {
  const char *text = text_buffer_string(message);
  const size_t room = sizeof err->message - 1;
  size_t length = strlen(text);

  if (message->failed)
    return no_memory(err);
  if (length <= room)
    return hg_error_set(err, code, "%s", text);
  length = room - strlen("…");
  while (length > 0 && utf8_goes_on(text[length]))
    length--;
  return hg_error_set(err, code, "%.*s…", (int)length, text);
}

int32_t shown_path_error(struct hg_error *err, int32_t code, const char *verb, const char *path,
                         const char *reason) {
  struct text_buffer message;

  text_buffer_init(&message);
  text_buffer_append_string(&message, verb);
  text_buffer_append_char(&message, ' ');
  shown_path_append(&message, path, SHOWN_PATH_IN_ERROR);
  text_buffer_append_string(&message, ": ");
  text_buffer_append_string(&message, reason);
  (void)shown_error_set(err, code, &message);
  text_buffer_finish(&message);
  return -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "annotation.h"

#include "text/utf8.h"
#include "text/visible_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

enum {
  TITLE_MOST = 200,   /* bytes; the service takes 255 characters */
  MESSAGE_MOST = 900, /* bytes of a line; the runner cuts messages at 4,096 characters */
  FILE_MOST = 4096,   /* bytes; no path of Linux is longer */
};

const char *annotation_kind_name(enum annotation_kind kind) {
  return kind == ANNOTATION_ERROR ? "error" : "warning";
}

/* Appends the text in visible form, with each of `special` as %XX. */
static void append_escaped(struct text_buffer *text, const char *string, size_t most,
                           const char *special) {
  size_t length = strlen(string);
  size_t shown = utf8_piece(string, length, most);
  struct text_buffer visible;

  text_buffer_init(&visible);
  visible_text_append(&visible, string, shown);
  for (const char *at = text_buffer_string(&visible); *at;) {
    size_t plain = strcspn(at, special);

    text_buffer_append(text, at, plain);
    at += plain;
    if (*at)
      text_buffer_printf(text, "%%%02X", (unsigned)*at++);
  }
  if (shown < length)
    text_buffer_append_string(text, "…");
  text->failed = text->failed || visible.failed;
  text_buffer_finish(&visible);
}

/* A property ends at a comma, all of them at a colon. */
static void append_property(struct text_buffer *text, const char **separator, const char *name,
                            const char *value, size_t most) {
  if (!value || !*value)
    return;
  text_buffer_printf(text, "%s%s=", *separator, name);
  append_escaped(text, value, most, "%\r\n:,");
  *separator = ",";
}

static void append_number(struct text_buffer *text, const char **separator, const char *name,
                          uint32_t value) {
  text_buffer_printf(text, "%s%s=%" PRIu32, *separator, name, value);
  *separator = ",";
}

void annotation_append(struct text_buffer *text, enum annotation_kind kind,
                       const struct annotation *annotation) {
  const char *separator = " ";
  bool started = false;

  text_buffer_printf(text, "::%s", annotation_kind_name(kind));
  append_property(text, &separator, "file", annotation->file, FILE_MOST);
  if (annotation->line > 0)
    append_number(text, &separator, "line", annotation->line);
  if (annotation->line > 0 && annotation->column > 0)
    append_number(text, &separator, "col", annotation->column);
  append_property(text, &separator, "title", annotation->title, TITLE_MOST);
  text_buffer_append_string(text, "::");
  for (size_t i = 0; i < sizeof annotation->messages / sizeof annotation->messages[0]; i++) {
    const char *message = annotation->messages[i];

    if (!message)
      break;
    if (!*message)
      continue;
    if (started)
      text_buffer_append_string(text, "%0A");
    append_escaped(text, message, MESSAGE_MOST, "%\r\n");
    started = true;
  }
  text_buffer_append_char(text, '\n');
}

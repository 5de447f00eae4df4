/* SPDX-License-Identifier: Apache-2.0 */
#include "metric_text.h"

#include "text/visible_text.h"

#include <inttypes.h>
#include <string.h>

void metric_append_head(struct text_buffer *text, const struct metric *metric) {
  text_buffer_printf(text, "# HELP %s %s\n# TYPE %s gauge\n", metric->name, metric->help,
                     metric->name);
}

static void append_escaped(struct text_buffer *text, const char *data, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (data[i] == '"' || data[i] == '\\')
      text_buffer_append_char(text, '\\');
    text_buffer_append_char(text, data[i]);
  }
}

/* Whether a label is the last thing in the text. */
static bool ends_in_label(const struct text_buffer *text) {
  return text->length > 0 && text->data[text->length - 1] == '"';
}

bool metric_append_label(struct text_buffer *text, const char *name, const char *value) {
  bool is_changed = false;
  struct text_buffer visible;

  text_buffer_init(&visible);
  if (text->length > 0)
    text_buffer_append_char(text, ends_in_label(text) ? ',' : '{');
  text_buffer_append_string(text, name);
  text_buffer_append_string(text, "=\"");
  for (const char *line = value;;) {
    size_t length = strcspn(line, "\n");

    text_buffer_reset(&visible);
    visible_text_append(&visible, line, length);
    if (visible.failed)
      text->failed = true;
    else if (visible.length != length || (length > 0 && memcmp(visible.data, line, length) != 0))
      is_changed = true;
    append_escaped(text, text_buffer_string(&visible), visible.length);
    if (!line[length])
      break;
    text_buffer_append_string(text, "\\n");
    line += length + 1;
  }
  text_buffer_append_char(text, '"');
  text_buffer_finish(&visible);
  return is_changed;
}

void metric_append_labels(struct text_buffer *text, const char *labels) {
  if (!*labels)
    return;
  text_buffer_append_char(text, ends_in_label(text) ? ',' : '{');
  text_buffer_append_string(text, labels);
}

void metric_append_value(struct text_buffer *text, int64_t value) {
  text_buffer_printf(text, "%s %" PRId64 "\n", ends_in_label(text) ? "}" : "", value);
}

void metric_append_seconds(struct text_buffer *text, int64_t milliseconds) {
  uint64_t size = milliseconds < 0 ? -(uint64_t)milliseconds : (uint64_t)milliseconds;

  text_buffer_printf(text, "%s %s%" PRIu64 ".%03" PRIu64 "\n", ends_in_label(text) ? "}" : "",
                     milliseconds < 0 ? "-" : "", size / 1000, size % 1000);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "kubectl_stream.h"

#include "yaml/yaml_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define SEPARATOR "---"

enum { SEPARATOR_LENGTH = sizeof SEPARATOR - 1 };

enum { YAML_AFTER_JSON_SINCE = 33 };

uint32_t kubectl_stream_minor(const char *version) {
  const char *point = version ? strchr(version, '.') : NULL;

  return point ? (uint32_t)strtoul(point + 1, NULL, 10) : UINT32_MAX;
}

enum yaml_json kubectl_stream_json(uint32_t minor) {
  return minor < YAML_AFTER_JSON_SINCE ? YAML_JSON_ONLY : YAML_JSON_FIRST;
}

/* Nothing but white space, of any script, and a comment. */
static bool is_good(const char *rest, const char *end) {
  const char *line_end = memchr(rest, '\n', (size_t)(end - rest));

  if (!line_end)
    line_end = end;
  rest += yaml_text_space(rest, (size_t)(line_end - rest));
  return rest == line_end || *rest == '#';
}

const char *kubectl_stream_bad_separator(const char *text, size_t length) {
  const char *end = text + length;
  const char *line = text;

  if (length >= SEPARATOR_LENGTH && memcmp(text, SEPARATOR, SEPARATOR_LENGTH) == 0 &&
      !is_good(text + SEPARATOR_LENGTH, end))
    return text;
  while ((line = memchr(line, '\n', (size_t)(end - line)))) {
    line++;
    if (end - line >= SEPARATOR_LENGTH && memcmp(line, SEPARATOR, SEPARATOR_LENGTH) == 0 &&
        !is_good(line + SEPARATOR_LENGTH, end))
      return line;
  }
  return NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "kubectl_stream.h"

#include <stdbool.h>
#include <string.h>

#define SEPARATOR "---"

enum { SEPARATOR_LENGTH = sizeof SEPARATOR - 1 };

static bool is_good(const char *rest, const char *end) {
  while (rest < end && (*rest == ' ' || *rest == '\t' || *rest == '\r'))
    rest++;
  return rest == end || *rest == '\n' || *rest == '#';
}

const char *kubectl_stream_bad_separator(const char *text, size_t length) {
  const char *end = text + length;
  const char *line = text;

  if (length >= SEPARATOR_LENGTH && memcmp(text, SEPARATOR, SEPARATOR_LENGTH) == 0 &&
      !is_good(text + SEPARATOR_LENGTH, end))
    return text;
  while ((line = memmem(line, (size_t)(end - line), "\n" SEPARATOR, 1 + SEPARATOR_LENGTH))) {
    line++;
    if (!is_good(line + SEPARATOR_LENGTH, end))
      return line;
  }
  return NULL;
}

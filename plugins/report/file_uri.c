/* SPDX-License-Identifier: Apache-2.0 */
#include "report/file_uri.h"

#include "text/percent_text.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Takes away the last part of what stands from `start` on; false where there is none that ".."
 * could take back. */
static bool remove_last_part(struct text_buffer *text, size_t start) {
  size_t at = text->length;

  while (at > start && text->data[at - 1] != '/')
    at--;
  if (text->length == start || strcmp(text->data + at, "..") == 0)
    return false;
  text->length = at > start ? at - 1 : start;
  text->data[text->length] = '\0';
  return true;
}

void file_uri_append(struct text_buffer *text, const char *path) {
  bool absolute = *path == '/';
  size_t start;

  if (absolute)
    text_buffer_append_string(text, "file:///");
  start = text->length;
  for (size_t length; *path; path += length + (path[length] == '/' ? 1 : 0)) {
    length = strcspn(path, "/");
    if (length == 0 || (length == 1 && *path == '.') || text->failed)
      continue;
    if (length == 2 && memcmp(path, "..", 2) == 0 && (remove_last_part(text, start) || absolute))
      continue;
    if (text->length > start)
      text_buffer_append_char(text, '/');
    percent_text_append(text, path, length);
  }
  if (text->length == start && !absolute)
    text_buffer_append_char(text, '.');
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "manifest_names.h"

#include <stdbool.h>
#include <string.h>

/* Copies the value that starts at `from`, without quotes and what follows it. */
static void take_value(const char *from, char name[MANIFEST_NAME_SIZE]) {
  size_t length;

  from += strspn(from, " \t\r\n:\"'");
  length = strcspn(from, " \t\r\n\"',}");
  if (length >= MANIFEST_NAME_SIZE)
    length = MANIFEST_NAME_SIZE - 1;
  memcpy(name, from, length);
  name[length] = '\0';
}

/* Whether the line at `line` is the end of a document. */
static bool is_separator(const char *line) {
  return strncmp(line, "---", 3) == 0 && strchr(" \t\r\n", line[3]) != NULL;
}

static const char *next_line(const char *line) {
  const char *end = strchr(line, '\n');

  return end ? end + 1 : line + strlen(line);
}

/* A document has content where a line of it is neither blank nor a comment. */
static bool has_content(const char *from, const char *to) {
  for (const char *line = from; line < to; line = next_line(line)) {
    const char *first = line + strspn(line, " \t\r");

    if (*first && *first != '\n' && *first != '#')
      return true;
  }
  return false;
}

static void find_in_json(const char *from, char name[MANIFEST_NAME_SIZE]) {
  const char *at = strstr(from, "\"metadata\"");

  at = at ? strstr(at, "\"name\"") : NULL;
  if (at)
    take_value(at + strlen("\"name\""), name);
}

static void find_in_yaml(const char *from, const char *to, char name[MANIFEST_NAME_SIZE]) {
  size_t indent = 0; /* of the mapping below metadata; 0: not in it */

  for (const char *line = from; line < to; line = next_line(line)) {
    size_t spaces = strspn(line, " ");

    if (strncmp(line, "metadata:", 9) == 0) {
      const char *flow = strstr(line, "name:");

      if (flow && flow < next_line(line)) {
        take_value(flow + strlen("name:"), name);
        return;
      }
      indent = strspn(next_line(line), " ");
    } else if (indent > 0 && spaces == indent && strncmp(line + spaces, "name:", 5) == 0) {
      take_value(line + spaces + strlen("name:"), name);
      return;
    } else if (spaces == 0 && !strchr("#\r\n", *line)) {
      indent = 0;
    }
  }
}

int manifest_next_name(const char *text, size_t *position, char name[MANIFEST_NAME_SIZE]) {
  const char *from = text + *position;
  const char *to;

  for (;;) {
    if (!*from)
      return 0;
    for (to = from; *to && !is_separator(to);)
      to = next_line(to);
    if (has_content(from, to))
      break;
    from = next_line(to);
  }
  *position = (size_t)(next_line(to) - text);
  name[0] = '\0';
  if (from[strspn(from, " \t\r\n")] == '{')
    find_in_json(from, name);
  else
    find_in_yaml(from, to, name);
  if (!name[0])
    strcpy(name, "unnamed");
  return 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "placeholder.h"

#include <string.h>

enum { LONGEST_NAME = 63 };

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool is_inner(char c) {
  return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

bool placeholder_is_name(const char *name, size_t length) {
  if (length == 0 || length > LONGEST_NAME || !is_letter(*name))
    return false;
  for (size_t i = 1; i < length; i++)
    if (!is_inner(name[i]))
      return false;
  return true;
}

/* Where the next {{ stands; `length` where there is none. */
static size_t find_braces(const char *text, size_t length) {
  for (size_t at = 0; at + 1 < length; at++) {
    const char *brace = memchr(text + at, '{', length - at - 1);

    if (!brace)
      break;
    at = (size_t)(brace - text);
    if (text[at + 1] == '{')
      return at;
  }
  return length;
}

static size_t skip_blanks(const char *text, size_t length, size_t at) {
  while (at < length && (text[at] == ' ' || text[at] == '\t'))
    at++;
  return at;
}

int placeholder_next(const char **text, size_t *length, struct placeholder *piece) {
  const char *start = *text;
  size_t at = find_braces(start, *length);
  size_t end;

  if (*length == 0)
    return 0;
  piece->before = start;
  piece->before_length = at;
  piece->name = NULL;
  piece->name_length = 0;
  if (at == *length) {
    *text += at;
    *length = 0;
    return 1;
  }
  at = skip_blanks(start, *length, at + 2);
  for (end = at; end < *length && is_inner(start[end]);)
    end++;
  piece->name = start + at;
  piece->name_length = end - at;
  end = skip_blanks(start, *length, end);
  if (!placeholder_is_name(piece->name, piece->name_length) || *length - end < 2 ||
      start[end] != '}' || start[end + 1] != '}')
    return -1;
  *text += end + 2;
  *length -= end + 2;
  return 1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_escapes.h"

#include <string.h>

/* The letter of an escape that the text does not have in any spelling; 0: there is none. */
static char choose_letter(const char *text, uint64_t length) {
  static const char *const spellings[][4] = {{"\\a", "\\x07", "\\u0007", "\\U00000007"},
                                             {"\\b", "\\x08", "\\u0008", "\\U00000008"}};

  for (size_t i = 0; i < sizeof spellings / sizeof *spellings; i++) {
    bool is_free = true;

    for (size_t j = 0; j < 4 && is_free; j++)
      is_free = !memmem(text, (size_t)length, spellings[i][j], strlen(spellings[i][j]));
    if (is_free)
      return spellings[i][0][1];
  }
  return '\0';
}

bool yaml_escapes_replace(struct yaml_escapes *escapes, char *text, uint64_t length, uint64_t cost,
                          uint64_t at) {
  escapes->replayed += cost;
  if (!escapes->letter)
    escapes->letter = choose_letter(text, length);
  if (!escapes->letter || escapes->replayed > YAML_ESCAPES_MOST_REPLAYED)
    return false;
  for (; at + 1 < length && text[at] != '"'; at++)
    if (text[at] == '\\' && text[++at] == '\'')
      text[at] = escapes->letter;
  return true;
}

void yaml_escapes_restore(const struct yaml_escapes *escapes, char *text, size_t length) {
  char character = escapes->letter == 'a' ? '\a' : '\b';
  const char *end = text + length;

  while (escapes->letter && (text = memchr(text, character, (size_t)(end - text))))
    *text = '\'';
}

/* Where the quoted text opens that closes in front of `end`: an event starts at the anchor or tag
 * before it, and a comment may follow those. */
static uint64_t opening_quote(const char *text, uint64_t start, uint64_t end) {
  uint64_t at = end - 1;
  uint64_t behind;

  do { /* a quote inside has an odd number of backslashes before it */
    behind = --at;
    while (behind > start && text[behind - 1] == '\\')
      behind--;
  } while (at > start && (text[at] != '"' || (at - behind) % 2 != 0));
  return at;
}

bool yaml_escapes_find_slash(const char *text, uint64_t start, uint64_t end, uint64_t *at) {
  for (uint64_t i = opening_quote(text, start, end); i + 1 < end; i++) {
    if (text[i] != '\\' || text[++i] != '/')
      continue;
    *at = i - 1;
    return true;
  }
  return false;
}

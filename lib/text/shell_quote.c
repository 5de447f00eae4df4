/* SPDX-License-Identifier: Apache-2.0 */
#include "text/shell_quote.h"

#include <stdbool.h>
#include <string.h>

/* What a shell takes as it is, whatever stands beside it. */
static const bool is_plain_byte[256] = {
    ['%'] = true, ['+'] = true, [','] = true, ['-'] = true, ['.'] = true, ['/'] = true,
    [':'] = true, ['='] = true, ['@'] = true, ['_'] = true, ['0'] = true, ['1'] = true,
    ['2'] = true, ['3'] = true, ['4'] = true, ['5'] = true, ['6'] = true, ['7'] = true,
    ['8'] = true, ['9'] = true, ['A'] = true, ['B'] = true, ['C'] = true, ['D'] = true,
    ['E'] = true, ['F'] = true, ['G'] = true, ['H'] = true, ['I'] = true, ['J'] = true,
    ['K'] = true, ['L'] = true, ['M'] = true, ['N'] = true, ['O'] = true, ['P'] = true,
    ['Q'] = true, ['R'] = true, ['S'] = true, ['T'] = true, ['U'] = true, ['V'] = true,
    ['W'] = true, ['X'] = true, ['Y'] = true, ['Z'] = true, ['a'] = true, ['b'] = true,
    ['c'] = true, ['d'] = true, ['e'] = true, ['f'] = true, ['g'] = true, ['h'] = true,
    ['i'] = true, ['j'] = true, ['k'] = true, ['l'] = true, ['m'] = true, ['n'] = true,
    ['o'] = true, ['p'] = true, ['q'] = true, ['r'] = true, ['s'] = true, ['t'] = true,
    ['u'] = true, ['v'] = true, ['w'] = true, ['x'] = true, ['y'] = true, ['z'] = true,
};

static bool is_plain(const char *word) {
  while (is_plain_byte[(unsigned char)*word])
    word++;
  return *word == '\0';
}

/* What a shell reads as its own where a command's name is expected (XCU 2.4, and bash). */
static const char *const reserved[] = {
    "case",     "coproc", "do", "done",   "elif", "else", "esac",  "fi",    "for",
    "function", "if",     "in", "select", "then", "time", "until", "while",
};

/* For zsh a number can stand in front too: a positional parameter. */
static bool is_assignment(const char *word) {
  size_t name = strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");

  return name > 0 && (word[name] == '=' || (word[name] == '+' && word[name + 1] == '='));
}

/* As the command's name (the first word), what looks like an assignment (XCU 2.9.1) or is a
 * reserved word is quoted too; everywhere, zsh's =NAME. */
static bool needs_quotes(const char *word, bool first) {
  if (!*word || !is_plain(word) || *word == '=')
    return true;
  if (!first)
    return false;
  if (is_assignment(word))
    return true;
  for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
    if (strcmp(word, reserved[i]) == 0)
      return true;
  return false;
}

void shell_quote_append(struct text_buffer *text, const char *const *words, size_t count) {
  for (size_t i = 0; i < count; i++) {
    const char *word = words[i];

    if (i > 0)
      text_buffer_append_char(text, ' ');
    if (!needs_quotes(word, i == 0)) {
      text_buffer_append_string(text, word);
      continue;
    }
    text_buffer_append_char(text, '\'');
    while (*word) {
      size_t run = strcspn(word, "'");

      text_buffer_append(text, word, run);
      word += run;
      if (*word) {
        text_buffer_append_string(text, "'\\''");
        word++;
      }
    }
    text_buffer_append_char(text, '\'');
  }
}

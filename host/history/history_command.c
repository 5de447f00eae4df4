/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_command.h"

#include "history/history_database.h"
#include "text/shell_quote.h"

#include <stdbool.h>
#include <string.h>

struct history_value history_command_value(struct history *history, const char *const *argv,
                                           size_t count) {
  if (!argv)
    return value_null();
  text_buffer_reset(&history->text);
  shell_quote_append(&history->text, argv, count);
  return value_outside(text_buffer_string(&history->text), history->text.length);
}

/* One word from *at on, up to the blank after it or the end. What is quoted holds anything but a
 * quote; outside of quotes, a backslash stands before one. Where `word` is NULL it is only read
 * over. */
static void take_word(const char **at, const char *end, char *word) {
  bool quoted = false;

  for (; *at < end && (quoted || **at != ' '); ++*at) {
    if (**at == '\'') {
      quoted = !quoted;
      continue;
    }
    if (!quoted && **at == '\\' && *at + 1 < end)
      ++*at;
    if (word)
      *word++ = **at;
  }
  if (word)
    *word = '\0';
  if (*at < end)
    ++*at;
}

const char *const *history_command_parse(struct arena *arena, const char *text, size_t length,
                                         uint32_t *count) {
  const char *end = text + length;
  const char *at = text;
  const char **words;
  char *copy;

  for (*count = 0; at < end; ++*count)
    take_word(&at, end, NULL);
  words = arena_alloc(arena, (*count + (size_t)1) * sizeof *words);
  copy = arena_alloc(arena, length + 1); /* unquoting makes nothing longer */
  if (!words || !copy)
    return NULL;
  at = text;
  for (uint32_t i = 0; i < *count; i++) {
    words[i] = copy;
    take_word(&at, end, copy);
    copy += strlen(copy) + 1;
  }
  words[*count] = NULL;
  return words;
}

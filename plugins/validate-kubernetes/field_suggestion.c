/* SPDX-License-Identifier: Apache-2.0 */
#include "field_suggestion.h"

#include <ctype.h>

enum { LONGEST = 64, FAR_AWAY = 100 };

static unsigned smallest(unsigned a, unsigned b, unsigned c) {
  unsigned least = a < b ? a : b;

  return least < c ? least : c;
}

/* Edits between the two (Damerau's: insert, delete, change, swap neighbours); a change of case
 * counts nothing. */
static unsigned distance(struct text text, const char *name) {
  unsigned rows[3][LONGEST + 1];
  unsigned *before = rows[0];
  unsigned *last = rows[1];
  unsigned *row = rows[2];
  size_t length = strlen(name);
  size_t i;
  size_t j;

  if (text.length > LONGEST || length > LONGEST)
    return FAR_AWAY;
  for (j = 0; j <= length; j++)
    last[j] = (unsigned)j;
  for (i = 1; i <= text.length; i++) {
    unsigned *spare = before;
    int c = tolower((unsigned char)text.data[i - 1]);

    row[0] = (unsigned)i;
    for (j = 1; j <= length; j++) {
      int d = tolower((unsigned char)name[j - 1]);

      row[j] = smallest(last[j] + 1, row[j - 1] + 1, last[j - 1] + (c != d));
      if (i > 1 && j > 1 && c == tolower((unsigned char)name[j - 2]) &&
          d == tolower((unsigned char)text.data[i - 2]) && before[j - 2] + 1 < row[j])
        row[j] = before[j - 2] + 1;
    }
    before = last;
    last = row;
    row = spare;
  }
  return last[length];
}

/* How many edits a typing error may have. */
static unsigned tolerance(struct text text) {
  return text.length <= 3 ? 1 : text.length <= 7 ? 2 : 3;
}

const char *suggestion_find(struct text text, const char *const *list) {
  unsigned best = tolerance(text) + 1;
  const char *found = NULL;

  for (; text.length > 0 && *list; list++) {
    unsigned edits = distance(text, *list);

    if (**list && edits < best) {
      best = edits;
      found = *list;
    }
  }
  return found;
}

const char *suggestion_field(struct text text, const struct type_info *type, unsigned minor) {
  unsigned best = tolerance(text) + 1;
  const char *found = NULL;
  uint32_t i;

  for (i = 0; i < type->field_count; i++) {
    unsigned edits = distance(text, type->fields[i].name);

    if (edits < best && field_exists(&type->fields[i], minor)) {
      best = edits;
      found = type->fields[i].name;
    }
  }
  return found;
}

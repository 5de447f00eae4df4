/* SPDX-License-Identifier: Apache-2.0 */
#include "text/suggestion.h"

#include <string.h>

enum { LONGEST = 64 };

static bool is_same(const struct suggestion *suggestion, char a, char b) {
  if (suggestion->ignores_case && a >= 'A' && a <= 'Z')
    a = (char)(a - 'A' + 'a');
  if (suggestion->ignores_case && b >= 'A' && b <= 'Z')
    b = (char)(b - 'A' + 'a');
  return a == b;
}

/* Optimal string alignment distance, on bytes. */
static size_t distance_to(const struct suggestion *suggestion, const char *b, size_t b_length) {
  const char *a = suggestion->word;
  size_t a_length = suggestion->length;
  size_t rows[3][LONGEST + 1];

  for (size_t j = 0; j <= b_length; j++)
    rows[0][j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    size_t *row = rows[i % 3];
    const size_t *above = rows[(i + 2) % 3];
    const size_t *two_above = rows[(i + 1) % 3];

    row[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      size_t best = above[j - 1] + !is_same(suggestion, a[i - 1], b[j - 1]);

      if (above[j] + 1 < best)
        best = above[j] + 1;
      if (row[j - 1] + 1 < best)
        best = row[j - 1] + 1;
      if (i > 1 && j > 1 && is_same(suggestion, a[i - 1], b[j - 2]) &&
          is_same(suggestion, a[i - 2], b[j - 1]) && two_above[j - 2] + 1 < best)
        best = two_above[j - 2] + 1;
      row[j] = best;
    }
  }
  return rows[a_length % 3][b_length];
}

void suggestion_init_as(struct suggestion *suggestion, const char *word, size_t length,
                        bool ignores_case) {
  size_t most = (length + 2) / 3;

  suggestion->word = word;
  suggestion->length = length;
  suggestion->ignores_case = ignores_case;
  suggestion->nearest = NULL;
  suggestion->distance = (most > 3 ? 3 : most) + 1;
}

void suggestion_init(struct suggestion *suggestion, const char *word) {
  suggestion_init_as(suggestion, word, strlen(word), false);
}

void suggestion_consider(struct suggestion *suggestion, const char *candidate) {
  size_t length = strlen(candidate);
  size_t distance;

  if (suggestion->length > LONGEST || length > LONGEST)
    return;
  distance = distance_to(suggestion, candidate, length);
  if (distance < suggestion->distance) {
    suggestion->distance = distance;
    suggestion->nearest = candidate;
  }
}

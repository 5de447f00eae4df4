/* SPDX-License-Identifier: Apache-2.0 */
#include "text/suggestion.h"

#include <string.h>

enum { LONGEST = 64 };

/* Optimal string alignment distance, on bytes. */
static size_t distance_between(const char *a, size_t a_length, const char *b, size_t b_length) {
  size_t rows[3][LONGEST + 1];

  for (size_t j = 0; j <= b_length; j++)
    rows[0][j] = j;
  for (size_t i = 1; i <= a_length; i++) {
    size_t *row = rows[i % 3];
    const size_t *above = rows[(i + 2) % 3];
    const size_t *two_above = rows[(i + 1) % 3];

    row[0] = i;
    for (size_t j = 1; j <= b_length; j++) {
      size_t best = above[j - 1] + (a[i - 1] != b[j - 1]);

      if (above[j] + 1 < best)
        best = above[j] + 1;
      if (row[j - 1] + 1 < best)
        best = row[j - 1] + 1;
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
          two_above[j - 2] + 1 < best)
        best = two_above[j - 2] + 1;
      row[j] = best;
    }
  }
  return rows[a_length % 3][b_length];
}

void suggestion_init(struct suggestion *suggestion, const char *word) {
  size_t most = (strlen(word) + 2) / 3;

  suggestion->word = word;
  suggestion->nearest = NULL;
  suggestion->distance = (most > 3 ? 3 : most) + 1;
}

void suggestion_consider(struct suggestion *suggestion, const char *candidate) {
  size_t length = strlen(suggestion->word);
  size_t candidate_length = strlen(candidate);
  size_t distance;

  if (length > LONGEST || candidate_length > LONGEST)
    return;
  distance = distance_between(suggestion->word, length, candidate, candidate_length);
  if (distance < suggestion->distance) {
    suggestion->distance = distance;
    suggestion->nearest = candidate;
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the known word that is nearest to a misspelt one. */
#ifndef LIB_TEXT_SUGGESTION_H
#define LIB_TEXT_SUGGESTION_H

#include <stdbool.h>
#include <stddef.h>

/* Looks at one candidate after another. */
struct suggestion {
  const char *word; /* what the user wrote; borrowed */
  size_t length;
  bool ignores_case;
  const char *nearest; /* the best so far; NULL: none is near enough */
  size_t distance;
};

void suggestion_init(struct suggestion *suggestion, const char *word);

/* The same for a word that is no string of its own, and, where `ignores_case`, with a change of
 * case that counts nothing. */
void suggestion_init_as(struct suggestion *suggestion, const char *word, size_t length,
                        bool ignores_case);

/* Considers `candidate`, which must outlive the suggestion. Near enough is a distance (insertions,
 * deletions, substitutions and swaps of neighbours) of at most a third of the word's length, and 3.
 */
void suggestion_consider(struct suggestion *suggestion, const char *candidate);

#endif

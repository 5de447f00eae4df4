/* SPDX-License-Identifier: Apache-2.0 */
/* Escapes of double quotes in which libyaml and kubectl's reader (go-yaml v2, scannerc.go) differ.
 *
 * \' is one for kubectl alone. Where libyaml stops at it, the quote is replaced in a copy of the
 * text by the letter of another escape, of the same length, for a character that stands nowhere in
 * the text. libyaml reads the copy from the document's beginning up to this place, and in each
 * scalar that it then gives, the character becomes a quote again.
 *
 * \/ is one for libyaml alone (YAML 1.2).
 */
#ifndef LIB_YAML_YAML_ESCAPES_H
#define LIB_YAML_YAML_ESCAPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What reading again may cost in a text: a byte costs 1, an event as many as levels of [ and { are
 * open. A file of 3 MiB whose Jobs have four such texts each is below. */
enum { YAML_ESCAPES_MOST_REPLAYED = 16 << 20 };

/* Of one text. Embedded in its owner; zeroed, nothing is replaced. */
struct yaml_escapes {
  uint64_t replayed; /* what was read again has cost */
  char letter;       /* in the place of quotes; 0: of none yet */
};

/* Replaces the quotes behind backslashes from `at`, such a backslash, to the end of its scalar. To
 * read the text again up to there costs `cost`. False where the text has every character already,
 * or would be read too often: a hostile one may have a million such scalars. */
bool yaml_escapes_replace(struct yaml_escapes *escapes, char *text, uint64_t length, uint64_t cost,
                          uint64_t at);

/* Makes quotes of a scalar's text quotes again. */
void yaml_escapes_restore(const struct yaml_escapes *escapes, char *text, size_t length);

/* Whether a \/ stands in the double-quoted scalar that ends in front of `end`, and whose anchor,
 * tag or quote is at `start`. Sets *at to the first. */
bool yaml_escapes_find_slash(const char *text, uint64_t start, uint64_t end, uint64_t *at);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* `{{ name }}` inside a text. */
#ifndef GENERATE_TEMPLATE_PLACEHOLDER_H
#define GENERATE_TEMPLATE_PLACEHOLDER_H

#include <stdbool.h>
#include <stddef.h>

/* One piece of a text: what stands before a placeholder, and the placeholder. */
struct placeholder {
  const char *before; /* borrowed from the text */
  size_t before_length;
  const char *name; /* NULL: the text ended without another one */
  size_t name_length;
};

/* Takes the next piece off *text. 1: there was one, perhaps the end; 0: the text is over; -1: there
 * is {{ and no placeholder, and `before` ends where it stands. */
int placeholder_next(const char **text, size_t *length, struct placeholder *piece);

/* Whether a parameter may be called so: letters, digits, '_' and '-', no digit or '-' first, at
 * most 63. */
bool placeholder_is_name(const char *name, size_t length);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of a mapping in a configuration: each key text, each there once. */
#ifndef GENERATE_SESSION_CONFIG_ENTRIES_H
#define GENERATE_SESSION_CONFIG_ENTRIES_H

#include "generate/config_problems.h"
#include "memory/arena.h"

#include <headgate/node.h>
#include <stdbool.h>
#include <stddef.h>

struct config_entry {
  const char *name;            /* the key's text, the tree's */
  const struct hg_node *value; /* its key node is value->key */
};

struct config_entries {
  struct config_entry *items; /* the arena's, in the file's order */
  size_t count;
};

/* Whether a value is missing, as that of the last key in {A: x,secret}: the key may be a piece of
 * a variable's value, which nobody put in quotes. */
bool config_entry_is_bare(const struct hg_node *value);

/* Appends the key of `value` in quotes, or "…" where it may be such a piece. */
void config_entry_append_key(struct text_buffer *text, const struct hg_node *value);

/* Reads `mapping`. A key that is not text, that stands twice, or that came through a merge key is
 * an error and left out. Takes n log n time. -1: out of memory, said in `problems`. */
int config_entries_read(const struct hg_node *mapping, struct arena *arena,
                        struct config_problems *problems, struct config_entries *entries);

#endif

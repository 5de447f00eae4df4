/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of a mapping in a configuration: each key text, each there once. */
#ifndef GENERATE_SESSION_CONFIG_ENTRIES_H
#define GENERATE_SESSION_CONFIG_ENTRIES_H

#include "generate/config_problems.h"
#include "memory/arena.h"

#include <headgate/node.h>
#include <stddef.h>

struct config_entry {
  const char *name;            /* the key's text, the tree's */
  const struct hg_node *value; /* its key node is value->key */
};

struct config_entries {
  struct config_entry *items; /* the arena's, in the file's order */
  size_t count;
};

/* Reads `mapping`. A key that is not text, that stands twice, or that came through a merge key is
 * an error and left out. Takes n log n time. -1: out of memory, said in `problems`. */
int config_entries_read(const struct hg_node *mapping, struct arena *arena,
                        struct config_problems *problems, struct config_entries *entries);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Which names there are, sorted and each once. Memory follows the number of different names. */
#ifndef PLUGINS_REPORT_NAME_SET_H
#define PLUGINS_REPORT_NAME_SET_H

#include "memory/arena.h"

#include <stddef.h>
#include <stdint.h>

/* Embedded in its owner; one thread at a time. */
struct name_set {
  struct arena arena; /* the names */
  void *tree;         /* of tsearch(3): finds a name that is already there */
  const char **names; /* each once; sorted after name_set_sort */
  size_t count;
  size_t capacity;
};

void name_set_init(struct name_set *set);
void name_set_finish(struct name_set *set);

/* Copies `name` where it is new. 0, or -1 where memory is out. */
int32_t name_set_add(struct name_set *set, const char *name);

/* Puts set->names into byte order. */
void name_set_sort(struct name_set *set);

#endif

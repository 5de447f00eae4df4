/* SPDX-License-Identifier: Apache-2.0 */
#include "string_set.h"

/* What the table keeps of a text that is there. */
static char present;

bool string_set_has(const struct string_set *set, struct text text) {
  if (set->count > STRING_SET_SMALL)
    return name_table_find(&set->table, text.data, (uint32_t)text.length) != NULL;
  for (size_t i = 0; i < set->count; i++)
    if (text_equal(set->small[i], text))
      return true;
  return false;
}

static int32_t put(struct string_set *set, struct text text) {
  void **entry = name_table_entry(&set->table, set->arena, text.data, (uint32_t)text.length);

  if (!entry)
    return -1;
  *entry = &present;
  return 0;
}

/* The few go into the table, now that they are many. */
static int32_t fill_table(struct string_set *set) {
  name_table_init(&set->table);
  for (size_t i = 0; i < STRING_SET_SMALL; i++)
    if (put(set, set->small[i]) < 0)
      return -1;
  return 0;
}

int string_set_add(struct string_set *set, struct text text) {
  if (string_set_has(set, text))
    return 0;
  if (set->count < STRING_SET_SMALL)
    set->small[set->count] = text;
  else if ((set->count == STRING_SET_SMALL && fill_table(set) < 0) || put(set, text) < 0)
    return -1;
  set->count++;
  return 1;
}

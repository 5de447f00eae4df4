/* SPDX-License-Identifier: Apache-2.0 */
#include "field_suggestion.h"

#include "text/suggestion.h"

const char *suggestion_find(struct text text, const char *const *list) {
  struct suggestion suggestion;

  suggestion_init_as(&suggestion, text.data, text.length, true);
  for (; text.length > 0 && *list; list++)
    if (**list)
      suggestion_consider(&suggestion, *list);
  return suggestion.nearest;
}

const char *suggestion_field(struct text text, const struct type_info *type, unsigned minor) {
  struct suggestion suggestion;

  suggestion_init_as(&suggestion, text.data, text.length, true);
  for (uint32_t i = 0; i < type->field_count; i++)
    if (field_exists(&type->fields[i], minor))
      suggestion_consider(&suggestion, type->fields[i].name);
  return suggestion.nearest;
}

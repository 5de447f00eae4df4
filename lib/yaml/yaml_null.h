/* SPDX-License-Identifier: Apache-2.0 */
/* Which scalars are null (https://yaml.org/type/null.html): a document that is one is empty. */
#ifndef LIB_YAML_YAML_NULL_H
#define LIB_YAML_YAML_NULL_H

#include <headgate/node.h>
#include <stdbool.h>

/* `style` is one of HG_STYLE_*; `tag` NULL where there is none. */
static inline bool yaml_null_is(const char *text, uint32_t style, const char *tag) {
  static const char *const words[] = {"", "~", "null", "Null", "NULL"};

  if (style != HG_STYLE_PLAIN || (tag && strcmp(tag, "tag:yaml.org,2002:null") != 0))
    return false;
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strcmp(text, words[i]) == 0)
      return true;
  return false;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean ...?" */
#ifndef VALIDATE_KUBERNETES_FIELD_SUGGESTION_H
#define VALIDATE_KUBERNETES_FIELD_SUGGESTION_H

#include "typed_tree.h"

/* The one of `list` (NULL-terminated) that `text` was most likely meant to be; NULL where none is
 * near. */
const char *suggestion_find(struct text text, const char *const *list);

/* The same over the names of a type's fields that exist in that minor version. */
const char *suggestion_field(struct text text, const struct type_info *type, unsigned minor);

#endif

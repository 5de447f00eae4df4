/* SPDX-License-Identifier: Apache-2.0 */
/* Marks of templates: what stands in a manifest that nobody has rendered yet. */
#ifndef LIB_TEXT_TEMPLATE_MARK_H
#define LIB_TEXT_TEMPLATE_MARK_H

#include <stddef.h>

/* What the first mark of `text` belongs to, to be said to a user: "Helm or Go templates" for
 * {{ .Values.image }}, "a template language such as Helm's or Jinja" for {{ image }}, "Jinja" for
 * {% if %}, "envsubst or a shell" for ${IMAGE}; NULL: there is none. Constant. Any thread. */
const char *template_mark_find(const char *text, size_t length);

#endif

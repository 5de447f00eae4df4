/* SPDX-License-Identifier: Apache-2.0 */
/* The scalars of a template that hold placeholders. */
#ifndef GENERATE_TEMPLATE_TEMPLATE_SCALAR_H
#define GENERATE_TEMPLATE_TEMPLATE_SCALAR_H

#include "job_template.h"

bool template_scalar_has_placeholder(const struct hg_node *node);

/* Adds one that stands at the end of template->fixed. `kind` is the field's, enum field_kind. -1:
 * said, or no memory. */
int32_t template_scalar_add(struct job_template *template, const struct hg_node *node,
                            const char *path, uint8_t kind, size_t indent);

/* Adds the annotation's value. */
int32_t template_scalar_add_parameters(struct job_template *template);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The template's tree as text and placeholders. */
#ifndef GENERATE_TEMPLATE_TEMPLATE_WRITER_H
#define GENERATE_TEMPLATE_TEMPLATE_WRITER_H

#include "job_template.h"

/* Writes template->fixed and the list of scalars. -1: its problems are told, or memory is out. */
int32_t template_write(struct job_template *template);

#endif

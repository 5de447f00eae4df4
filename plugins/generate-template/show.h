/* SPDX-License-Identifier: Apache-2.0 */
/* What would be written: the first manifest, and a table of all rows. */
#ifndef GENERATE_TEMPLATE_SHOW_H
#define GENERATE_TEMPLATE_SHOW_H

#include "batch.h"

#include <headgate/generator.h>

/* -1 where it cannot be shown. All of it is one YAML document: the table is comments. */
int32_t show_batch(struct batch *batch, const struct hg_generate_sink *sink, struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a generator must have generate. */
#include <headgate/generator.h>

#define PLUGIN_STAGE HG_STAGE_GENERATOR
#define PLUGIN_REVISION HG_GENERATOR_REVISION
#define PLUGIN_OPS &ops
static const struct hg_generator_ops ops;
#include "plugin_skeleton.h"

static const struct hg_generator_ops ops = {
    .struct_size = sizeof(struct hg_generator_ops),
    .create = skeleton_stage_create,
    .destroy = skeleton_destroy,
};

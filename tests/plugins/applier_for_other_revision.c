/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: an applier is for one revision of its stage, and this is for the next one. */
#include <headgate/applier.h>

#define PLUGIN_STAGE HG_STAGE_APPLIER
#define PLUGIN_REVISION (HG_APPLIER_REVISION + 1)
#define PLUGIN_OPS &ops
static const struct hg_applier_ops ops;
#include "plugin_skeleton.h"

static const struct hg_applier_ops ops = {
    .struct_size = sizeof(struct hg_applier_ops),
    .create = skeleton_stage_create,
    .destroy = skeleton_destroy,
};

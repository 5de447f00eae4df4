/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a validator must have validate. */
#include <headgate/validator.h>

#define PLUGIN_STAGE HG_STAGE_VALIDATOR
#define PLUGIN_REVISION HG_VALIDATOR_REVISION
#define PLUGIN_OPS &ops
static const struct hg_validator_ops ops;
#include "plugin_skeleton.h"

static const struct hg_validator_ops ops = {
    .struct_size = sizeof(struct hg_validator_ops),
    .create = skeleton_validator_create,
    .destroy = skeleton_destroy,
};

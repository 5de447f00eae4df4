/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a scanner must have open. */
#include <headgate/scanner.h>

#define PLUGIN_STAGE HG_STAGE_SCANNER
#define PLUGIN_MINOR_REQUIRED HG_ABI_MINOR
#define PLUGIN_OPS &ops
static const struct hg_scanner_ops ops;
#include "plugin_skeleton.h"

static const struct hg_scanner_ops ops = {
    .struct_size = sizeof(struct hg_scanner_ops),
    .create = skeleton_stage_create,
    .destroy = skeleton_destroy,
};

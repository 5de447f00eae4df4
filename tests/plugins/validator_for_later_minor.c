/* SPDX-License-Identifier: Apache-2.0 */
/* Loads: built for a later minor, in which reporters have grown, but for this revision of its
 * stage. */
#include <headgate/validator.h>

#define PLUGIN_STAGE HG_STAGE_VALIDATOR
#define PLUGIN_REVISION HG_VALIDATOR_REVISION
#define PLUGIN_MINOR (HG_ABI_MINOR + 1)
#define PLUGIN_OPS &ops
static const struct hg_validator_ops ops;
#include "plugin_skeleton.h"

static int32_t validate(void *self, void *worker, const struct hg_document *document,
                        const struct hg_diagnostic_sink *sink, struct hg_error *err) {
  (void)self;
  (void)worker;
  (void)document;
  (void)sink;
  (void)err;
  return 0;
}

static const struct hg_validator_ops ops = {
    .struct_size = sizeof(struct hg_validator_ops),
    .create = skeleton_validator_create,
    .validate = validate,
    .destroy = skeleton_destroy,
};

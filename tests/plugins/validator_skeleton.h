/* SPDX-License-Identifier: Apache-2.0 */
/* plugin_skeleton.h as a validator of this revision, which finds nothing. */
#ifndef TESTS_PLUGINS_VALIDATOR_SKELETON_H
#define TESTS_PLUGINS_VALIDATOR_SKELETON_H

#include <headgate/validator.h>

#define PLUGIN_STAGE HG_STAGE_VALIDATOR
#define PLUGIN_REVISION HG_VALIDATOR_REVISION
#define PLUGIN_OPS &validator_ops
static const struct hg_validator_ops validator_ops;
#include "plugin_skeleton.h"

#ifndef OPS_VALIDATE
#define OPS_VALIDATE skeleton_validate
#endif

static int32_t skeleton_validator_create(const struct hg_host *host,
                                         const struct hg_validate_request *request, void **self,
                                         struct hg_error *err) {
  (void)request;
  return skeleton_stage_create(host, self, err);
}

__attribute__((unused)) static int32_t skeleton_validate(void *self, void *worker,
                                                         const struct hg_document *document,
                                                         const struct hg_diagnostic_sink *sink,
                                                         struct hg_error *err) {
  (void)self;
  (void)worker;
  (void)document;
  (void)sink;
  (void)err;
  return 0;
}

static const struct hg_validator_ops validator_ops = {
    .struct_size = sizeof(struct hg_validator_ops),
    .create = skeleton_validator_create,
    .validate = OPS_VALIDATE,
    .destroy = skeleton_destroy,
};

#endif

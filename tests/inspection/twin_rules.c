/* SPDX-License-Identifier: Apache-2.0 */
/* A validator with two rules of one name. */
#include <headgate/diagnostic.h>
#include <headgate/rule.h>
#include <headgate/validator.h>
#include <stddef.h>

static const struct hg_rule rules[] = {
    {sizeof(struct hg_rule), HG_SEVERITY_ERROR, "required", "It is missing", NULL, NULL, NULL,
     NULL},
    {sizeof(struct hg_rule), HG_SEVERITY_ERROR, "required", "It is missing too", NULL, NULL, NULL,
     NULL},
};

#define PLUGIN_STAGE HG_STAGE_VALIDATOR
#define PLUGIN_REVISION HG_VALIDATOR_REVISION
#define PLUGIN_RULES rules
#define PLUGIN_RULE_COUNT 2
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

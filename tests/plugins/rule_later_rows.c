/* SPDX-License-Identifier: Apache-2.0 */
/* Loads: a validator whose rule table a later minor's headers compiled, with longer rows. */
#include <headgate/diagnostic.h>
#include <headgate/rule.h>
#include <headgate/validator.h>
#include <stddef.h>

struct later_rule {
  struct hg_rule v1_0;
  const char *translation;
};

static const struct later_rule later_rules[] = {
    {{sizeof(struct later_rule), HG_SEVERITY_ERROR, "later-first", "The first is wrong.",
      "Because.", "a: 1", "a: 2", "https://example.com/first"},
     "unused"},
    {{sizeof(struct later_rule), 7, "later-second", "The second is wrong.", NULL, NULL, NULL, NULL},
     "unused"},
};

#define PLUGIN_STAGE HG_STAGE_VALIDATOR
#define PLUGIN_REVISION HG_VALIDATOR_REVISION
#define PLUGIN_RULES &later_rules[0].v1_0
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

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

#define PLUGIN_RULES rules
#define PLUGIN_RULE_COUNT 2
#include "validator_skeleton.h"

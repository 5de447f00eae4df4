/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a rule that cannot be explained. */
#include <headgate/diagnostic.h>
#include <headgate/rule.h>
#include <stddef.h>

static const struct hg_rule rules[] = {
    {sizeof(struct hg_rule), HG_SEVERITY_ERROR, "good", NULL, NULL, NULL, NULL, NULL},
};
#define PLUGIN_RULES rules
#define PLUGIN_RULE_COUNT 1
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: rows of different sizes: the table cannot be stepped through. */
#include <headgate/diagnostic.h>
#include <headgate/rule.h>
#include <stddef.h>

static const struct hg_rule rules[] = {
    {sizeof(struct hg_rule), HG_SEVERITY_ERROR, "good", "It is wrong.", NULL, NULL, NULL, NULL},
    {sizeof(struct hg_rule) + 8, HG_SEVERITY_ERROR, "better", "It is wrong.", NULL, NULL, NULL,
     NULL},
};
#define PLUGIN_RULES rules
#define PLUGIN_RULE_COUNT 2
#include "plugin_skeleton.h"

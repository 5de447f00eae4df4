/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: rows shorter than those of interface 1.0. */
#include <headgate/diagnostic.h>
#include <headgate/rule.h>
#include <stddef.h>

static const struct hg_rule rules[] = {
    {sizeof(struct hg_rule) - sizeof(void *), HG_SEVERITY_ERROR, "good", "It is wrong.", NULL, NULL,
     NULL, NULL},
};
#define PLUGIN_RULES rules
#define PLUGIN_RULE_COUNT 1
#include "plugin_skeleton.h"

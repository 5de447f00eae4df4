/* SPDX-License-Identifier: Apache-2.0 */
/* What this plugin recommends. */
#ifndef VALIDATE_CONVENTIONS_RULES_H
#define VALIDATE_CONVENTIONS_RULES_H

#include <headgate/rule.h>

enum { CONVENTION_RULE_COUNT = 11 };

extern const struct hg_rule convention_rules[CONVENTION_RULE_COUNT];

#endif

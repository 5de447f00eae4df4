/* SPDX-License-Identifier: Apache-2.0 */
/* What can be wrong with a file before anybody asks whether it is a Job. */
#ifndef SCAN_DIRECTORY_RULES_H
#define SCAN_DIRECTORY_RULES_H

#include <headgate/rule.h>

enum { SCAN_RULE_COUNT = 10 };

extern const struct hg_rule scan_rules[SCAN_RULE_COUNT];

#endif

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

#define PLUGIN_RULES &later_rules[0].v1_0
#define PLUGIN_RULE_COUNT 2
#include "validator_skeleton.h"

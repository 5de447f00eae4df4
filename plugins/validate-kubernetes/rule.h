/* SPDX-License-Identifier: Apache-2.0 */
/* The rules by name. The names are stable: users look them up and filter by them. */
#ifndef VALIDATE_KUBERNETES_RULE_H
#define VALIDATE_KUBERNETES_RULE_H

#include <headgate/rule.h>

/* RULE(identifier, severity, name, what, why, wrong, right, source); `wrong` is a part of a
 * manifest that breaks the rule, `right` the same part as it should be. One file a subject. */
enum rule {
#define RULE(identifier, severity, name, what, why, wrong, right, source) RULE_##identifier,
#include "rules_applier.def"
#include "rules_container.def"
#include "rules_decoding.def"
#include "rules_job.def"
#include "rules_metadata.def"
#include "rules_pod.def"
#include "rules_volume.def"
#undef RULE
  RULE_COUNT
};

extern const struct hg_rule rule_texts[RULE_COUNT];

#endif

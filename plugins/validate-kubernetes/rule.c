/* SPDX-License-Identifier: Apache-2.0 */
#include "rule.h"

#include <headgate/diagnostic.h>
#include <stddef.h>

const struct hg_rule rule_texts[RULE_COUNT] = {
#define RULE(identifier, severity, name, what, why, wrong, right, source)                          \
  [RULE_##identifier] = {                                                                          \
      sizeof(struct hg_rule), HG_SEVERITY_##severity, name, what, why, wrong, right, source},
#include "rules_applier.def"
#include "rules_container.def"
#include "rules_decoding.def"
#include "rules_job.def"
#include "rules_metadata.def"
#include "rules_pod.def"
#include "rules_volume.def"
#undef RULE
};

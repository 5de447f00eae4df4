/* The rules by name. The names are stable: users look them up and filter by them. */
#ifndef VALIDATE_KUBERNETES_RULE_H
#define VALIDATE_KUBERNETES_RULE_H

#include <headgate/rule.h>

/* RULE(identifier, name, what, why, example, source); the example is a part of a manifest that
 * breaks the rule. One file a subject. */
enum rule {
#define RULE(identifier, name, what, why, example, source) RULE_##identifier,
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

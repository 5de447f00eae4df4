#include "rule.h"

const struct rule_text rule_texts[RULE_COUNT] = {
#define RULE(identifier, name, what, why, example, source)                                         \
  [RULE_##identifier] = {name, what, why, example, source},
#include "rules_container.def"
#include "rules_decoding.def"
#include "rules_job.def"
#include "rules_metadata.def"
#include "rules_pod.def"
#include "rules_volume.def"
#undef RULE
};

#include "rule.h"

#include <headgate/diagnostic.h>
#include <stddef.h>

const struct hg_rule rule_texts[RULE_COUNT] = {
#define RULE(identifier, name, what, why, example, source)                                         \
  [RULE_##identifier] = {                                                                          \
      sizeof(struct hg_rule), HG_SEVERITY_ERROR, name, what, why, example, NULL, source},
#include "rules_container.def"
#include "rules_decoding.def"
#include "rules_job.def"
#include "rules_metadata.def"
#include "rules_pod.def"
#include "rules_volume.def"
#undef RULE
};

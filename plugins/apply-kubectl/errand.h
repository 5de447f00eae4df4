/* SPDX-License-Identifier: Apache-2.0 */
/* What kubectls are started for: to apply Jobs, or to ask the server about them. */
#ifndef APPLY_KUBECTL_ERRAND_H
#define APPLY_KUBECTL_ERRAND_H

#include "confirmation.h"

#include <headgate/applier.h>
#include <stdbool.h>
#include <stdint.h>

/* The functions are called on the loop's thread, with the errand itself as first parameter. */
struct errand {
  bool is_dry_run; /* the server is asked, and changes nothing */

  /* As hg_apply_sink.start. */
  uint32_t (*admit)(const struct errand *errand, struct hg_launch *launches, uint32_t count);

  /* As hg_apply_sink.room. */
  uint32_t (*room)(const struct errand *errand);

  /* A launch is over for a Job, and unless `is_last` there will be another, as
   * hg_apply_sink.finish. `confirmation` is what kubectl said where the status is SUCCESS. */
  int32_t (*deliver)(const struct errand *errand, uint64_t item, bool is_last,
                     const struct hg_job_result *result, enum confirmation confirmation);
};

/* hg_applier_ops.apply. `sink` is borrowed. */
struct apply_errand {
  struct errand errand;
  const struct hg_apply_sink *sink;
};
void apply_errand_init(struct apply_errand *apply, const struct hg_apply_sink *sink);

/* hg_applier_ops.preflight. `plan` and `sink` are borrowed. */
struct preflight_errand {
  struct errand errand;
  const struct hg_plan *plan;
  const struct hg_preflight_sink *sink;
};
void preflight_errand_init(struct preflight_errand *preflight, const struct hg_plan *plan,
                           const struct hg_preflight_sink *sink);

#endif

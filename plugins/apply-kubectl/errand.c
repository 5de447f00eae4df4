/* SPDX-License-Identifier: Apache-2.0 */
#include "errand.h"

#include "apply/question.h"

#include <stddef.h>

static const struct apply_errand *apply_of(const struct errand *errand) {
  return (const struct apply_errand *)(const void *)((const char *)errand -
                                                     offsetof(struct apply_errand, errand));
}

static const struct preflight_errand *preflight_of(const struct errand *errand) {
  return (const struct preflight_errand *)(const void *)((const char *)errand -
                                                         offsetof(struct preflight_errand, errand));
}

static uint32_t apply_admit(const struct errand *errand, struct hg_launch *launches,
                            uint32_t count) {
  const struct hg_apply_sink *sink = apply_of(errand)->sink;

  return sink->start(sink, launches, count);
}

static uint32_t apply_room(const struct errand *errand) {
  const struct hg_apply_sink *sink = apply_of(errand)->sink;

  return sink->room(sink);
}

static int32_t apply_deliver(const struct errand *errand, uint64_t item, bool is_last,
                             const struct hg_job_result *result, enum confirmation confirmation) {
  const struct hg_apply_sink *sink = apply_of(errand)->sink;

  (void)confirmation; /* the host keeps kubectl's own words */
  return sink->finish(sink, item, is_last ? 1 : 0, result);
}

void apply_errand_init(struct apply_errand *apply, const struct hg_apply_sink *sink) {
  apply->errand.is_dry_run = false;
  apply->errand.admit = apply_admit;
  apply->errand.room = apply_room;
  apply->errand.deliver = apply_deliver;
  apply->sink = sink;
}

static uint32_t preflight_admit(const struct errand *errand, struct hg_launch *launches,
                                uint32_t count) {
  const struct preflight_errand *preflight = preflight_of(errand);

  for (uint32_t i = 0; i < count; i++)
    launches[i].has_standard_input = preflight->plan->jobs[launches[i].item]->reads_standard_input;
  return questions_admit(preflight->sink, launches, count);
}

static uint32_t preflight_room(const struct errand *errand) {
  (void)errand; /* a question makes nothing */
  return UINT32_MAX;
}

static uint32_t verdict_of(enum confirmation confirmation) {
  switch (confirmation) {
  case CONFIRMATION_CREATED:
    return HG_PREFLIGHT_CREATE;
  case CONFIRMATION_UNCHANGED:
    return HG_PREFLIGHT_UNCHANGED;
  case CONFIRMATION_CONFIGURED:
  case CONFIRMATION_SERVERSIDE_APPLIED:
    return HG_PREFLIGHT_UPDATE;
  default:
    return HG_PREFLIGHT_REFUSED;
  }
}

static int32_t preflight_deliver(const struct errand *errand, uint64_t item, bool is_last,
                                 const struct hg_job_result *result,
                                 enum confirmation confirmation) {
  const struct hg_preflight_sink *sink = preflight_of(errand)->sink;
  const struct hg_preflight_verdict verdict = {
      .struct_size = sizeof verdict,
      .verdict =
          result->status == HG_STATUS_SUCCESS ? verdict_of(confirmation) : HG_PREFLIGHT_REFUSED,
      .reason = result->reason,
      .failure_class = result->failure_class,
      .advice = result->advice,
      .warning_count = result->warning_count,
      .warnings = result->warnings,
  };

  return is_last ? sink->verdict(sink, item, &verdict) : 0;
}

void preflight_errand_init(struct preflight_errand *preflight, const struct hg_plan *plan,
                           const struct hg_preflight_sink *sink) {
  preflight->errand.is_dry_run = true;
  preflight->errand.admit = preflight_admit;
  preflight->errand.room = preflight_room;
  preflight->errand.deliver = preflight_deliver;
  preflight->plan = plan;
  preflight->sink = sink;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "errand.h"

#include "apply/question.h"

uint32_t errand_room(const struct errand *errand) {
  return errand->apply ? errand->apply->room(errand->apply) : UINT32_MAX;
}

uint32_t errand_admit(const struct errand *errand, struct hg_launch *launches, uint32_t count) {
  if (errand->apply)
    return errand->apply->start(errand->apply, launches, count);
  for (uint32_t i = 0; i < count; i++)
    launches[i].has_standard_input = 1;
  return questions_admit(errand->preflight, launches, count);
}

static uint32_t verdict_of(const struct hg_job_result *result) {
  if (result->status != HG_STATUS_SUCCESS)
    return HG_PREFLIGHT_REFUSED;
  switch (result->verb) {
  case HG_VERB_CREATED:
    return HG_PREFLIGHT_CREATE;
  case HG_VERB_UNCHANGED:
    return HG_PREFLIGHT_UNCHANGED;
  default:
    return HG_PREFLIGHT_UPDATE;
  }
}

int32_t errand_deliver(const struct errand *errand, uint64_t item, bool is_last,
                       const struct hg_job_result *result, const struct showing *showing) {
  const struct hg_preflight_verdict verdict = {
      .struct_size = sizeof verdict,
      .verdict = verdict_of(result),
      .reason = result->reason,
      .failure_class = result->failure_class,
      .advice = result->advice,
      .warning_count = result->warning_count,
      .warnings = result->warnings,
      .before = showing->before,
      .after = showing->after,
      .immutable_count = showing->immutable_count,
      .immutable_fields = showing->immutable_fields,
  };

  if (errand->apply)
    return errand->apply->finish(
        errand->apply, item, (is_last ? HG_FINISH_LAST : HG_FINISH_AGAIN) | HG_FINISH_HELD, result);
  return is_last ? errand->preflight->verdict(errand->preflight, item, &verdict) : 0;
}

bool errand_looks_ahead(const struct errand *errand) {
  return errand->apply && HG_HAS(errand->apply, withdraw) && errand->apply->withdraw;
}

void errand_withdraw(const struct errand *errand, uint64_t item) {
  if (errand_looks_ahead(errand))
    errand->apply->withdraw(errand->apply, item);
}

int32_t errand_settle(const struct errand *errand) {
  return errand->apply ? errand->apply->settle(errand->apply) : 0;
}

void errand_note_sent(const struct errand *errand, uint64_t item, const uint8_t sha256[32]) {
  if (errand->apply)
    errand->apply->sent(errand->apply, item, sha256);
}

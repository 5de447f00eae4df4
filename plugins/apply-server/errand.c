/* SPDX-License-Identifier: Apache-2.0 */
#include "errand.h"

static int32_t refuse(const struct hg_preflight_sink *sink, uint64_t item, const char *reason) {
  const struct hg_preflight_verdict verdict = {
      .struct_size = sizeof verdict,
      .verdict = HG_PREFLIGHT_REFUSED,
      .reason = reason,
      .failure_class = "manifest-changed",
      .advice = "validate it again",
  };

  return sink->verdict(sink, item, &verdict);
}

/* Nothing is written down before a question: the others need not be asked for again where one is
 * skipped. They are, as hg_apply_sink.start has it. */
static uint32_t admit_questions(const struct hg_preflight_sink *sink, struct hg_launch *launches,
                                uint32_t count) {
  uint32_t skipped = 0;

  for (uint32_t i = 0; i < count; i++) {
    struct hg_launch *launch = &launches[i];
    struct hg_error changed = HG_ERROR_INIT;

    launch->answer = HG_LAUNCH_GO;
    launch->has_standard_input = 1;
    if (sink->document(sink, launch->item, &launch->standard_input, &changed) == 0)
      continue;
    if (refuse(sink, launch->item, changed.message) < 0)
      return HG_START_STOP;
    launch->answer = HG_LAUNCH_SKIP;
    skipped++;
  }
  for (uint32_t i = 0; skipped > 0 && i < count; i++)
    if (launches[i].answer == HG_LAUNCH_GO)
      launches[i].answer = HG_LAUNCH_AGAIN;
  return HG_START_GO;
}

uint32_t errand_admit(const struct errand *errand, struct hg_launch *launches, uint32_t count) {
  if (errand->preflight)
    return admit_questions(errand->preflight, launches, count);
  return errand->apply->start(errand->apply, launches, count);
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

int32_t errand_settle(const struct errand *errand) {
  return errand->apply ? errand->apply->settle(errand->apply) : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "apply/question.h"

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

/* Nothing is written down before a question: where one manifest is not the planned one, the others
 * need not be asked for again. They are, as hg_apply_sink.start has it. */
uint32_t questions_admit(const struct hg_preflight_sink *sink, struct hg_launch *launches,
                         uint32_t count) {
  uint32_t skipped = 0;

  for (uint32_t i = 0; i < count; i++) {
    struct hg_launch *launch = &launches[i];
    struct hg_error changed = HG_ERROR_INIT;

    launch->answer = HG_LAUNCH_GO;
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

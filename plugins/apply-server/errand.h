/* SPDX-License-Identifier: Apache-2.0 */
/* What requests are sent for: to apply Jobs, or to ask the server about them. */
#ifndef APPLY_SERVER_ERRAND_H
#define APPLY_SERVER_ERRAND_H

#include "showing.h"

#include <headgate/abi.h>
#include <headgate/applier.h>
#include <stdbool.h>
#include <stdint.h>

/* Embedded in its owner. One of the sinks is NULL. */
struct errand {
  const struct hg_plan *plan;
  const struct hg_apply_sink *apply; /* hg_applier_ops.apply */
  const struct hg_preflight_sink
      *preflight; /* hg_applier_ops.preflight: the server changes nothing */
};

static inline bool errand_is_dry_run(const struct errand *errand) {
  return errand->preflight != NULL;
}

/* Whether a verdict is to have the Job as it is and as it would be. */
static inline bool errand_wants_objects(const struct errand *errand) {
  return errand->preflight && HG_HAS(errand->preflight, wants_objects) &&
         errand->preflight->wants_objects == 1;
}

/* As hg_apply_sink.room; a question makes nothing. */
uint32_t errand_room(const struct errand *errand);

/* As hg_apply_sink.start. A Job that may be sent has its document in standard_input, valid until
 * errand_deliver or errand_withdraw. */
uint32_t errand_admit(const struct errand *errand, struct hg_launch *launches, uint32_t count);

/* An attempt is over, and unless `is_last` there will be another, as hg_apply_sink.finish. The host
 * may hold it until errand_admit or errand_settle, which must come soon. `showing` is what a
 * verdict has beside. */
int32_t errand_deliver(const struct errand *errand, uint64_t item, bool is_last,
                       const struct hg_job_result *result, const struct showing *showing);

/* As hg_apply_sink.sent; a question's is nobody's to know. */
void errand_note_sent(const struct errand *errand, uint64_t item, const uint8_t sha256[32]);

/* Whether Jobs may be admitted before there is a place for them: those that are not sent after all
 * are withdrawn. A question needs no write-ahead. */
bool errand_looks_ahead(const struct errand *errand);

/* As hg_apply_sink.withdraw; only where errand_looks_ahead. */
void errand_withdraw(const struct errand *errand, uint64_t item);

/* As hg_apply_sink.settle. */
int32_t errand_settle(const struct errand *errand);

#endif

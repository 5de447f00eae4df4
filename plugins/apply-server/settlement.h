/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of the Job of a request: confirmed, failed, or tried again. */
#ifndef APPLY_SERVER_SETTLEMENT_H
#define APPLY_SERVER_SETTLEMENT_H

#include "apply/failure_class.h"
#include "passage.h"

/* The request is over: hands the Job's outcome to the errand, queues another try where there is to
 * be one, and frees the flight. */
void flight_settle(struct flight *flight, const struct answer *answer);

/* The same of a Job that was not sent, for `reason`. */
void flight_settle_unsent(struct flight *flight, enum failure_kind kind, const char *reason);

#endif

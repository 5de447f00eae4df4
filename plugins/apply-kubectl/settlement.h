/* SPDX-License-Identifier: Apache-2.0 */
/* What becomes of the Jobs of a launch: confirmed, failed, or tried again. */
#ifndef APPLY_KUBECTL_SETTLEMENT_H
#define APPLY_KUBECTL_SETTLEMENT_H

#include "passage.h"

/* The flight's child has ended: hands each Job's outcome to the errand, and queues what is to be
 * tried again. */
void passage_settle(struct passage *passage, struct flight *flight);

/* The same where no child could be started; `cause` is the errno value. */
void passage_settle_grounded(struct passage *passage, struct flight *flight, int cause);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How a session's iterations are shared out among its workers. */
#ifndef GENERATE_SESSION_ITERATION_SHARES_H
#define GENERATE_SESSION_ITERATION_SHARES_H

#include <headgate/error.h>
#include <stdint.h>

/* The share of worker `index`, from 0, of `workers`, at least 1: total/workers, and the first
 * total mod workers workers get one more. */
int64_t iteration_share(int64_t total, int64_t workers, int64_t index);

/* Adds all shares up. -1 where they are not the total: nothing may be written then. */
int32_t iteration_shares_prove(int64_t total, int64_t workers, struct hg_error *err);

#endif

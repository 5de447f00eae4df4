/* SPDX-License-Identifier: Apache-2.0 */
#include "iteration_shares.h"

#include <inttypes.h>

int64_t iteration_share(int64_t total, int64_t workers, int64_t index) {
  return total / workers + (index < total % workers ? 1 : 0);
}

int32_t iteration_shares_prove(int64_t total, int64_t workers, struct hg_error *err) {
  int64_t sum = 0;

  for (int64_t i = 0; i < workers; i++) {
    int64_t share = iteration_share(total, workers, i);

    if (share < 0 || __builtin_add_overflow(sum, share, &sum))
      return hg_error_set(err, HG_ERROR_FAILED,
                          "the share of worker %" PRId64 " of %" PRId64 " is wrong: nothing was "
                          "written",
                          i + 1, workers);
  }
  if (sum != total)
    return hg_error_set(err, HG_ERROR_FAILED,
                        "the workers' shares add up to %" PRId64 ", not to %" PRId64
                        ": nothing was written",
                        sum, total);
  return 0;
}

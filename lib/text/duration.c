/* SPDX-License-Identifier: Apache-2.0 */
#include "text/duration.h"

#include <inttypes.h>

enum { SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE };

void duration_append(struct text_buffer *text, int64_t ms) {
  if (ms < SECOND)
    text_buffer_printf(text, "%" PRId64 " ms", ms);
  else if (ms < MINUTE)
    text_buffer_printf(text, "%" PRId64 ".%02" PRId64 " s", ms / SECOND, ms % SECOND / 10);
  else if (ms < HOUR)
    text_buffer_printf(text, "%" PRId64 " min %02" PRId64 " s", ms / MINUTE, ms % MINUTE / SECOND);
  else
    text_buffer_printf(text, "%" PRId64 " h %02" PRId64 " min", ms / HOUR, ms % HOUR / MINUTE);
}

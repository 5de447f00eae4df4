/* SPDX-License-Identifier: Apache-2.0 */
/* How long something took, as a reader takes it in. */
#ifndef LIB_TEXT_DURATION_H
#define LIB_TEXT_DURATION_H

#include "text/text_buffer.h"

#include <stdint.h>

/* "187 ms", "2.27 s", "4 min 05 s", "3 h 07 min"; cut, never rounded up to what was not reached. */
void duration_append(struct text_buffer *text, int64_t ms);

#endif

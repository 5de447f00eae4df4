/* SPDX-License-Identifier: Apache-2.0 */
/* The one wording for memory that is out. */
#ifndef LIB_MEMORY_NO_MEMORY_H
#define LIB_MEMORY_NO_MEMORY_H

#include <headgate/error.h>

/* -1, always. */
static inline int32_t no_memory(struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
}

#endif

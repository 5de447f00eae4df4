/* SPDX-License-Identifier: Apache-2.0 */
/* A run of bytes that may hold anything, NUL included. */
#ifndef HEADGATE_BYTES_H
#define HEADGATE_BYTES_H

#include <stdint.h>

/* Borrowed: valid as long as the struct that it is part of. */
struct hg_bytes {
  const char *data; /* never NULL; not necessarily NUL-terminated, not necessarily UTF-8 */
  uint64_t length;  /* bytes */
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4) of manifests. */
#ifndef LIB_DIGEST_DIGEST_H
#define LIB_DIGEST_DIGEST_H

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

enum { DIGEST_SIZE = 32 };

/* Makes the library ready. Once, before the first thread starts. */
int32_t digest_init(struct hg_error *err);

/* Any thread. */
void digest_of(const void *data, size_t length, uint8_t digest[DIGEST_SIZE]);

#endif

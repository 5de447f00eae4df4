/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4) of manifests and logs. */
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

enum { DIGEST_SHORT = 8 };

/* The digest's first 8 hex digits, with a NUL behind them. */
void digest_shorten(const uint8_t digest[DIGEST_SIZE], char text[DIGEST_SHORT + 1]);

struct digest;

/* Of what comes piece by piece. NULL where memory is out. One thread at a time. */
struct digest *digest_create(void);

/* The same, an HMAC-SHA-256 (RFC 2104) with that key. */
struct digest *digest_create_keyed(const uint8_t key[DIGEST_SIZE]);

void digest_add(struct digest *digest, const void *data, size_t length);

/* Of what was added so far; more may be added afterwards. -1 where memory is out. */
int32_t digest_read(const struct digest *digest, uint8_t result[DIGEST_SIZE]);

/* The same, the cheap way: nothing is to be added afterwards but behind digest_reset. */
void digest_end(struct digest *digest, uint8_t result[DIGEST_SIZE]);

/* Forgets what was added; the key stays. */
void digest_reset(struct digest *digest);

/* Accepts NULL. */
void digest_destroy(struct digest *digest);

#endif

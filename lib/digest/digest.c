/* SPDX-License-Identifier: Apache-2.0 */
#include "digest/digest.h"

#include <gcrypt.h>
#include <stdlib.h>
#include <string.h>

int32_t digest_init(struct hg_error *err) {
  /* No secrets are handled: the locked memory pool would only cost. */
  if (!gcry_check_version(GCRYPT_VERSION) || gcry_control(GCRYCTL_DISABLE_SECMEM, 0) != 0 ||
      gcry_control(GCRYCTL_INITIALIZATION_FINISHED, 0) != 0)
    return hg_error_set(err, HG_ERROR_FAILED, "libgcrypt %s or newer is needed", GCRYPT_VERSION);
  return 0;
}

void digest_of(const void *data, size_t length, uint8_t digest[DIGEST_SIZE]) {
  gcry_md_hash_buffer(GCRY_MD_SHA256, digest, data, length);
}

void digest_shorten(const uint8_t digest[DIGEST_SIZE], char text[DIGEST_SHORT + 1]) {
  static const char digits[] = "0123456789abcdef";

  for (size_t i = 0; i < DIGEST_SHORT; i++)
    text[i] = digits[i % 2 == 0 ? digest[i / 2] >> 4 : digest[i / 2] & 15];
  text[DIGEST_SHORT] = '\0';
}

struct digest {
  gcry_md_hd_t handle;
};

static struct digest *create(unsigned flags) {
  struct digest *digest = malloc(sizeof *digest);

  if (digest && gcry_md_open(&digest->handle, GCRY_MD_SHA256, flags) != 0) {
    free(digest);
    return NULL;
  }
  return digest;
}

struct digest *digest_create(void) {
  return create(0);
}

struct digest *digest_create_keyed(const uint8_t key[DIGEST_SIZE]) {
  struct digest *digest = create(GCRY_MD_FLAG_HMAC);

  if (digest && gcry_md_setkey(digest->handle, key, DIGEST_SIZE) != 0) {
    digest_destroy(digest);
    return NULL;
  }
  return digest;
}

void digest_add(struct digest *digest, const void *data, size_t length) {
  gcry_md_write(digest->handle, data, length);
}

int32_t digest_read(const struct digest *digest, uint8_t result[DIGEST_SIZE]) {
  gcry_md_hd_t copy;

  if (gcry_md_copy(&copy, digest->handle) != 0)
    return -1;
  memcpy(result, gcry_md_read(copy, GCRY_MD_SHA256), DIGEST_SIZE);
  gcry_md_close(copy);
  return 0;
}

void digest_end(struct digest *digest, uint8_t result[DIGEST_SIZE]) {
  memcpy(result, gcry_md_read(digest->handle, GCRY_MD_SHA256), DIGEST_SIZE);
}

void digest_reset(struct digest *digest) {
  gcry_md_reset(digest->handle);
}

void digest_destroy(struct digest *digest) {
  if (!digest)
    return;
  gcry_md_close(digest->handle);
  free(digest);
}

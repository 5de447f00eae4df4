/* SPDX-License-Identifier: Apache-2.0 */
#include "digest/digest.h"

#include <gcrypt.h>

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

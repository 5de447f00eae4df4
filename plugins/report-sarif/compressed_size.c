/* SPDX-License-Identifier: Apache-2.0 */
#include "compressed_size.h"

enum {
  WINDOW = 24 * 1024, /* of the 32 KiB: a match may be found late */
  REFERENCE = 8,      /* bytes; RFC 1951 needs at most 5, for up to 258 bytes */
  REFERENCE_REACH = 128,
};

/* FNV-1a, 64 bits. */
static uint64_t hash_of(const char *string) {
  uint64_t hash = UINT64_C(14695981039346656037);

  for (; *string; string++)
    hash = (hash ^ (unsigned char)*string) * UINT64_C(1099511628211);
  return hash;
}

uint64_t compressed_size_of(struct compressed_size *seen, const char *string, uint64_t length,
                            uint64_t at) {
  uint64_t hash = hash_of(string);
  uint64_t slot = hash % COMPRESSED_SIZE_STRINGS;
  uint64_t last = seen->strings[slot].at;
  uint64_t size = REFERENCE * (1 + length / REFERENCE_REACH);

  if (last == 0 || seen->strings[slot].hash != hash || at + 1 - last + length > WINDOW)
    size = length;
  seen->strings[slot].hash = hash;
  seen->strings[slot].at = at + 1;
  return size < length ? size : length;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The hash by which a type's field names are found. Shared by the program that compiles the field
 * table and by the plugin, so that both mean the same. */
#ifndef LIB_JOB_FIELD_HASH_H
#define LIB_JOB_FIELD_HASH_H

#include <stddef.h>
#include <stdint.h>

/* FNV-1a over the name, started at `seed`. */
static inline uint32_t field_hash(uint32_t seed, const char *name, size_t length) {
  uint32_t hash = seed;

  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char)name[i]) * UINT32_C(16777619);
  return hash ^ (hash >> 15);
}

#endif

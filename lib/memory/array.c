/* SPDX-License-Identifier: Apache-2.0 */
#include "memory/array.h"

#include <stdint.h>
#include <stdlib.h>

enum { FIRST_CAPACITY = 16 };

void *array_reserve(void *rows, size_t count, size_t *capacity, size_t size) {
  size_t wanted = *capacity ? *capacity : FIRST_CAPACITY;

  if (count <= *capacity && rows)
    return rows;
  while (wanted < count && wanted <= SIZE_MAX / 2)
    wanted *= 2;
  rows = wanted <= SIZE_MAX / size ? realloc(rows, wanted * size) : NULL;
  if (rows)
    *capacity = wanted;
  return rows;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "page_end.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

const void *page_end_copy(const void *data, size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  size_t readable = (size + page - 1) / page * page;
  char *memory =
      mmap(NULL, readable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  char *copy;

  if (memory == MAP_FAILED)
    abort();
  copy = memory + readable - size;
  memcpy(copy, data, size);
  if (mprotect(memory + readable, page, PROT_NONE) != 0 ||
      mprotect(memory, readable, PROT_READ) != 0)
    abort();
  return copy;
}

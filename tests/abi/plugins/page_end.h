/* SPDX-License-Identifier: Apache-2.0 */
/* Memory behind which nothing may be read. */
#ifndef TESTS_ABI_PAGE_END_H
#define TESTS_ABI_PAGE_END_H

#include <stddef.h>

/* A copy of `size` bytes (a multiple of 8) that ends where a page ends; to touch the byte behind it
 * ends the process. Lives until the process ends. Aborts where there is no memory. */
const void *page_end_copy(const void *data, size_t size);

#endif

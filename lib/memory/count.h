/* SPDX-License-Identifier: Apache-2.0 */
/* How many rows an array has. */
#ifndef LIB_MEMORY_COUNT_H
#define LIB_MEMORY_COUNT_H

/* Not of a pointer: gcc says so (-Wsizeof-pointer-div). */
#define COUNT(array) (sizeof(array) / sizeof *(array))

#endif

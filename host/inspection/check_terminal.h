/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a text does anything to the terminal that shows it. */
#ifndef HOST_INSPECTION_CHECK_TERMINAL_H
#define HOST_INSPECTION_CHECK_TERMINAL_H

#include <stddef.h>

/* The offset of the first control character in `length` bytes: one of C0 but tab and line feed,
 * DEL, one of C1, in UTF-8 or as a byte that is no UTF-8. `length` where there is none. */
size_t check_terminal_find(const char *text, size_t length);

#endif

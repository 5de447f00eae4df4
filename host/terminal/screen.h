/* SPDX-License-Identifier: Apache-2.0 */
/* What a terminal can show. */
#ifndef HOST_TERMINAL_SCREEN_H
#define HOST_TERMINAL_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

/* Columns of the terminal that `descriptor` is, at least 20; 80 where it does not say; 0 where it
 * is no terminal. */
size_t screen_columns(int descriptor);

/* Whether the terminal shows no more than ASCII, by LC_ALL, LC_CTYPE or LANG. False for what is no
 * terminal: pipes and files are always UTF-8. */
bool screen_is_ascii(int descriptor);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A command as a person would type it. */
#ifndef LIB_TEXT_SHELL_QUOTE_H
#define LIB_TEXT_SHELL_QUOTE_H

#include "text/text_buffer.h"

#include <stddef.h>

/* Appends `count` words with a space between them, each quoted for a POSIX shell (XCU 2.2) where it
 * has to be: pasted into one, the line gives the same argv. For reading only: Headgate itself never
 * runs a shell. */
void shell_quote_append(struct text_buffer *text, const char *const *words, size_t count);

#endif

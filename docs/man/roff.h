/* SPDX-License-Identifier: Apache-2.0 */
/* Text as the macros of man(7) take it. */
#ifndef DOCS_MAN_ROFF_H
#define DOCS_MAN_ROFF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Writes text that means what it says; what stands between backticks is bold. Line feeds are
 * blanks. */
void roff_text(FILE *out, const char *text);

/* The same of `length` bytes, without the bold. */
void roff_bytes(FILE *out, const char *text, size_t length);

/* A sentence of our tables as one that stands alone: a capital letter, and a full stop. */
void roff_sentence(FILE *out, const char *text);

/* "\fBNAME\fR" and "\fINAME\fR" */
void roff_bold(FILE *out, const char *text);
void roff_italic(FILE *out, const char *text);

/* Writes a whole page with lines of text that are no longer than a source's should be. Examples,
 * and the tags of items, stay as they are. */
void roff_page(FILE *out, const char *page);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What kubectl writes to standard error, told apart: warnings, its own log, and why it failed. */
#ifndef APPLY_KUBECTL_WORDS_H
#define APPLY_KUBECTL_WORDS_H

#include "text/text_buffer.h"

#include <headgate/bytes.h>
#include <headgate/result.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
  CAUSE_LENGTH = 400,    /* characters of a cause */
  WARNING_LENGTH = 1000, /* and of one warning */
};

/* Whether the line, without its line feed, tells of something that kubectl could do without: a
 * warning, or a line of its log ("E1124 09:05:07.042000   123 memcache.go:265] ..."). */
bool words_are_aside(const char *line, size_t length);

/* Appends the sentence that names the cause, as one line of visible text: without the words around
 * it that say where it was met ("Error from server (Forbidden): error when creating "FILE": "), and
 * with all the lines of one that has several. Nothing where kubectl gave none. */
void words_append_cause(struct text_buffer *text, const struct hg_bytes *words);

/* The warnings of one kubectl. Embedded in its owner; all zero is an empty one. */
struct words_warnings {
  struct text_buffer text;        /* the strings, each with its NUL */
  size_t starts[HG_WARNINGS_MAX]; /* where each begins */
  const char *strings[HG_WARNINGS_MAX + 1];
  uint32_t count;
};

void words_warnings_init(struct words_warnings *warnings);
void words_warnings_finish(struct words_warnings *warnings);

/* Takes the lines "Warning: TEXT", each text once. Where `jobs`, of one kubectl, is more than 1
 * each says so, as kubectl does not say whose it is. */
void words_warnings_take(struct words_warnings *warnings, const struct hg_bytes *words,
                         uint32_t jobs);

#endif

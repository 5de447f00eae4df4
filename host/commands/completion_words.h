/* SPDX-License-Identifier: Apache-2.0 */
/* What could stand where the cursor is: what the completion scripts of the shells ask.
 *
 *   headgate completion-words WORD...    the words after "headgate", the last one as far as it is
 * typed
 *
 * The first line of the answer is "words", "files" or "directories"; behind "words" there is a line
 * for each candidate: the whole word, a tab, what it is. Names from outside that have a control
 * character are left out, so that a line is a line. Reads files, and the history without writing to
 * it; never asks a cluster, runs a program, or fails.
 */
#ifndef HOST_COMMANDS_COMPLETION_WORDS_H
#define HOST_COMMANDS_COMPLETION_WORDS_H

#include <stddef.h>

/* `count` is at least 1. Returns the exit code. */
int completion_words(size_t count, const char *const *words);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What kubectl makes of the word behind -f: a list in CSV of files, patterns and URLs. */
#ifndef TESTS_FAKE_KUBECTL_FILE_NAMES_H
#define TESTS_FAKE_KUBECTL_FILE_NAMES_H

/* Calls `each` for every file that the word stands for, in order. What kubectl refuses, and every
 * URL, is told on standard error. Returns the exit status: 0, or 1. */
int file_names_each(const char *word, void (*each)(void *context, const char *path), void *context);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The place of the history: its directory, and the file before SQLite looks at it. */
#ifndef HOST_HISTORY_HISTORY_DIRECTORY_H
#define HOST_HISTORY_HISTORY_DIRECTORY_H

#include <headgate/error.h>
#include <stdbool.h>
#include <stdint.h>

struct history;

/* Makes the file if it is missing, empty and mode 0600, with its directory and the parents of that,
 * mode 0700. */
int32_t history_make_file(const struct history *history, const char *path, struct hg_error *err);

/* Refuses a file that is not a history, before anything could change it: no regular file, no SQLite
 * database, a database of another program. *is_empty: nothing was written to it yet. A missing file
 * is HG_ERROR_NOT_FOUND. */
int32_t history_check_file(const struct history *history, const char *path, bool *is_empty,
                           struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* SQLite's troubles in the words of somebody who has to mend them. */
#ifndef HOST_HISTORY_HISTORY_ERROR_H
#define HOST_HISTORY_HISTORY_ERROR_H

#include <headgate/error.h>
#include <stdint.h>

struct history;

/* A copy of `path` that fits into a message: control characters visible, and of a long one the end.
 * NULL where memory is out. */
char *history_shown_path(const char *path);

/* Sets *err for what SQLite answered, -1. The database may be closed already, or NULL. */
int32_t history_fail(const struct history *history, int sqlite_code, struct hg_error *err);

/* The same, with a reason of the caller's. */
__attribute__((format(printf, 4, 5))) int32_t history_refuse(const struct history *history,
                                                             int32_t code, struct hg_error *err,
                                                             const char *format, ...);

#endif

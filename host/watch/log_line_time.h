/* SPDX-License-Identifier: Apache-2.0 */
/* The timestamp in front of a line of a log. */
#ifndef HOST_WATCH_LOG_LINE_TIME_H
#define HOST_WATCH_LOG_LINE_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Reads the time that stands before the first blank, RFC 3339 in any zone. *second is whole seconds
 * since 1970; *length that of the timestamp. False where there is none. */
bool log_line_time(const char *line, size_t size, int64_t *second, size_t *length);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Times as Headgate writes them: RFC 3339, UTC, milliseconds, "2026-11-23T09:05:07.042Z". */
#ifndef LIB_TEXT_TIMESTAMP_H
#define LIB_TEXT_TIMESTAMP_H

#include <stdbool.h>
#include <stdint.h>

enum { TIMESTAMP_SIZE = 25 }; /* bytes, the final NUL included */

enum { DAY_MS = 24 * 60 * 60 * 1000 };

/* Wall clock time in milliseconds since 1970-01-01 00:00:00 UTC. */
int64_t timestamp_now_ms(void);

/* A clock that never steps back, in milliseconds from an unnamed start. For durations. */
int64_t timestamp_steady_ms(void);

/* Writes `ms`, milliseconds since 1970, in the form above. Years outside 0 to 9999 are clamped. */
void timestamp_format(int64_t ms, char text[TIMESTAMP_SIZE]);

/* Reads such a time, with a fraction of any length or none; digits behind the milliseconds are
 * dropped. False where it is none: *ms is left. */
bool timestamp_parse(const char *text, int64_t *ms);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Timestamps of the plugin interface as Prometheus counts time. */
#ifndef PLUGINS_REPORT_PROMETHEUS_UNIX_TIME_H
#define PLUGINS_REPORT_PROMETHEUS_UNIX_TIME_H

#include <stdbool.h>
#include <stdint.h>

/* Reads RFC 3339 in UTC, "2026-11-23T09:05:07.042Z", with or without a fraction, into milliseconds
 * since 1970. False where the text is anything else. */
bool unix_time_read(const char *text, int64_t *milliseconds);

#endif

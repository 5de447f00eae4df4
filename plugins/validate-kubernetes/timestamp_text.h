/* SPDX-License-Identifier: Apache-2.0 */
/* Times as manifests write them (RFC 3339). */
#ifndef VALIDATE_KUBERNETES_TIMESTAMP_TEXT_H
#define VALIDATE_KUBERNETES_TIMESTAMP_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Whether the text is a date and time of RFC 3339 as Go's time.Parse takes it: "T" and "Z" in
 * capitals, days that exist, no leap second. */
bool timestamp_text_is_rfc3339(const char *text, size_t length);

#endif

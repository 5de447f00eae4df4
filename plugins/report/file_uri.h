/* SPDX-License-Identifier: Apache-2.0 */
/* A file's path as a URI reference (RFC 3986; SARIF 2.1.0, 3.10): relative, or file:// where it is
 * absolute. */
#ifndef PLUGINS_REPORT_FILE_URI_H
#define PLUGINS_REPORT_FILE_URI_H

#include "text/text_buffer.h"

/* Appends it, without "." and empty parts, ".." resolved by name as far as that goes, and every
 * byte but unreserved ones percent-encoded. `path` is not empty. */
void file_uri_append(struct text_buffer *text, const char *path);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The text of a !!binary scalar (YAML 1.1), as the API server's reader takes it: base64 (RFC 4648,
 * section 4), and more forgiving than that. */
#ifndef VALIDATE_KUBERNETES_YAML_BINARY_H
#define VALIDATE_KUBERNETES_YAML_BINARY_H

#include <stddef.h>
#include <stdint.h>

/* Decodes `length` bytes of padded base64, line breaks and bits left over ignored, into `out`,
 * which has room for as many bytes. Returns 0, or -1 where the text is no base64. */
int32_t yaml_binary_decode(const char *text, size_t length, char *out, size_t *out_length);

#endif

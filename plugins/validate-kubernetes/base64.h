/* Base64 (RFC 4648, section 4). */
#ifndef VALIDATE_KUBERNETES_BASE64_H
#define VALIDATE_KUBERNETES_BASE64_H

#include <stddef.h>
#include <stdint.h>

/* Decodes `length` bytes of padded base64, line breaks ignored, into `out`, which has room for as
 * many bytes. Returns 0, or -1 where the text is no base64. */
int32_t base64_decode(const char *text, size_t length, char *out, size_t *out_length);

#endif

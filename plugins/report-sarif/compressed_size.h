/* SPDX-License-Identifier: Apache-2.0 */
/* How much of a text is left once it is compressed: an estimate that is rather too high.
 *
 * gzip (RFC 1951) writes what it saw within the last 32 KiB as a reference of a few bytes, and
 * anything else in no more bytes than it has.
 */
#ifndef PLUGINS_REPORT_SARIF_COMPRESSED_SIZE_H
#define PLUGINS_REPORT_SARIF_COMPRESSED_SIZE_H

#include <stdint.h>

enum { COMPRESSED_SIZE_STRINGS = 256 };

/* Embedded in its owner; all zeros at first. */
struct compressed_size {
  struct {
    uint64_t hash;
    uint64_t at; /* where it stood last, in bytes from 1; 0: nowhere */
  } strings[COMPRESSED_SIZE_STRINGS];
};

/* The estimate for `string`, which takes `length` bytes as it is spelled and begins `at` bytes from
 * the start of the text. */
uint64_t compressed_size_of(struct compressed_size *seen, const char *string, uint64_t length,
                            uint64_t at);

#endif

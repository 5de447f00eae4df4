/* SPDX-License-Identifier: Apache-2.0 */
/* A section that consists of records, each with a NUL behind it, of which as many are written as
 * there is a wish or room for. */
#ifndef LIB_FILES_RECORDS_H
#define LIB_FILES_RECORDS_H

#include "files/section.h"

#include <headgate/reporter.h>
#include <stdbool.h>
#include <stdint.h>

/* Whether the next record, `length` bytes without its NUL, is to be written too. */
typedef bool (*record_taker)(void *context, uint64_t length);

/* Writes records to `output`, without the NULs, from the first up to the one that `takes` refuses.
 * *written is how many. */
int32_t records_write(const struct section *section, record_taker takes, void *context,
                      const struct hg_output *output, uint64_t *written, struct hg_error *err);

#endif

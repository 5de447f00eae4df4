/* SPDX-License-Identifier: Apache-2.0 */
/* A file without a name: it goes away with the process, and nobody else opens it. */
#ifndef LIB_FILES_TEMPORARY_FILE_H
#define LIB_FILES_TEMPORARY_FILE_H

#include <headgate/error.h>

/* Makes one in $TMPDIR, or in /tmp where that is not set, and returns its descriptor,
 * close-on-exec; -1 with err set. */
int temporary_file_open(struct hg_error *err);

/* Sets `err` to what errno says; `what` could not be done ("write"). Returns -1. */
int32_t temporary_file_error(const char *what, struct hg_error *err);

#endif

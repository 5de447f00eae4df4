/* SPDX-License-Identifier: Apache-2.0 */
/* Reading a whole file that somebody else may be changing. */
#ifndef LIB_FILES_INPUT_FILE_H
#define LIB_FILES_INPUT_FILE_H

#include <headgate/error.h>
#include <stddef.h>

/* Reads the regular file `path`, of at most `most` bytes, into memory that the caller frees; a NUL
 * stands behind them, which `length` does not count. Never waits on a FIFO or a device. Errors name
 * the path: HG_ERROR_NOT_FOUND, HG_ERROR_IO, HG_ERROR_LIMIT, HG_ERROR_NO_MEMORY. */
int32_t input_file_read(const char *path, size_t most, char **bytes, size_t *length,
                        struct hg_error *err);

#endif

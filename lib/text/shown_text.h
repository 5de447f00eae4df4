/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside as it stands in a message: visible, and short enough for the rest of the
 * message to be read. */
#ifndef LIB_TEXT_SHOWN_TEXT_H
#define LIB_TEXT_SHOWN_TEXT_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

/* Appends a value in double quotes; of a long one the beginning. */
void shown_text_append(struct text_buffer *out, const char *text, size_t length);

/* How much is shown of a key that may be the name of a variable: what stands behind a = in it is a
 * value, and may be a password. */
size_t shown_key_length(const char *key, size_t length);

/* As shown_text_append, for such a key. */
void shown_key_append(struct text_buffer *out, const char *key, size_t length);

/* Appends a path; of one that takes more than `most` bytes only the end, after "…". */
void shown_path_append(struct text_buffer *out, const char *path, size_t most);

/* How much of a path stands in a message of struct hg_error. */
enum { SHOWN_PATH_IN_ERROR = 100 };

/* Sets code and message; a message that does not fit is cut between two characters and ends with
 * "…". Returns -1. */
int32_t shown_error_set(struct hg_error *err, int32_t code, const struct text_buffer *message);

/* The same for "VERB PATH: REASON", such as "cannot open out: Permission denied". */
int32_t shown_path_error(struct hg_error *err, int32_t code, const char *verb, const char *path,
                         const char *reason);

#endif

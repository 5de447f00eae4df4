/* SPDX-License-Identifier: Apache-2.0 */
/* How a function says why it failed.
 *
 * A function that can fail returns int32_t, 0 on success and -1 on failure, and takes as its last
 * parameter a struct hg_error that the caller owns. On success the struct is untouched; on failure
 * code and message are set. Nothing in it is ever freed.
 */
#ifndef HEADGATE_ERROR_H
#define HEADGATE_ERROR_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* Values of hg_error.code. A receiver treats a code that it does not know as HG_ERROR_FAILED. */
#define HG_ERROR_FAILED 1      /* anything without a code of its own */
#define HG_ERROR_INVALID 2     /* the input is wrong: a file's content, an option's value */
#define HG_ERROR_NOT_FOUND 3   /* a file, a directory, a plugin is not there */
#define HG_ERROR_IO 4          /* the system refused: permissions, full disk, unreadable */
#define HG_ERROR_NO_MEMORY 5   /* an allocation failed */
#define HG_ERROR_LIMIT 6       /* the input passes a documented limit */
#define HG_ERROR_CANCELLED 7   /* the user asked to stop */
#define HG_ERROR_UNSUPPORTED 8 /* this host or this plugin cannot do that */
#define HG_ERROR_BUSY 9        /* somebody else is at it */

/* Allocated by the caller, with struct_size set (HG_ERROR_INIT does). */
struct hg_error {
  uint32_t struct_size; /* sizeof(struct hg_error) as the caller compiled it */
  int32_t code;         /* 0, or one of HG_ERROR_* */
  char message[1024];   /* one line of UTF-8, NUL-terminated: what was wrong, where, what to do */
};

/* clang-format off */
#define HG_ERROR_INIT { sizeof(struct hg_error), 0, { 0 } }
/* clang-format on */

/* Sets code and message. `err` may be NULL. A message that does not fit is cut, between two
 * characters. Always returns -1, so that a function can end with
 * `return hg_error_set(err, HG_ERROR_IO, ...)`. Thread: any, one at a time for one `err`. */
__attribute__((format(printf, 3, 4))) static inline int32_t
hg_error_set(struct hg_error *err, int32_t code, const char *format, ...) {
  va_list args;
  size_t end = sizeof err->message - 1;

  if (!err)
    return -1;
  err->code = code;
  va_start(args, format);
  if (vsnprintf(err->message, sizeof err->message, format, args) > (int)end) {
    while (end > 0 && ((unsigned char)err->message[end - 1] & 0xC0u) == 0x80u)
      end--;
    if (end > 0 && (unsigned char)err->message[end - 1] >= 0xC0u)
      end--;
    err->message[end] = '\0';
  }
  va_end(args);
  return -1;
}

#endif

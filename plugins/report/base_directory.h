/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as a reader names them who stands in another directory, such as the top of a repository. */
#ifndef PLUGINS_REPORT_BASE_DIRECTORY_H
#define PLUGINS_REPORT_BASE_DIRECTORY_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stdint.h>

/* Embedded in its owner. */
struct base_directory {
  struct text_buffer working; /* the working directory; "" where it has no name */
  struct text_buffer given;   /* the base, absolute and in plain form; "" where there is none */
  struct text_buffer real;    /* the same without symbolic links; "" where it is not there */
};

/* `path` may be NULL or "": then there is no base. It is meant from the working directory of now.
 */
int32_t base_directory_init(struct base_directory *base, const char *path, struct hg_error *err);
void base_directory_finish(struct base_directory *base);

/* Appends `path` as it is named from the base, where it lies in it; else as it is. Looks at names
 * alone: "a/../b" is "b". */
void base_directory_append(const struct base_directory *base, struct text_buffer *text,
                           const char *path);

#endif

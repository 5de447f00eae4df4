/* SPDX-License-Identifier: Apache-2.0 */
/* Which file is kubectl. */
#ifndef APPLY_KUBECTL_PROGRAM_H
#define APPLY_KUBECTL_PROGRAM_H

#include "text/text_buffer.h"

#include <headgate/error.h>
#include <stdint.h>

/* Embedded in its owner. */
struct program {
  char *path;                 /* a regular file that may be executed; NULL: there is none */
  int cause;                  /* where there is none: the errno value of why; EISDIR: no program */
  struct text_buffer problem; /* where there is none: why, and what to do; one line of UTF-8 */
};

void program_init(struct program *program);
void program_finish(struct program *program);

/* Finds the program, once and for all.
 *
 * `name` is what the user gave: with a slash in it, the path of the file; without one, a name to
 * look for in `search_path`; NULL: "kubectl". `search_path` is the environment's PATH, NULL where
 * it is not set. Only its absolute entries count (POSIX would take an empty one, "." and relative
 * ones from the working directory, and that directory may be anyone's).
 *
 * A program that cannot be found is no failure: see `problem`. -1: no memory. */
int32_t program_find(struct program *program, const char *name, const char *search_path,
                     struct hg_error *err);

#endif

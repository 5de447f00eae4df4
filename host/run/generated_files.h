/* SPDX-License-Identifier: Apache-2.0 */
/* A run applies what it has just generated, and nothing that lay there before. */
#ifndef HOST_RUN_GENERATED_FILES_H
#define HOST_RUN_GENERATED_FILES_H

#include "run/generation.h"
#include "run/stages.h"

/* -1: the scanner found files in `directory` that were not generated; they are named in the log. */
int32_t generated_files_refuse_others(const struct generation *generation,
                                      const struct stages *stages, const char *directory,
                                      struct hg_error *err);

#endif

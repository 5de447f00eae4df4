/* SPDX-License-Identifier: Apache-2.0 */
/* The structs that a plugin is handed, as a later minor of the interface may have them: each is
 * larger, what lies behind it makes no sense to anybody, and bits are set that have no name yet.
 * ABI.md says what a plugin does then: it reads what it knows, and finds list elements by their
 * pointers. For `headgate plugin check`. */
#ifndef HOST_RUNNER_RUNNER_LATER_MINOR_H
#define HOST_RUNNER_RUNNER_LATER_MINOR_H

#include "memory/arena.h"

#include <headgate/diagnostic.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/reporter.h>
#include <headgate/result.h>
#include <headgate/run.h>

/* Bytes that each struct has more. A plugin that copies as many as struct_size says runs over. */
enum { LATER_MINOR_BYTES = 4096 };

/* Each gives a copy with all that it points to; the arena's. Texts and lists of them are those of
 * the original. NULL: memory is out. */
struct hg_host *later_minor_host(struct arena *arena, const struct hg_host *host);
struct hg_output *later_minor_output(struct arena *arena, const struct hg_output *output);
struct hg_error *later_minor_error(struct arena *arena, const struct hg_error *error);
const struct hg_run *later_minor_run(struct arena *arena, const struct hg_run *run);
const struct hg_validation *later_minor_validation(struct arena *arena,
                                                   const struct hg_validation *validation);
const struct hg_job_result *later_minor_job_result(struct arena *arena,
                                                   const struct hg_job_result *result);
const struct hg_result *later_minor_result(struct arena *arena, const struct hg_result *result);

#endif

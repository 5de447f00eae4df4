/* SPDX-License-Identifier: Apache-2.0 */
/* What is started for a reporter that does not run in the host. */
#ifndef HOST_REPORTERS_REPORTER_PROGRAM_H
#define HOST_REPORTERS_REPORTER_PROGRAM_H

#include "memory/arena.h"

#include <headgate/error.h>

/* The file of this very program, for `headgate plugin-runner`: the arena's, NULL with err set. One
 * that was replaced while it runs is still itself. */
const char *reporter_program_self(struct arena *arena, struct hg_error *err);

/* Whether `path` may be run for --reporter exec:PATH: absolute, a regular file that can be
 * executed, of root or the user, not writable by group or others. A symbolic link is followed. */
int32_t reporter_program_check(const char *path, struct hg_error *err);

/* The environment without KUBECONFIG: a reporter has no business with the cluster. The arena's,
 * NULL where memory is out. */
const char *const *reporter_program_environment(struct arena *arena);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Plans in files: what `plan --save` writes, and `apply --plan` applies exactly (the format:
 * schemas/plan.schema.json).
 *
 * A plan names Jobs, their manifests with the digest of each, and the commands. It holds no text of
 * a manifest. A digest over the whole shows that it was edited or damaged. It is no signature:
 * whoever wants to forge a plan can compute it, so a plan is as trustworthy as where it came from.
 *
 * Paths are kept as they were given, so that the commands are those that the plan showed; they are
 * relative to the working directory. A plan can thus be applied in another checkout of the same
 * files, and in no other directory than one from which they look the same.
 */
#ifndef HOST_PLAN_SEALED_PLAN_H
#define HOST_PLAN_SEALED_PLAN_H

#include "files/output_file.h"
#include "kubeconfig/target_record.h"
#include "memory/arena.h"
#include "memory/string_list.h"
#include "plan/expected_jobs.h"

#include <headgate/error.h>
#include <headgate/plan.h>
#include <stdint.h>

enum {
  SEALED_PLAN_VERSION = 2,           /* of the format */
  SEALED_PLAN_MOST_JOBS = 100000,    /* that a plan may have */
  SEALED_PLAN_MOST_BYTES = 64 << 20, /* that its file may have */
};

/* What a plan says besides its Jobs. Strings are borrowed for saving, and the arena's after
 * loading. NULL: not given. */
struct sealed_plan {
  struct arena arena;
  const char *created_at; /* RFC 3339, UTC, milliseconds */
  const char *headgate_version;
  const char *kubernetes_version; /* that the Jobs were validated for; may be NULL */
  const char *working_dir;        /* absolute; filled in by sealed_plan_save */
  const char *jobs_dir;           /* the operands, as one would type them */
  struct string_list operands;    /* files and directories, as they were given */
  const char *kubeconfig;         /* may be NULL */
  const char *context;            /* may be NULL */
  const char *namespace_name;     /* -n; may be NULL */
  const char *applier;            /* the plugin that it is for, as it was named */
  struct target_record target;    /* that it is for; not known: it is bound to none */
};

void sealed_plan_init(struct sealed_plan *sealed);
void sealed_plan_finish(struct sealed_plan *sealed);

/* Writes `plan` to `path`, in that manner (output_file.h); an old file stands until the new one is
 * whole. Refused: a plan beyond the limits above, and names that are no UTF-8, which JSON cannot
 * hold. */
int32_t sealed_plan_save(const char *path, const struct output_manner *manner,
                         const struct hg_plan *plan, const struct sealed_plan *about,
                         struct hg_error *err);

/* Reads the plan at `path` into *sealed, and its Jobs into *expected; both were initialised by the
 * caller, who finishes them whatever the result. Errors name the file, and the line or the member;
 * nothing in the file is taken on trust. HG_ERROR_UNSUPPORTED for another format than this one. */
int32_t sealed_plan_load(const char *path, struct expected_jobs *expected,
                         struct sealed_plan *sealed, struct hg_error *err);

/* Refuses to go on where one of the plan's operands cannot be seen from the working directory, and
 * says from where it can. `path` is the plan's, for the message. */
int32_t sealed_plan_check_place(const char *path, const struct sealed_plan *sealed,
                                struct hg_error *err);

#endif

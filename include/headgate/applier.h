/* Stage 4: makes the cluster's objects. Loaded and called only with --apply.
 *
 * The gate stays with the host: before each launch the applier asks sink->start, which checks that
 * the manifest is still the one that was validated, writes the attempt to the history, durably, and
 * only then says go.
 */
#ifndef HEADGATE_APPLIER_H
#define HEADGATE_APPLIER_H

#include <headgate/bytes.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/plan.h>
#include <headgate/result.h>
#include <stdint.h>

/* What hg_apply_sink.start answers. */
#define HG_START_GO 0   /* launch it now */
#define HG_START_SKIP 1 /* do not: the host has settled this Job's outcome itself */
#define HG_START_STOP 2 /* launch nothing more, let what runs end, return from apply() */

/* What a launch needs besides the plan item. Filled in by start; valid until finish for that
 * item. */
struct hg_launch {
  uint32_t struct_size;           /* sizeof(struct hg_launch) as the applier compiled it */
  uint32_t has_standard_input;    /* 0: the child's standard input is /dev/null */
  struct hg_bytes standard_input; /* what the child reads; the document's bytes */
};

/* The host's; called on the thread of apply(), with the sink itself as first parameter. */
struct hg_apply_sink {
  uint32_t struct_size; /* sizeof(struct hg_apply_sink) as the host compiled it */
  uint32_t reserved;    /* 0 */
  void *context;        /* the host's own */

  /* Asks to launch plan->jobs[item], for the attempt-th time (from 1). One of HG_START_*. */
  int32_t (*start)(const struct hg_apply_sink *sink, uint64_t item, uint32_t attempt,
                   struct hg_launch *launch);

  /* The launch is over. Exactly once for each start that said go, a launch that failed included.
   * The host fills in job_name, job_namespace, yaml_path, document and command itself. `last` is 0
   * where the same Job will be tried again. 0: go on; -1: launch nothing more, as for
   * HG_START_STOP. */
  int32_t (*finish)(const struct hg_apply_sink *sink, uint64_t item, uint32_t last,
                    const struct hg_job_result *result);
};

/* All functions are mandatory and are called on one thread: create, apply, destroy. */
struct hg_applier_ops {
  uint32_t struct_size; /* sizeof(struct hg_applier_ops) as the plugin compiled it */
  uint32_t reserved;    /* 0 */

  /* Makes the plugin's object. `host` outlives it. An applier that cannot work at all (no such
   * program) still succeeds here and fails each Job with a plain reason. */
  int32_t (*create)(const struct hg_host *host, void **self, struct hg_error *err);

  /* Applies the plan, in its order. Every Job is started or left alone; one that was never started
   * is the host's to report as SKIPPED. Returns 0 also where Jobs failed; -1 only where the applier
   * itself could not go on. No child of the applier lives when it returns. */
  int32_t (*apply)(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                   struct hg_error *err);

  /* Accepts NULL. */
  void (*destroy)(void *self);
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 4: makes the cluster's objects. Loaded and called only with --apply (or --preflight, which
 * asks and changes nothing).
 *
 * The gate stays with the host: before each launch the applier asks sink->start, which checks that
 * the manifest is still the one that was validated, writes the attempt to the history, durably, and
 * only then says go.
 */
#ifndef HEADGATE_APPLIER_H
#define HEADGATE_APPLIER_H

#include <headgate/bytes.h>
#include <headgate/credentials.h>
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/plan.h>
#include <headgate/result.h>
#include <stdint.h>

/* Of this header, in hg_plugin.stage_revision: raised by each change that is not a field or an
 * optional function at an end. */
#define HG_APPLIER_REVISION 1u

/* What hg_apply_sink.start returns. */
#define HG_START_GO 0u   /* each launch has its answer */
#define HG_START_STOP 3u /* launch nothing more, let what runs end, return from apply() */

/* What the host answers to the wish to launch one Job. */
#define HG_LAUNCH_GO 0u    /* launch it now */
#define HG_LAUNCH_SKIP 1u  /* do not: the host has settled this Job's outcome itself */
#define HG_LAUNCH_AGAIN 2u /* not with these others: ask again without those that are skipped */

/* Values of `how` for hg_apply_sink.finish. */
#define HG_FINISH_AGAIN 0u /* the applier means to try the same Job again */
#define HG_FINISH_LAST 1u  /* it was the Job's last attempt in any case */
/* Or'd to one of them: what this says need not be on disk when finish returns. The applier calls
 * start or settle before it waits for anything longer than a moment. */
#define HG_FINISH_HELD 2u

/* One Job of a launch. */
struct hg_launch {
  uint32_t struct_size;       /* sizeof(struct hg_launch) as the applier compiled it */
  uint32_t answer;            /* filled in by the host: one of HG_LAUNCH_* */
  uint64_t item;              /* which Job: an index into plan->jobs */
  uint32_t attempt;           /* for the how-many-th time in this call of apply(), from 1; what came
                               * before (a run that is resumed) the host adds itself */
  uint32_t command_count;     /* strings in `command`, the final NULL not counted */
  const char *const *command; /* the argv that will be executed; it may serve several Jobs */
  uint32_t has_standard_input;    /* filled in by the host: 0: the child's is /dev/null */
  uint32_t reserved;              /* 0 */
  struct hg_bytes standard_input; /* filled in by the host: what the child reads, the document's
                                   * bytes; valid until finish or withdraw for that item */
};

/* The host's; called on the thread of apply(), with the sink itself as first parameter. */
struct hg_apply_sink {
  uint32_t struct_size; /* sizeof(struct hg_apply_sink) as the host compiled it */
  uint32_t reserved;    /* 0 */
  void *context;        /* the host's own */

  /* Asks to launch one process that applies the `count` Jobs of `launches`. Returns HG_START_GO
   * with an answer for each, or HG_START_STOP. Where every answer is HG_LAUNCH_GO, all the attempts
   * are in the history, durably, and the process may be started. Where one is HG_LAUNCH_SKIP, the
   * others are HG_LAUNCH_AGAIN and nothing was written for them. `launches` is the applier's: the
   * host keeps nothing of it. */
  uint32_t (*start)(const struct hg_apply_sink *sink, struct hg_launch *launches, uint32_t count);

  /* The launch is over for this Job. Exactly once for each answer HG_LAUNCH_GO that is not
   * withdrawn, a launch that failed included. The host fills in job_name, job_namespace, yaml_path
   * and document_number itself.
   *
   * `how` is one of HG_FINISH_*. With HG_FINISH_AGAIN the Job has no outcome yet, and the status is
   * HG_STATUS_FAILED. That attempt may still never come, as the user asked to stop or the host
   * closed the run meanwhile: the applier then just returns from apply(), and the host makes the
   * Job's newest attempt its outcome.
   *
   * Where one process applied several Jobs, stdout_text is what it said of this one; stderr_text,
   * return_code, signal and duration_ms are the process's, and a Job that kubectl confirmed by name
   * is HG_STATUS_SUCCESS whatever those are. 0: go on; -1: launch nothing more, as for
   * HG_START_STOP. */
  int32_t (*finish)(const struct hg_apply_sink *sink, uint64_t item, uint32_t how,
                    const struct hg_job_result *result);

  /* Makes last, in one write, what finish was told with HG_FINISH_HELD, and withdraw, as start does
   * too. Returns as finish. */
  int32_t (*settle)(const struct hg_apply_sink *sink);

  /* Optional to call, after start and before finish: the SHA-256 of what is sent for
   * that Job's attempt, where that is not the manifest's own bytes. It is recorded with the
   * attempt, which counts as started when this was last called. */
  void (*sent)(const struct hg_apply_sink *sink, uint64_t item, const uint8_t sha256[32]);

  /* How many further Jobs may be started now, UINT32_MAX for any number (--max-running). Ask it
   * before each start, and start no more than that. Where it is 0 and there is something to start,
   * let what runs go on, and ask again within a tenth of a second.
   *
   * A Job that waits for its next try (HG_FINISH_AGAIN) is not counted, as that try needs room too.
   * But it may run, where only the answer was lost: the applier keeps a place for each of them, and
   * starts a Job that it had not started before only where there is more room than Jobs wait. */
  uint32_t (*room)(const struct hg_apply_sink *sink);

  /* Since Headgate 1.1: ask HG_HAS first. In the place of finish, for an answer HG_LAUNCH_GO:
   * nothing was started for that Job, and nothing will be. Its attempt is taken out of the history
   * again, and the Job is what it was before start. So launches may be asked for ahead of their
   * turn, the user may want to stop before it comes, and no Job is failed for it. */
  void (*withdraw)(const struct hg_apply_sink *sink, uint64_t item);
};

/* Values of hg_preflight_verdict.verdict. */
#define HG_PREFLIGHT_CREATE 1u    /* the server would create it */
#define HG_PREFLIGHT_UNCHANGED 2u /* it is there, just so */
#define HG_PREFLIGHT_UPDATE 3u    /* it is there, and would be changed */
#define HG_PREFLIGHT_REFUSED 4u   /* the server would refuse it, or could not be asked */

/* What the server says it would do with a Job. Borrowed, valid during the call. */
struct hg_preflight_verdict {
  uint32_t struct_size;        /* sizeof(struct hg_preflight_verdict) as the applier compiled it */
  uint32_t verdict;            /* one of HG_PREFLIGHT_* */
  const char *reason;          /* one plain sentence where refused; else "" */
  const char *failure_class;   /* as hg_job_result's */
  const char *advice;          /* as hg_job_result's */
  uint32_t warning_count;      /* as hg_job_result's */
  uint32_t immutable_count;    /* strings in immutable_fields */
  const char *const *warnings; /* as hg_job_result's */

  /* Only where hg_preflight_sink.wants_objects is 1, each as JSON of the server's own. `before` is
   * the Job that is there, `after` what it would be then. Where the verdict is refused for fields
   * that cannot be changed, `after` is what would be there if the Job were deleted and made again.
   * Length 0, and data may be NULL then: it is not there, or not known. */
  struct hg_bytes before;
  struct hg_bytes after;

  /* The fields that the server says cannot be changed: "spec.template". NULL where the count is 0.
   */
  const char *const *immutable_fields;
};

/* The host's; called on the thread of preflight(), with the sink itself as first parameter. */
struct hg_preflight_sink {
  uint32_t struct_size;   /* sizeof(struct hg_preflight_sink) as the host compiled it */
  uint32_t wants_objects; /* 1: the verdicts are to have hg_preflight_verdict.before and after,
                           * where the applier knows them; else 0 */
  void *context;          /* the host's own */

  /* The verdict on plan->jobs[item]; once for each, in any order. 0: go on; -1: ask for nothing
   * more; the verdicts on what is being asked still come. */
  int32_t (*verdict)(const struct hg_preflight_sink *sink, uint64_t item,
                     const struct hg_preflight_verdict *verdict);

  /* Before plan->jobs[item] is asked for: checks that its manifest is the one that was planned, and
   * where the Job's reads_standard_input is 1, sets *document to its bytes, valid until the verdict
   * on that item. May be called again for the same item, which gives the same bytes. -1: it is not;
   * `err` says why, and the applier's verdict is HG_PREFLIGHT_REFUSED. */
  int32_t (*document)(const struct hg_preflight_sink *sink, uint64_t item,
                      struct hg_bytes *document, struct hg_error *err);
};

/* The kinds of objects that limit a namespace. */
#define HG_LIMITS_RESOURCE_QUOTA "ResourceQuota" /* core/v1 */
#define HG_LIMITS_LIMIT_RANGE "LimitRange"       /* core/v1 */

/* The host's; called on the thread of namespace_limits(), with the sink itself as first parameter.
 */
struct hg_limits_sink {
  uint32_t struct_size; /* sizeof(struct hg_limits_sink) as the host compiled it */
  uint32_t reserved;    /* 0 */
  void *context;        /* the host's own */

  /* One object of `kind` (HG_LIMITS_*), JSON as the server wrote it. 0: go on; -1: no more. */
  int32_t (*object)(const struct hg_limits_sink *sink, const char *kind,
                    const struct hg_bytes *json);

  /* No object of `kind` comes any more. `problem` is NULL where all of them came, else one plain
   * sentence of why they could not be read: then none of them counts. A kind that is never over was
   * not read. 0: go on; -1: no more. */
  int32_t (*over)(const struct hg_limits_sink *sink, const char *kind, const char *problem);
};

/* Mandatory: create, apply, preflight, destroy; remove, namespace_limits and cluster_uid may be
 * NULL. All are called on one thread, one at a time: create, then any of the others any number of
 * times, destroy. preflight and apply are for all Jobs of the plan or for some, apply never twice
 * for the same ones: once for all, and again for Jobs that try others again. What a function is
 * given lives until it returns, the plan of apply until destroy has. */
struct hg_applier_ops {
  uint32_t struct_size; /* sizeof(struct hg_applier_ops) as the plugin compiled it */
  uint32_t reserved;    /* 0 */

  /* Makes the plugin's object. `host` outlives it. An applier that cannot work at all (no such
   * program) still succeeds here and fails each Job with a plain reason. */
  int32_t (*create)(const struct hg_host *host, void **self, struct hg_error *err);

  /* Applies the plan: Jobs are started in its order, and may end in any. Every Job is started or
   * left alone; one that was never started is the host's to report as SKIPPED. Returns 0 also where
   * Jobs failed; -1 only where the applier itself could not go on. No child of the applier lives
   * when it returns. */
  int32_t (*apply)(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                   struct hg_error *err);

  /* Asks the server what it would do with each Job, and changes nothing. Called only with
   * --preflight, without --apply too. Returns as apply. */
  int32_t (*preflight)(void *self, const struct hg_plan *plan, const struct hg_preflight_sink *sink,
                       struct hg_error *err);

  /* Accepts NULL. No thread, child or connection of the applier is left when it returns. */
  void (*destroy)(void *self);

  /* Optional: deletes the Job of plan->jobs[item], the one with this uid and no other
   * (precondition), with its Pods (foreground), and returns when it is gone and its name is free.
   * The host has written to the history, durably, what is going to be deleted before it calls. -1:
   * it was not deleted, or not yet, `err` says why; a Job that is not there any more is 0. Called
   * only with --apply, for Jobs that this history made. */
  int32_t (*remove)(void *self, const struct hg_plan *plan, uint64_t item, const char *uid,
                    struct hg_error *err);

  /* Optional: reads which ResourceQuotas and LimitRanges the namespace has, and changes nothing.
   * Called only with --preflight. 0 also where they could not be read: the sink is told; -1 only
   * where the applier itself could not go on. */
  int32_t (*namespace_limits)(void *self, const char *namespace_name,
                              const struct hg_limits_sink *sink, struct hg_error *err);

  /* Optional: by what the cluster is known whatever its address is, the UID of the namespace
   * kube-system; "" where it cannot be read, which is no error. Reads that one object and changes
   * nothing. Always fills in `uid`, NUL-terminated. Called between create and the first other
   * question, where the cluster is asked anyway. */
  void (*cluster_uid)(void *self, char uid[HG_CLUSTER_UID_SIZE]);
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "run/replacement.h"

#include "history/history_removal.h"
#include "memory/no_memory.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "text/timestamp.h"

#include <string.h>

/* The applier's word. */
static int32_t ask(struct run *run, uint64_t item, const char *uid, struct hg_error *err) {
  const struct hg_applier_ops *ops = &run->stages.applier->ops.applier;

  if (!ops->remove)
    return hg_error_set(err, HG_ERROR_INVALID, "the applier %s deletes nothing",
                        run->stages.applier->info.name);
  if (ops->remove(run->stages.applier_object, &run->plan.plan, item, uid, err) == 0)
    return 0;
  if (err->code == 0)
    (void)hg_error_set(err, HG_ERROR_FAILED, "the applier did not say why");
  return -1;
}

static int32_t remove_one(struct run *run, uint64_t item, struct planned_job *job,
                          struct hg_error *err) {
  struct hg_error problem = HG_ERROR_INIT;
  int32_t removed;

  if (interrupt_requested())
    return hg_error_set(err, HG_ERROR_CANCELLED, "%s: not deleted: the run was stopped",
                        job->item.job_name);
  if (history_begin_removal(run->history, job->position, job->replaces_uid, timestamp_now_ms(),
                            err) < 0)
    return -1;
  log_line(HG_LOG_WARNING, LOG_APPLY, "Deleting: %s (uid %s)", job->item.job_name,
           job->replaces_uid);
  removed = ask(run, item, job->replaces_uid, &problem);
  /* Where the user did not wait for the end, the record says that nobody knows it: resume asks. */
  if (removed < 0 && problem.code == HG_ERROR_CANCELLED)
    return hg_error_set(err, HG_ERROR_CANCELLED, "%s: %s", job->item.job_name, problem.message);
  if (history_end_removal(run->history, job->position, timestamp_now_ms(),
                          removed == 0 ? NULL : problem.message, err) < 0)
    return -1;
  if (removed == 0)
    return 0;
  log_line(HG_LOG_ERROR, LOG_APPLY, "Not deleted: %s: %s", job->item.job_name, problem.message);
  job->problem = arena_copy(&run->plan.arena, problem.message, strlen(problem.message));
  return job->problem ? 0 : no_memory(err);
}

int32_t replacement_remove(struct run *run, struct hg_error *err) {
  for (uint64_t i = 0; i < run->plan.plan.total_jobs; i++) {
    struct planned_job *job = plan_builder_job(&run->plan, i);

    if (job->replaces_uid && remove_one(run, i, job, err) < 0)
      return -1;
  }
  return 0;
}

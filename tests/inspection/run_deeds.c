/* SPDX-License-Identifier: Apache-2.0 */
#include "wrong_deed.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
  LONG_NAME = 1000,
  ENOUGH_JOBS = 100, /* more than any other run has */
};

static bool is_whole(const struct wrong_reporter *reporter) {
  return reporter->output->flags & HG_OUTPUT_FULL;
}

static bool is_terminal(const struct wrong_reporter *reporter) {
  return reporter->output->flags & HG_OUTPUT_TERMINAL;
}

static int32_t no_jobs(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  const struct hg_result *result = event;

  (void)reporter;
  if (result->error || result->total_jobs > 0)
    return 0;
  return hg_error_set(err, HG_ERROR_FAILED, "there is nothing to report");
}

static int32_t validate(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  (void)event;
  if (reporter->mode != HG_MODE_VALIDATE || is_whole(reporter))
    return 0;
  return hg_error_set(err, HG_ERROR_UNSUPPORTED, "only for applies");
}

static int32_t validate_whole(struct wrong_reporter *reporter, const void *event,
                              struct hg_error *err) {
  const struct hg_validation *validation = event;

  (void)err;
  if (reporter->mode == HG_MODE_VALIDATE && is_whole(reporter) && validation->document_number == 0)
    (void)raise(SIGSEGV);
  return 0;
}

static int32_t dry_run(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  (void)event;
  (void)err;
  if (reporter->mode == HG_MODE_DRY_RUN && !is_whole(reporter))
    _exit(3);
  return 0;
}

static int32_t dry_run_whole(struct wrong_reporter *reporter, const void *event,
                             struct hg_error *err) {
  const char *mark = getenv("WRONG_REPORTER_HANGS");

  (void)event;
  (void)err;
  if (reporter->mode != HG_MODE_DRY_RUN || !is_whole(reporter))
    return 0;
  if (mark)
    (void)close(creat(mark, 0600));
  for (;;)
    (void)pause();
}

static int32_t apply(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  (void)event;
  (void)err;
  if (reporter->mode == HG_MODE_APPLY && !is_whole(reporter) && !is_terminal(reporter))
    (void)raise(SIGKILL);
  return 0;
}

static int32_t apply_whole(struct wrong_reporter *reporter, const void *event,
                           struct hg_error *err) {
  const struct hg_job_result *result = event;

  if (reporter->mode != HG_MODE_APPLY || !is_whole(reporter) || result->signal != SIGTERM)
    return 0;
  (void)err;
  return -1;
}

/* At the first that is too many, so that nobody tells it the others. */
static int32_t many_jobs(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  (void)event;
  return ++reporter->jobs > ENOUGH_JOBS ? hg_error_set(err, HG_ERROR_LIMIT, "too many Jobs") : 0;
}

static int32_t odd_bytes(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  const struct hg_job_result *result = event;

  (void)err;
  if (is_whole(reporter) && strlen(result->job_name) > LONG_NAME)
    abort();
  return 0;
}

static int32_t terminal(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  const struct hg_job_result *result = event;
  size_t length = strlen(result->job_name);

  return is_terminal(reporter)
             ? reporter->output->write(reporter->output, result->job_name, length, err)
             : 0;
}

static int32_t early_end(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  const struct hg_result *result = event;

  (void)reporter;
  (void)err;
  if (result->error && result->total_jobs == 0)
    (void)raise(SIGFPE);
  return 0;
}

static int32_t no_event(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  (void)event;
  (void)err;
  if (reporter->mode == 0)
    (void)raise(SIGSEGV);
  return 0;
}

static int32_t no_end(struct wrong_reporter *reporter, const void *event, struct hg_error *err) {
  (void)event;
  (void)err;
  if (reporter->mode != 0 && !reporter->is_over && !reporter->has_failed)
    exit(0);
  return 0;
}

static int32_t unknown_status(struct wrong_reporter *reporter, const void *event,
                              struct hg_error *err) {
  const struct hg_job_result *result = event;

  (void)reporter;
  if (result->status <= HG_STATUS_FAILED)
    return 0;
  return hg_error_set(err, HG_ERROR_INVALID, "what is status %u?", result->status);
}

static int32_t writes_again(struct wrong_reporter *reporter, const void *event,
                            struct hg_error *err) {
  (void)event;
  return reporter->output->write(reporter->output, "!", 1, err);
}

static int32_t aborts_on_full_disk(struct wrong_reporter *reporter, const void *event,
                                   struct hg_error *err) {
  (void)reporter;
  (void)event;
  (void)err;
  abort();
}

const struct deed run_deeds[] = {
    {"no-jobs", IN_RUN_FINISHED, no_jobs},
    {"validate", IN_RUN_STARTED, validate},
    {"validate-whole", IN_JOB_VALIDATED, validate_whole},
    {"dry-run", IN_JOB_FINISHED, dry_run},
    {"dry-run-whole", IN_RUN_FINISHED, dry_run_whole},
    {"apply", IN_RUN_STARTED, apply},
    {"apply-whole", IN_JOB_FINISHED, apply_whole},
    {"many-jobs", IN_JOB_VALIDATED, many_jobs},
    {"odd-bytes", IN_JOB_FINISHED, odd_bytes},
    {"terminal", IN_JOB_FINISHED, terminal},
    {"early-end", IN_RUN_FINISHED, early_end},
    {"no-event", IN_DESTROY, no_event},
    {"no-end", IN_DESTROY, no_end},
    {"unknown-status", IN_JOB_FINISHED, unknown_status},
    {"writes-again", ON_FULL_DISK, writes_again},
    {"aborts-on-full-disk", ON_FULL_DISK, aborts_on_full_disk},
    {NULL, IN_CREATE, NULL},
};

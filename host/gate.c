#include "gate.h"

#include "digest.h"
#include "input_file.h"
#include "interrupt.h"
#include "log.h"

#include <stdlib.h>
#include <string.h>

/* As the scanner's: a manifest that grew beyond it was changed. */
enum { LARGEST_MANIFEST = 3 << 20 };

/* The apply, while it goes on. */
struct apply_run {
  struct pipeline *pipeline;
  bool *settled;         /* one for each item: it has its outcome */
  bool *started;         /* one for each item: an attempt is open in the history */
  char *manifest;        /* what the last launch may read from standard input */
  bool failed_fast;      /* a Job failed and --fail-fast was given */
  struct hg_error error; /* why nothing more may be started; code 0: nothing is wrong */
};

/* A result for `item` with everything that is known without kubectl. */
static void init_result(struct hg_job_result *result, const struct hg_plan_item *item,
                        const char *timestamp) {
  memset(result, 0, sizeof *result);
  result->struct_size = sizeof *result;
  result->return_code = -1;
  result->document = item->document;
  result->command_count = item->kubectl_command_count;
  result->job_name = item->job_name;
  result->job_namespace = item->job_namespace;
  result->yaml_path = item->yaml_path;
  result->command = item->kubectl_command;
  result->stdout_text.data = "";
  result->stderr_text.data = "";
  result->reason = "";
  result->timestamp = timestamp;
}

static int32_t settle(struct pipeline *pipeline, const struct hg_job_result *result,
                      struct hg_error *err) {
  if (outcomes_add(&pipeline->outcomes, result, err) < 0)
    return -1;
  reporting_job_finished(&pipeline->reporting, result);
  return 0;
}

/* SKIPPED, for every Job that `settled` does not name (all, where it is NULL). */
static int32_t skip_jobs(struct pipeline *pipeline, const bool *settled, const char *reason,
                         struct hg_error *err) {
  const struct hg_plan *plan = &pipeline->plan.plan;
  bool is_dry_run = pipeline->run.mode == HG_MODE_DRY_RUN;
  int64_t now_ms = timestamp_now_ms();
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;

  timestamp_format(now_ms, timestamp);
  for (uint64_t i = 0; i < plan->total_jobs; i++) {
    if (settled && settled[i])
      continue;
    init_result(&result, plan->jobs[i], timestamp);
    result.status = HG_STATUS_SKIPPED;
    result.reason = reason;
    if (is_dry_run)
      log_line(HG_LOG_INFO, LOG_APPLY, "Dry-run (skipped): %s", result.job_name);
    if (settle(pipeline, &result, err) < 0)
      return -1;
  }
  if (!pipeline->history)
    return 0;
  return pipeline_recorded(pipeline, history_skip_jobs(pipeline->history, now_ms, reason, err),
                           err);
}

/* Reads the manifest again and compares it with what was validated. On success *bytes is the file,
 * the caller's to free, and *document the planned document in it. */
static int32_t check_manifest(const struct planned_job *job, char **bytes,
                              struct hg_bytes *document, struct hg_error *err) {
  uint8_t digest[DIGEST_SIZE];
  size_t length;

  if (input_file_read(job->item.yaml_path, LARGEST_MANIFEST, bytes, &length, err) < 0)
    return -1;
  document->data = *bytes;
  document->length = length;
  if (job->item.document_count > 1 && job->offset <= length &&
      job->length <= length - job->offset) {
    document->data = *bytes + job->offset;
    document->length = job->length;
  }
  digest_of(document->data, (size_t)document->length, digest);
  if (memcmp(digest, job->item.sha256, DIGEST_SIZE) == 0)
    return 0;
  free(*bytes);
  *bytes = NULL;
  return hg_error_set(err, HG_ERROR_INVALID, "%.120s: changed after it was validated",
                      job->item.yaml_path);
}

/* FAILED without a launch. */
static int32_t refuse(struct apply_run *apply, uint64_t item, const char *why) {
  struct pipeline *pipeline = apply->pipeline;
  const struct hg_plan_item *planned = pipeline->plan.plan.jobs[item];
  int64_t now_ms = timestamp_now_ms();
  char timestamp[TIMESTAMP_SIZE];
  struct hg_job_result result;
  struct text_buffer reason;
  int32_t done;

  timestamp_format(now_ms, timestamp);
  text_buffer_init(&reason);
  text_buffer_printf(&reason, "not applied: %s; validate it again", why);
  init_result(&result, planned, timestamp);
  result.status = HG_STATUS_FAILED;
  result.reason = text_buffer_string(&reason);
  log_line(HG_LOG_ERROR, LOG_APPLY, "Apply failed: %s: %s", planned->job_name, result.reason);
  apply->settled[item] = true;
  apply->failed_fast = pipeline->settings->fail_fast;
  done = history_finish_attempt(pipeline->history, planned_job_of(planned)->position, true, now_ms,
                                &result, &apply->error);
  if (done == 0)
    done = settle(pipeline, &result, &apply->error);
  text_buffer_finish(&reason);
  return done;
}

static int32_t start(const struct hg_apply_sink *sink, uint64_t item, uint32_t attempt,
                     struct hg_launch *launch) {
  struct apply_run *apply = sink->context;
  struct pipeline *pipeline = apply->pipeline;
  const struct hg_plan *plan = &pipeline->plan.plan;
  struct hg_error changed = HG_ERROR_INIT;
  const struct planned_job *job;
  struct hg_bytes document;

  if (apply->error.code != 0 || apply->failed_fast || interrupt_requested() ||
      item >= plan->total_jobs || apply->settled[item] || apply->started[item])
    return HG_START_STOP;
  job = planned_job_of(plan->jobs[item]);
  free(apply->manifest);
  apply->manifest = NULL;
  if (check_manifest(job, &apply->manifest, &document, &changed) < 0)
    return refuse(apply, item, changed.message) < 0 ? HG_START_STOP : HG_START_SKIP;
  if (history_start_attempt(pipeline->history, job->position, attempt, timestamp_now_ms(),
                            &apply->error) < 0)
    return HG_START_STOP;
  apply->started[item] = true;
  launch->has_standard_input = job->item.document_count > 1;
  launch->standard_input = document;
  return HG_START_GO;
}

static int32_t finish(const struct hg_apply_sink *sink, uint64_t item, uint32_t last,
                      const struct hg_job_result *theirs) {
  struct apply_run *apply = sink->context;
  struct pipeline *pipeline = apply->pipeline;
  const struct hg_plan *plan = &pipeline->plan.plan;
  struct hg_job_result result;

  if (item >= plan->total_jobs || !apply->started[item])
    return hg_error_set(&apply->error, HG_ERROR_FAILED,
                        "the applier finished a Job that it had not started");
  init_result(&result, plan->jobs[item], theirs->timestamp);
  result.status = theirs->status;
  result.return_code = theirs->return_code;
  result.signal = theirs->signal;
  result.attempt = theirs->attempt;
  result.flags = theirs->flags;
  result.stdout_text = theirs->stdout_text;
  result.stderr_text = theirs->stderr_text;
  result.reason = theirs->reason;
  result.duration_ms = theirs->duration_ms;
  apply->started[item] = false;
  /* What goes wrong here stays in apply->error, and nothing more is started; the Job's outcome is
   * reported all the same. */
  (void)history_finish_attempt(pipeline->history, planned_job_of(plan->jobs[item])->position,
                               last != 0, timestamp_now_ms(), &result, &apply->error);
  if (!last)
    return apply->error.code == 0 ? 0 : -1;
  apply->settled[item] = true;
  if (result.status == HG_STATUS_FAILED && pipeline->settings->fail_fast)
    apply->failed_fast = true;
  if (settle(pipeline, &result, &apply->error) < 0)
    return -1;
  return apply->error.code == 0 ? 0 : -1;
}

/* Loads the applier and lets it work. */
static int32_t run_applier(struct apply_run *apply, struct hg_error *err) {
  struct pipeline *pipeline = apply->pipeline;
  const struct hg_apply_sink sink = {sizeof sink, 0, apply, start, finish};
  const struct hg_applier_ops *ops;
  const struct plugin *applier;
  void *object = NULL;
  int32_t result;

  if (plugin_load(pipeline->plugins, pipeline->settings->applier, HG_STAGE_APPLIER, &applier, err) <
      0)
    return -1;
  if (pipeline_recorded(pipeline,
                        history_add_plugin(pipeline->history,
                                           &(struct history_plugin){
                                               applier->info.name, "applier", applier->info.version,
                                               applier->path, applier->info.abi_minor},
                                           err),
                        err) < 0)
    return -1;
  ops = &applier->ops.applier;
  if (ops->create(&applier->host, &object, err) < 0)
    return -1;
  result = ops->apply(object, &pipeline->plan.plan, &sink, err);
  ops->destroy(object);
  return result;
}

static int32_t apply_plan(struct pipeline *pipeline, struct hg_error *err) {
  const uint64_t total = pipeline->plan.plan.total_jobs;
  struct apply_run apply;
  const char *reason = "the applier did not start it";
  int32_t result = -1;

  memset(&apply, 0, sizeof apply);
  apply.pipeline = pipeline;
  apply.error.struct_size = sizeof apply.error;
  apply.settled = calloc(total + 1, sizeof *apply.settled);
  apply.started = calloc(total + 1, sizeof *apply.started);
  if (!apply.settled || !apply.started) {
    (void)hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
    goto out;
  }
  result = run_applier(&apply, err);
  if (result == 0 && apply.error.code != 0)
    result = hg_error_set(err, apply.error.code, "%s", apply.error.message);
  if (interrupt_requested())
    reason = "not started: the run was stopped";
  else if (result < 0)
    reason = "not started: the run could not go on";
  else if (apply.failed_fast)
    reason = "not started: an earlier Job failed (--fail-fast)";
  if (pipeline->outcomes.count < total) {
    struct hg_error second = HG_ERROR_INIT;

    if (skip_jobs(pipeline, apply.settled, reason, &second) < 0 && result == 0)
      result = hg_error_set(err, second.code, "%s", second.message);
  }
out:
  free(apply.manifest);
  free(apply.settled);
  free(apply.started);
  return result;
}

int32_t gate_execute(struct pipeline *pipeline, struct hg_error *err) {
  bool is_open = pipeline->settings->apply && pipeline->run.mode == HG_MODE_APPLY;

  log_line(HG_LOG_INFO, LOG_APPLY, "Executing apply plan: %llu jobs, dry_run=%s",
           (unsigned long long)pipeline->plan.plan.total_jobs, is_open ? "False" : "True");
  return is_open ? apply_plan(pipeline, err) : skip_jobs(pipeline, NULL, "dry run", err);
}

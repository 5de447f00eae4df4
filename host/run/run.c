/* SPDX-License-Identifier: Apache-2.0 */
#include "run/run.h"

#include "history/history_manifest.h"
#include "memory/no_memory.h"
#include "run/generated_files.h"
#include "run/recording.h"
#include "run/run_documents.h"
#include "run/run_origin.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "validation/validation_pass.h"

#include <string.h>

/* --- The begin ------------------------------------------------------------------------------- */

static const char *or_empty(const char *text) {
  return text ? text : "";
}

static const char *given(const char *text) {
  return *text ? text : NULL;
}

void run_init(struct run *run, const struct run_request *request, struct plugin_set *plugins) {
  memset(run, 0, sizeof *run);
  run->request = request;
  run->about.struct_size = sizeof run->about;
  run->about.mode = request->mode;
  run->about.command = request->command;
  run->about.host_version = HEADGATE_VERSION;
  run->about.kubernetes_version = "";
  run->builds_plan = strcmp(request->command, "validate") != 0;
  stages_init(&run->stages, plugins);
  taken_places_init(&run->taken);
  reporting_init(&run->reporting, plugins, request->reporter_timeout_s, request->strict_reporters);
  run->reporting.taken = &run->taken;
  generation_init(&run->generation);
  job_index_init(&run->index);
  bystanders_init(&run->bystanders);
  outcomes_init(&run->outcomes);
}

/* Opens the history and begins the run in it, or says of one that goes on to which target. */
static int32_t begin_record(struct run *run, int64_t now_ms, struct hg_error *err) {
  const struct run_request *request = run->request;
  struct run_origin origin;
  struct history_run row = {
      .command = request->command,
      .mode = request->mode,
      .started_at_ms = now_ms,
      .argv = request->argv,
      .argv_count = (uint32_t)request->argv_count,
      .version = HEADGATE_VERSION,
      .working_dir = request->working_dir,
      .jobs_dir = request->jobs_dir,
      .kubeconfig = request->target.kubeconfig,
      .context = request->target.context,
      .namespace_name = request->target.namespace_name,
      .target = &run->target.record,
  };
  int64_t run_id = 0;

  if (run->history)
    return history_add_resumption_target(run->history, &run->target.record, err);
  if (!request->history || request->looks_later)
    return 0;
  if (run_recorded(run, history_open(request->history, &run_patience, &run->history, err), err) < 0)
    return -1;
  if (!run->history)
    return 0;
  run_origin_find(&origin);
  row.git_commit = given(origin.head.commit);
  row.git_branch = given(origin.head.branch);
  row.ci_url = given(origin.ci_url);
  if (run_recorded(run, history_begin_run(run->history, &row, &run_id, err), err) < 0)
    return -1;
  if (run->history)
    run->about.run_id = run_id;
  return 0;
}

/* The reporters: what the command itself prints, then what the user named. */
static int32_t add_reporters(struct run *run, struct hg_error *err) {
  const struct run_request *request = run->request;
  struct reporting *reporting = &run->reporting;

  if (reporting_add(reporting, request->is_json ? "report-json" : "report-text", NULL,
                    request->prints_plan ? REPORTER_FALLBACK : REPORTER_ESSENTIAL, err) < 0)
    return -1;
  if (request->is_json)
    reporting_set_closing(reporting);
  if (request->report_file &&
      reporting_add(reporting, "report-text", request->report_file, REPORTER_ESSENTIAL, err) < 0)
    return -1;
  for (size_t i = 0; i < request->reporters.count; i++)
    if (reporting_add_named(reporting, request->reporters.items[i], err) < 0)
      return -1;
  return 0;
}

/* The commands are requests to the run's target. */
static int32_t plan_for_server(struct run *run) {
  struct text_buffer server;
  int32_t result;

  text_buffer_init(&server);
  if (run->target.is_known)
    kubeconfig_append_server(&server, run->target.target.server);
  result = server.failed ? -1 : plan_builder_use_server(&run->plan, text_buffer_string(&server));
  text_buffer_finish(&server);
  return result;
}

int32_t run_begin(struct run *run, struct hg_error *err) {
  const struct run_request *request = run->request;
  struct plugin_set *plugins = run->stages.plugins;
  int64_t now_ms = timestamp_now_ms();

  target_cluster_init(&run->target, request->target.kubeconfig, request->target.context,
                      request->target.namespace_name);
  credentials_init(&run->credentials, request->target.kubeconfig, request->target.context);
  run->lender = (struct credential_provider){
      .context = &run->credentials,
      .acquire = credentials_acquire,
      .release = credentials_release,
  };
  plugins->credentials = &run->lender;
  plugins->options = request->kept.options;
  run->started_steady_ms = timestamp_steady_ms();
  timestamp_format(now_ms, run->started_at);
  plan_builder_init(&run->plan, request->target.kubeconfig, request->target.context);
  run->plan.namespace_name = request->target.namespace_name;
  if (request->selector &&
      label_selector_parse(&run->selector, request->selector, &run->plan.arena, err) < 0)
    return -1;
  if (run_request_asks_server(request) && plan_for_server(run) < 0)
    return no_memory(err);
  run->about.jobs_dir = request->jobs_dir;
  run->about.kubeconfig = or_empty(request->target.kubeconfig);
  run->about.context = or_empty(request->target.context);
  run->about.started_at = run->started_at;
  if (begin_record(run, now_ms, err) < 0 ||
      (request->target.bound &&
       target_cluster_check_bound(&run->target, request->target.bound, request->target.bound_by,
                                  request->target.advice, err) < 0) ||
      history_guard(&run->taken, request->history, err) < 0 ||
      (!request->looks_later && stages_load(&run->stages, request, err) < 0))
    return -1;
  run->about.kubernetes_version = stages_kubernetes_version(&run->stages);
  if (add_reporters(run, err) < 0 || plugin_set_check_options(plugins, err) < 0)
    return -1;
  run->has_begun = true;
  reporting_run_started(&run->reporting, &run->about);
  return 0;
}

/* --- The work -------------------------------------------------------------------------------- */

static int32_t record_plugin(struct run *run, const struct plugin *plugin, struct hg_error *err) {
  const struct history_plugin row = {plugin->info.name, plugin_stage_name(plugin->info.stage),
                                     plugin->info.version, plugin->path, plugin->info.abi_minor};

  return run->history ? run_recorded(run, history_add_plugin(run->history, &row, err), err) : 0;
}

static int32_t record_plugins(struct run *run, struct hg_error *err) {
  if (run->history &&
      run_recorded(run, history_note_version(run->history, run->about.kubernetes_version, err),
                   err) < 0)
    return -1;
  for (const struct plugin *plugin = run->stages.plugins->first; plugin; plugin = plugin->next)
    if (record_plugin(run, plugin, err) < 0)
      return -1;
  return 0;
}

static const char *stage_tag(const struct run *run) {
  const char *command = run->request->command;

  return strcmp(command, "apply") == 0 || strcmp(command, "resume") == 0 ||
                 strcmp(command, "rerun") == 0
             ? LOG_APPLY
             : LOG_VALIDATE;
}

void run_log_found(const struct run *run, const char *tag) {
  log_line(HG_LOG_INFO, tag, "Found %llu YAML files",
           (unsigned long long)stages_file_count(&run->stages));
}

static void log_counts(const struct run *run, bool is_apply) {
  const struct run_counts *counts = &run->counts;
  bool is_clean = counts->warnings == 0 && counts->invalid == 0;

  log_line(is_apply && is_clean ? HG_LOG_DEBUG : HG_LOG_INFO, LOG_VALIDATE,
           "Execution plan created: %llu valid, %llu invalid, %llu warnings",
           (unsigned long long)counts->valid, (unsigned long long)counts->invalid,
           (unsigned long long)counts->warnings);
}

int32_t run_validate(struct run *run, struct hg_error *err) {
  const struct stages *stages = &run->stages;
  struct validation_pass pass = {
      .scanner = stages->scanner,
      .validators = stages->validators,
      .validator_objects = stages->validator_objects,
      .validator_count = stages->validator_count,
      .default_namespace = target_cluster_default_namespace(&run->target),
      .threads = run->request->threads,
      .with_digests = run->history || run->builds_plan,
      .with_details = reporting_wants_details(&run->reporting),
      .with_facts = run->history != NULL,
      .with_demands = run->request->preflight || strcmp(run->request->command, "plan") == 0,
      .with_bytes = run->builds_plan,
      .selector = run->request->selector ? &run->selector : NULL,
      .judged = run_take_document,
      .context = run,
  };
  const char *tag = stage_tag(run);
  bool is_apply = strcmp(tag, LOG_APPLY) == 0;

  if (record_plugins(run, err) < 0 ||
      stages_open(&run->stages, run->request, run->expected, err) < 0)
    return -1;
  if (run->history && run->request->keeps_manifests) {
    if (run_recorded(run, history_read_key(run->history, run->key, err), err) < 0)
      return -1;
    run_keep_texts(&pass);
  }
  if (run->generation.generator && !run->request->with_others &&
      generated_files_refuse_others(&run->generation, stages, run->request->jobs_dir, err) < 0)
    return -1;
  pass.scan = stages->scan;
  if (!is_apply)
    run_log_found(run, tag);
  if ((pass.scan && validation_pass_run(&pass, err) < 0) || run_end_documents(run, err) < 0)
    return -1;
  /* All its Jobs are known but where others are made of them yet. */
  if (run->history && !run_has_tries(run) &&
      run_recorded(run, history_commit(run->history, err), err) < 0)
    return -1;
  log_counts(run, is_apply);
  return 0;
}

int32_t run_note_cluster(void *context, const char *uid, struct hg_error *err) {
  struct run *run = context;
  const struct run_target *wanted = &run->request->target;
  struct target_record *now = &run->target.record;

  if (!*uid || *now->cluster_uid || !target_record_is_known(now))
    return 0;
  now->cluster_uid = arena_copy(&run->target.arena, uid, strlen(uid));
  if (!now->cluster_uid) {
    now->cluster_uid = "";
    return no_memory(err);
  }
  if (wanted->bound && target_record_is_known(wanted->bound) &&
      target_cluster_check_bound(&run->target, wanted->bound, wanted->bound_by, wanted->advice,
                                 err) < 0)
    return -1;
  return run->history ? run_recorded(run, history_note_cluster(run->history, uid, err), err) : 0;
}

int32_t run_open_applier(struct run *run, struct hg_error *err) {
  struct stages *stages = &run->stages;
  const struct plugin *applier;
  char uid[HG_CLUSTER_UID_SIZE];

  if (stages->applier)
    return 0;
  if (plugin_load(stages->plugins, run->request->kept.applier, HG_STAGE_APPLIER, &applier, err) <
          0 ||
      record_plugin(run, applier, err) < 0)
    return -1;
  if (stages_open_applier(stages, applier, err) < 0)
    return -1;
  if (!applier->ops.applier.cluster_uid)
    return 0;
  applier->ops.applier.cluster_uid(stages->applier_object, uid);
  return run_note_cluster(run, uid, err);
}

int32_t run_load_watcher(struct run *run, const struct plugin **watcher, struct hg_error *err) {
  if (plugin_load(run->stages.plugins, "watch-cluster", HG_STAGE_WATCHER, watcher, err) < 0)
    return -1;
  return record_plugin(run, *watcher, err);
}

/* --- The end --------------------------------------------------------------------------------- */

/* What the work gives, without what becomes of the reporters and of the history. */
static int exit_code_of(const struct run *run, int32_t result) {
  if (interrupt_requested())
    return 130;
  if (result < 0 || run->counts.invalid > 0 || run->outcomes.failed > 0 || follow_has_failed(run))
    return 1;
  return run->follow.undecided > 0 ? 3 : 0;
}

/* Of those that have ended: all but the closing one, or that one. */
static void record_reporters(const struct run *run, bool of_closing) {
  const struct reporter_slot *slot = NULL;
  struct reporter_outcome outcome;

  while (run->history && reporting_next_outcome(&run->reporting, &slot, &outcome)) {
    const struct history_reporter_outcome row = {outcome.name, outcome.target, outcome.ending,
                                                 outcome.message};
    struct hg_error error = HG_ERROR_INIT;

    if ((slot == run->reporting.closing) == of_closing &&
        history_add_reporter_outcome(run->history, &row, &error) < 0)
      log_line(HG_LOG_WARNING, NULL, "%s", error.message);
  }
}

static const char *state_of(int exit_code) {
  return exit_code == 130 ? "cancelled"
         : exit_code == 0 ? "succeeded"
         : exit_code == 3 ? "undecided"
                          : "failed";
}

/* Returns the exit code: with --apply, an end that is not recorded is a failure. */
static int record_end(struct run *run, int exit_code, int64_t now_ms, const char *reason) {
  struct hg_error error = HG_ERROR_INIT;

  record_reporters(run, false);
  if (!run->history || run->about.run_id == 0 ||
      history_finish_run(run->history, state_of(exit_code), exit_code, now_ms, reason, &error) == 0)
    return exit_code;
  log_line(HG_LOG_WARNING, NULL, "the end of this run is not recorded: %s", error.message);
  return run->request->mode == HG_MODE_APPLY && exit_code == 0 ? 1 : exit_code;
}

/* The report that tells the exit code of the process: everything else is over. Whether it can be
 * written is the last thing to know. */
static int end_closing(struct run *run, struct hg_result *whole, bool show_report) {
  struct hg_error error = HG_ERROR_INIT;
  int exit_code = whole->exit_code;

  if (!run->reporting.closing)
    return exit_code;
  if (!reporting_end_closing(&run->reporting, whole, show_report) && exit_code == 0)
    exit_code = 1;
  if (run->reporting.was_interrupted)
    exit_code = 130;
  record_reporters(run, true);
  if (run->history && run->about.run_id > 0 &&
      history_amend_run(run->history, state_of(exit_code), exit_code, &error) < 0)
    log_line(HG_LOG_WARNING, NULL, "the end of this run is not recorded: %s", error.message);
  return exit_code;
}

struct hg_result run_result(const struct run *run) {
  return (struct hg_result){
      .struct_size = sizeof(struct hg_result),
      .total_jobs = run->counts.documents,
      .successful_jobs = run->outcomes.successful,
      .failed_jobs = run->outcomes.failed,
      .skipped_jobs = run->outcomes.skipped,
      .valid_jobs = run->counts.valid,
      .invalid_jobs = run->counts.invalid,
      .job_result_count = run->outcomes.count,
      .job_results = run->outcomes.results,
      .is_watched = run->follow.is_watched,
      .completed_jobs = run->follow.completed,
      .uncompleted_jobs = run->follow.uncompleted,
      .never_started_jobs = run->follow.never_started,
      .undecided_jobs = run->follow.undecided,
      .retried_jobs = run->follow.retried,
      .unselected_jobs = run->counts.unselected,
  };
}

int run_end(struct run *run, int32_t result, const struct hg_error *err,
            int (*print)(void *context, int exit_code), void *context) {
  struct plugin_set *plugins = run->stages.plugins;
  const char *reason = result < 0 ? err->message : NULL;
  int64_t now_ms = timestamp_now_ms();
  char finished_at[TIMESTAMP_SIZE];
  int exit_code = exit_code_of(run, result);
  struct hg_result whole = run_result(run);

  whole.exit_code = exit_code;
  whole.finished_at = finished_at;
  whole.duration_ms = run->history ? history_stop_clock(run->history)
                                   : timestamp_steady_ms() - run->started_steady_ms;
  whole.error = reason;
  if (reason)
    log_line(HG_LOG_ERROR, NULL, "%s", reason);
  timestamp_format(now_ms, finished_at);
  if (run->has_begun)
    reporting_run_finished(&run->reporting, &whole);
  else
    reporting_abandon(&run->reporting);
  if (!reporting_end(&run->reporting, !print) && exit_code == 0)
    exit_code = 1;
  if (run->reporting.was_interrupted)
    exit_code = 130;
  if (print)
    exit_code = print(context, exit_code);
  whole.exit_code = record_end(run, exit_code, now_ms, reason);
  exit_code = end_closing(run, &whole, !print);
  history_close(run->history);
  reporting_finish(&run->reporting);
  follow_finish(run);
  retry_finish(run);
  taken_places_finish(&run->taken);
  stages_finish(&run->stages);
  plugins->credentials = NULL;
  credentials_finish(&run->credentials);
  outcomes_finish(&run->outcomes);
  job_index_finish(&run->index);
  generation_finish(&run->generation);
  bystanders_finish(&run->bystanders);
  plan_builder_finish(&run->plan);
  target_cluster_finish(&run->target);
  return exit_code;
}

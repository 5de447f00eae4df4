/* SPDX-License-Identifier: Apache-2.0 */
#include "run/pipeline.h"

#include "plugins/plugin_options.h"
#include "terminal/interrupt.h"
#include "terminal/log.h"
#include "validation/validation_pass.h"

#include <stdlib.h>
#include <string.h>

int32_t pipeline_recorded(struct pipeline *pipeline, int32_t result, struct hg_error *err) {
  if (result == 0 || pipeline->run.mode == HG_MODE_APPLY)
    return result;
  log_line(HG_LOG_WARNING, NULL, "this run is not recorded: %s", err->message);
  history_close(pipeline->history);
  pipeline->history = NULL;
  pipeline->run.run_id = 0;
  err->code = 0;
  return 0;
}

/* The reporters: what the command itself prints, then what the user named. */
static int32_t add_reporters(struct pipeline *pipeline, struct hg_error *err) {
  const struct settings *settings = pipeline->settings;
  struct reporting *reporting = &pipeline->reporting;
  bool is_json = settings->output == OUTPUT_JSON;
  /* `plan -o json` and `plan --save -` print the plan itself, and this report only if there is no
   * plan to print. */
  bool is_fallback = strcmp(settings->command, "plan") == 0 &&
                     (is_json || (settings->save_plan && strcmp(settings->save_plan, "-") == 0));
  const char *whole = settings->output_report ? settings->output_report : settings->output_plan;

  if (reporting_add(reporting, is_json ? "report-json" : "report-text", NULL,
                    is_fallback ? REPORTER_FALLBACK : REPORTER_ESSENTIAL, err) < 0)
    return -1;
  if (whole && reporting_add(reporting, "report-text", whole, REPORTER_ESSENTIAL, err) < 0)
    return -1;
  for (size_t i = 0; i < settings->reporters.count; i++)
    if (reporting_add_named(reporting, settings->reporters.items[i], err) < 0)
      return -1;
  return 0;
}

static int32_t load_stages(struct pipeline *pipeline, struct hg_error *err) {
  const struct settings *settings = pipeline->settings;
  const char *version = "";

  if (plugin_load(pipeline->plugins, settings->scanner, HG_STAGE_SCANNER, &pipeline->scanner, err) <
      0)
    return -1;
  if (settings->validators.count > MOST_VALIDATORS)
    return hg_error_set(err, HG_ERROR_LIMIT, "more than %d validators", MOST_VALIDATORS);
  for (size_t i = 0; i < settings->validators.count; i++) {
    const char *value;

    if (plugin_load(pipeline->plugins, settings->validators.items[i], HG_STAGE_VALIDATOR,
                    &pipeline->validators[i], err) < 0)
      return -1;
    value = plugin_options_get(pipeline->validators[i], "kubernetes-version");
    if (value)
      version = value;
  }
  pipeline->run.kubernetes_version = version;
  return 0;
}

/* Opens the history and begins the run in it. */
static int32_t begin_record(struct pipeline *pipeline, int64_t now_ms, struct hg_error *err) {
  const struct settings *settings = pipeline->settings;
  const struct history_run run = {
      .command = settings->command,
      .mode = pipeline->run.mode,
      .started_at_ms = now_ms,
      .argv = settings->argv,
      .argv_count = (uint32_t)settings->argv_count,
      .version = HEADGATE_VERSION,
      .jobs_dir = settings->jobs_dir,
      .kubeconfig = settings->kubeconfig,
      .context = settings->context,
  };
  int64_t run_id = 0;

  if (settings->no_history)
    return 0;
  if (pipeline_recorded(pipeline, history_open(settings->history, &pipeline->history, err), err) <
      0)
    return -1;
  if (!pipeline->history)
    return 0;
  if (pipeline_recorded(pipeline, history_begin_run(pipeline->history, &run, &run_id, err), err) <
      0)
    return -1;
  if (pipeline->history)
    pipeline->run.run_id = run_id;
  return 0;
}

static const char *or_empty(const char *text) {
  return text ? text : "";
}

void pipeline_init(struct pipeline *pipeline, struct settings *settings, struct plugin_set *plugins,
                   uint32_t mode) {
  memset(pipeline, 0, sizeof *pipeline);
  pipeline->settings = settings;
  pipeline->plugins = plugins;
  pipeline->run.struct_size = sizeof pipeline->run;
  pipeline->run.mode = mode;
  pipeline->run.command = settings->command;
  pipeline->run.host_version = HEADGATE_VERSION;
  pipeline->run.kubernetes_version = "";
  pipeline->builds_plan = strcmp(settings->command, "validate") != 0;
  reporting_init(&pipeline->reporting, plugins);
  job_index_init(&pipeline->index);
  outcomes_init(&pipeline->outcomes);
}

int32_t pipeline_begin(struct pipeline *pipeline, struct hg_error *err) {
  const struct settings *settings = pipeline->settings;
  int64_t now_ms = timestamp_now_ms();

  pipeline->started_steady_ms = timestamp_steady_ms();
  timestamp_format(now_ms, pipeline->started_at);
  plan_builder_init(&pipeline->plan, settings->kubeconfig, settings->context);
  pipeline->run.jobs_dir = settings->jobs_dir;
  pipeline->run.kubeconfig = or_empty(settings->kubeconfig);
  pipeline->run.context = or_empty(settings->context);
  pipeline->run.started_at = pipeline->started_at;
  if ((!pipeline->history && begin_record(pipeline, now_ms, err) < 0) ||
      load_stages(pipeline, err) < 0 || add_reporters(pipeline, err) < 0 ||
      plugin_check_settings(pipeline->plugins, err) < 0)
    return -1;
  pipeline->began = true;
  reporting_run_started(&pipeline->reporting, &pipeline->run);
  return 0;
}

/* Says so where the Job's name is taken. That is no fault of the document, which the server would
 * accept, but of the batch: `validate` judges documents and so only warns, and fails as a whole;
 * where a plan is built, the second document has no place in it. */
static int32_t check_duplicate(struct pipeline *pipeline, struct arena *arena,
                               struct judged_document *document, struct hg_error *err) {
  const struct job_place place = {document->job_name, document->job_namespace, document->yaml_path,
                                  document->name_line, 0};
  struct hg_diagnostic diagnostic;
  const struct job_place *earlier;
  struct text_buffer message;
  int32_t result;

  if (job_index_add(&pipeline->index, &place, &earlier, err) < 0)
    return -1;
  if (!earlier)
    return 0;
  text_buffer_init(&message);
  text_buffer_printf(
      &message, "Duplicate value: \"%s\": namespace %s has this Job already, from %s:%u",
      document->job_name, document->job_namespace, earlier->yaml_path, earlier->line);
  memset(&diagnostic, 0, sizeof diagnostic);
  diagnostic.struct_size = sizeof diagnostic;
  diagnostic.severity = pipeline->builds_plan ? HG_SEVERITY_ERROR : HG_SEVERITY_WARNING;
  diagnostic.line = document->name_line;
  diagnostic.column = document->name_column;
  diagnostic.rule = "duplicate-job";
  diagnostic.field = "metadata.name";
  diagnostic.message = text_buffer_string(&message);
  diagnostic.advice = "give one of the two another name";
  result = judged_document_add(arena, document, &diagnostic);
  text_buffer_finish(&message);
  return result < 0 ? hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory") : 0;
}

/* Moves the names to the plan's memory, where they outlive the document. */
static int32_t keep_names(struct pipeline *pipeline, struct judged_document *document,
                          struct hg_error *err) {
  struct arena *arena = &pipeline->plan.arena;

  if (!pipeline->last_namespace || strcmp(pipeline->last_namespace, document->job_namespace) != 0)
    pipeline->last_namespace =
        arena_copy(arena, document->job_namespace, strlen(document->job_namespace));
  document->job_namespace = pipeline->last_namespace;
  document->job_name = arena_copy(arena, document->job_name, strlen(document->job_name));
  if (!document->job_namespace || !document->job_name)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  return 0;
}

static int32_t record_document(struct pipeline *pipeline, const struct judged_document *document,
                               const struct hg_validation *validation,
                               const struct planned_job *job, struct hg_error *err) {
  const struct history_job row = {
      .job_name = document->job_name,
      .job_namespace = document->job_namespace,
      .yaml_path = document->yaml_path,
      .document_number = document->document_number,
      .valid = validation->valid != 0,
      .sha256 = document->has_document ? document->sha256 : NULL,
      .kubectl_command = job ? job->item.kubectl_command : NULL,
      .kubectl_command_count = job ? job->item.kubectl_command_count : 0,
  };

  if (pipeline_recorded(pipeline, history_add_job(pipeline->history, pipeline->position, &row, err),
                        err) < 0)
    return -1;
  for (const struct judged_diagnostic *found = document->first; found && pipeline->history;
       found = found->next)
    if (pipeline_recorded(
            pipeline,
            history_add_diagnostic(pipeline->history, pipeline->position, &found->diagnostic, err),
            err) < 0)
      return -1;
  return 0;
}

/* Puts a valid document into the plan. */
static struct planned_job *plan_document(struct pipeline *pipeline,
                                         const struct judged_document *document,
                                         const struct expected_job *expected) {
  bool is_resumed = expected && expected->position > 0;
  uint64_t position = is_resumed ? expected->position : pipeline->position;
  struct planned_job *job = plan_builder_add(&pipeline->plan, document, position);

  if (job && expected) {
    job->attempts_before = expected->attempts;
    job->is_settled = expected->is_settled;
  }
  return job;
}

/* One document, in order. */
static int32_t take_document(void *context, struct arena *arena, struct judged_document *document,
                             struct hg_error *err) {
  struct pipeline *pipeline = context;
  const struct hg_validation *validation;
  const struct planned_job *job = NULL;
  struct expected_job *expected = NULL;

  if (pipeline->expected) {
    if (expected_jobs_match(pipeline->expected, document, &expected, err) < 0)
      return -1;
    if (!expected)
      return 0; /* it was not there when the plan was made, or is another now */
  }
  pipeline->position++;
  /* A Job without a name has a namespace all the same. */
  if (keep_names(pipeline, document, err) < 0 ||
      (*document->job_name && check_duplicate(pipeline, arena, document, err) < 0))
    return -1;
  validation = judged_document_validation(arena, document, pipeline->settings->strict);
  if (!validation)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  pipeline->warnings += document->warning_count;
  if (validation->valid)
    pipeline->valid_jobs++;
  else
    pipeline->invalid_jobs++;
  if (validation->valid && pipeline->builds_plan) {
    job = plan_document(pipeline, document, expected);
    if (!job)
      return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  }
  if (pipeline->history && !(expected && expected->position > 0) &&
      record_document(pipeline, document, validation, job, err) < 0)
    return -1;
  reporting_job_validated(&pipeline->reporting, validation);
  return 0;
}

/* A Job that an earlier process applied, and whose manifest is not there any more or is another
 * now: it has its place in the report all the same. */
static int32_t plan_settled(struct pipeline *pipeline, const struct expected_job *expected,
                            struct hg_error *err) {
  struct judged_document document;

  memset(&document, 0, sizeof document);
  document.job_name = expected->job_name;
  document.job_namespace = expected->job_namespace;
  document.yaml_path = expected->yaml_path;
  document.document_number = expected->document_number;
  document.document_count = 1;
  memcpy(document.sha256, expected->sha256, sizeof document.sha256);
  pipeline->position++;
  pipeline->valid_jobs++;
  return plan_document(pipeline, &document, expected)
             ? 0
             : hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
}

/* After the last document: is every Job there that was expected? */
static int32_t check_expected(struct pipeline *pipeline, struct hg_error *err) {
  struct expected_jobs *expected = pipeline->expected;
  size_t differences = expected_jobs_finish_matching(expected);
  const char *line = text_buffer_string(&expected->differences);

  while (*line) {
    size_t length = strcspn(line, "\n");

    log_line(HG_LOG_ERROR, LOG_APPLY, "%.*s", (int)length, line);
    line += length + (line[length] == '\n');
  }
  if (differences > 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "%zu Jobs are not as they were planned: nothing was "
                        "applied",
                        differences);
  for (size_t i = 0; i < expected->count; i++)
    if (expected->jobs[i].is_settled && !expected->jobs[i].is_found &&
        plan_settled(pipeline, &expected->jobs[i], err) < 0)
      return -1;
  return 0;
}

static int32_t create_objects(struct pipeline *pipeline, struct hg_error *err) {
  if (pipeline->scanner->ops.scanner.create(&pipeline->scanner->host, &pipeline->scan, err) < 0)
    return -1;
  for (size_t i = 0; i < pipeline->settings->validators.count; i++)
    if (pipeline->validators[i]->ops.validator.create(&pipeline->validators[i]->host,
                                                      &pipeline->validator_objects[i], err) < 0)
      return -1;
  return pipeline->scanner->ops.scanner.open(pipeline->scan, pipeline->settings->jobs_dir, err);
}

static struct history_plugin plugin_row(const struct plugin *plugin) {
  const struct history_plugin row = {plugin->info.name, plugin_stage_name(plugin->info.stage),
                                     plugin->info.version, plugin->path, plugin->info.abi_minor};

  return row;
}

static int32_t record_plugins(struct pipeline *pipeline, struct hg_error *err) {
  for (const struct plugin *plugin = pipeline->plugins->first; plugin && pipeline->history;
       plugin = plugin->next) {
    const struct history_plugin row = plugin_row(plugin);

    if (pipeline_recorded(pipeline, history_add_plugin(pipeline->history, &row, err), err) < 0)
      return -1;
  }
  return 0;
}

static const char *stage_tag(const struct pipeline *pipeline) {
  const char *command = pipeline->run.command;

  return strcmp(command, "apply") == 0 || strcmp(command, "resume") == 0 ? LOG_APPLY : LOG_VALIDATE;
}

void pipeline_log_found(const struct pipeline *pipeline, const char *tag) {
  log_line(HG_LOG_INFO, tag, "Found %llu YAML files",
           (unsigned long long)pipeline->scanner->ops.scanner.count(pipeline->scan));
}

int32_t pipeline_validate(struct pipeline *pipeline, struct hg_error *err) {
  struct validation_pass pass = {
      .scanner = pipeline->scanner,
      .validators = pipeline->validators,
      .validator_objects = pipeline->validator_objects,
      .validator_count = pipeline->settings->validators.count,
      .threads = pipeline->settings->threads,
      .with_digests = pipeline->history || pipeline->builds_plan,
      .with_details = reporting_wants_details(&pipeline->reporting),
      .judged = take_document,
      .context = pipeline,
  };
  const char *tag = stage_tag(pipeline);

  if (record_plugins(pipeline, err) < 0 || create_objects(pipeline, err) < 0)
    return -1;
  pass.scan = pipeline->scan;
  if (strcmp(tag, LOG_VALIDATE) == 0)
    pipeline_log_found(pipeline, tag);
  if (validation_pass_run(&pass, err) < 0 ||
      (pipeline->expected && check_expected(pipeline, err) < 0))
    return -1;
  if (pipeline->history &&
      pipeline_recorded(pipeline, history_commit(pipeline->history, err), err) < 0)
    return -1;
  log_line(strcmp(tag, LOG_APPLY) == 0 && pipeline->warnings == 0 && pipeline->invalid_jobs == 0
               ? HG_LOG_DEBUG
               : HG_LOG_INFO,
           LOG_VALIDATE, "Execution plan created: %llu valid, %llu invalid, %llu warnings",
           (unsigned long long)pipeline->valid_jobs, (unsigned long long)pipeline->invalid_jobs,
           (unsigned long long)pipeline->warnings);
  return 0;
}

/* What the host exits with. */
static int exit_code_of(const struct pipeline *pipeline, int32_t result) {
  if (interrupt_requested())
    return 130;
  return result < 0 || pipeline->invalid_jobs > 0 || pipeline->outcomes.failed > 0 ? 1 : 0;
}

int32_t pipeline_open_applier(struct pipeline *pipeline, struct hg_error *err) {
  const struct plugin *applier;
  struct history_plugin row;

  if (pipeline->applier)
    return 0;
  if (plugin_load(pipeline->plugins, pipeline->settings->applier, HG_STAGE_APPLIER, &applier, err) <
      0)
    return -1;
  row = plugin_row(applier);
  if (pipeline->history &&
      pipeline_recorded(pipeline, history_add_plugin(pipeline->history, &row, err), err) < 0)
    return -1;
  if (applier->ops.applier.create(&applier->host, &pipeline->applier_object, err) < 0)
    return -1;
  pipeline->applier = applier;
  return 0;
}

static void destroy_objects(struct pipeline *pipeline) {
  if (pipeline->applier)
    pipeline->applier->ops.applier.destroy(pipeline->applier_object);
  for (size_t i = 0; i < MOST_VALIDATORS; i++)
    if (pipeline->validator_objects[i])
      pipeline->validators[i]->ops.validator.destroy(pipeline->validator_objects[i]);
  if (pipeline->scan) {
    pipeline->scanner->ops.scanner.close(pipeline->scan);
    pipeline->scanner->ops.scanner.destroy(pipeline->scan);
  }
}

int pipeline_end(struct pipeline *pipeline, int32_t result, const struct hg_error *err,
                 bool show_report) {
  struct hg_error error = HG_ERROR_INIT;
  char finished_at[TIMESTAMP_SIZE];
  int64_t now_ms = timestamp_now_ms();
  struct hg_result whole;
  const char *state;
  int exit_code = exit_code_of(pipeline, result);

  if (result < 0)
    log_line(HG_LOG_ERROR, NULL, "%s", err->message);
  timestamp_format(now_ms, finished_at);
  memset(&whole, 0, sizeof whole);
  whole.struct_size = sizeof whole;
  whole.exit_code = exit_code;
  whole.total_jobs = pipeline->position;
  whole.successful_jobs = pipeline->outcomes.successful;
  whole.failed_jobs = pipeline->outcomes.failed;
  whole.skipped_jobs = pipeline->outcomes.skipped;
  whole.valid_jobs = pipeline->valid_jobs;
  whole.invalid_jobs = pipeline->invalid_jobs;
  whole.job_result_count = pipeline->outcomes.count;
  whole.job_results = pipeline->outcomes.results;
  whole.finished_at = finished_at;
  whole.duration_ms = timestamp_steady_ms() - pipeline->started_steady_ms;
  whole.error = result < 0 ? err->message : NULL;
  if (pipeline->began)
    reporting_run_finished(&pipeline->reporting, &whole);
  else
    reporting_abandon(&pipeline->reporting);
  if (!reporting_finish(&pipeline->reporting, show_report, pipeline->history) && exit_code == 0)
    exit_code = 1;
  if (pipeline->reporting.was_interrupted)
    exit_code = 130;
  state = exit_code == 130 ? "cancelled" : exit_code == 0 ? "succeeded" : "failed";
  if (pipeline->history && pipeline->run.run_id > 0 &&
      history_finish_run(pipeline->history, state, exit_code, now_ms, whole.error, &error) < 0) {
    log_line(HG_LOG_WARNING, NULL, "the end of this run is not recorded: %s", error.message);
    if (pipeline->run.mode == HG_MODE_APPLY && exit_code == 0)
      exit_code = 1;
  }
  history_close(pipeline->history);
  destroy_objects(pipeline);
  outcomes_finish(&pipeline->outcomes);
  job_index_finish(&pipeline->index);
  plan_builder_finish(&pipeline->plan);
  return exit_code;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "run/past_run.h"

#include "history/history_past.h"
#include "history/history_watch.h"
#include "memory/no_memory.h"
#include "run/recording.h"
#include "run/run.h"
#include "terminal/log.h"
#include "validation/job_view.h"
#include "yaml/yaml_tree.h"

#include <headgate/host.h>
#include <stdlib.h>
#include <string.h>

/* What is told, and of which Jobs. */
struct telling {
  struct run run; /* of its parts, those that reporters need */
  struct history *history;
  struct history_past_run past;
  struct yaml_tree *tree;
  struct arena document;               /* of the one that is told */
  const struct hg_plan_item **planned; /* by position, from 1; NULL: not in the plan */
  uint64_t capacity;
};

/* --- Documents ------------------------------------------------------------------------------- */

/* Labels and the first container, from the text that was kept; NULL: it was not, or memory is out.
 */
static const struct hg_job_details *read_details(struct telling *telling, const char *manifest) {
  struct hg_error error = HG_ERROR_INIT;
  struct yaml_tree_document document;
  struct yaml_problem problem;

  if (yaml_tree_open(telling->tree, manifest, strlen(manifest), &error) < 0 ||
      yaml_tree_next(telling->tree, &document, &problem) != 1)
    return NULL;
  return job_view_details(document.root, &telling->document);
}

static int32_t tell_validation(struct telling *telling, const struct history_past_job *past,
                               struct hg_error *err) {
  struct arena *arena = &telling->document;
  struct judged_document *judged = judged_document_create_unread(
      arena, past->job.document_number, past->job.path, past->job.namespace);
  struct hg_validation *validation = NULL;

  if (judged) {
    judged->job.name = past->job.name;
    judged->parameters = past->parameters;
    judged->parameter_count = past->parameter_count;
    for (uint32_t i = 0; i < past->diagnostic_count && judged; i++)
      if (judged_document_add(arena, judged, &past->diagnostics[i]) < 0)
        judged = NULL;
  }
  if (judged) {
    if (past->manifest && reporting_wants_details(&telling->run.reporting))
      judged->details = read_details(telling, past->manifest);
    validation = judged_document_validation(arena, judged, false);
  }
  if (!validation)
    return no_memory(err);
  validation->valid = past->valid; /* whatever made it so: --strict too */
  reporting_job_validated(&telling->run.reporting, validation);
  return 0;
}

static int32_t make_room(struct telling *telling, uint64_t position) {
  uint64_t capacity = telling->capacity ? telling->capacity : 64;
  const struct hg_plan_item **planned;

  while (capacity <= position)
    capacity *= 2;
  if (capacity == telling->capacity)
    return 0;
  planned = realloc(telling->planned, capacity * sizeof *planned);
  if (!planned)
    return -1;
  memset(planned + telling->capacity, 0, (capacity - telling->capacity) * sizeof *planned);
  telling->planned = planned;
  telling->capacity = capacity;
  return 0;
}

/* Outcomes name the Job and its planned command until the end. */
static int32_t keep_item(struct telling *telling, const struct history_past_job *past) {
  struct arena *arena = &telling->run.plan.arena;
  struct hg_plan_item *item = arena_alloc(arena, sizeof *item);
  const char **command = arena_alloc(arena, (past->command_count + 1) * sizeof *command);
  struct job_ref job;

  if (!item || !command || job_ref_copy(&job, &past->job, arena) < 0 ||
      make_room(telling, past->position) < 0)
    return -1;
  for (uint32_t i = 0; i < past->command_count; i++) {
    command[i] = arena_copy(arena, past->command[i], strlen(past->command[i]));
    if (!command[i])
      return -1;
  }
  command[past->command_count] = NULL;
  *item = (struct hg_plan_item){
      .struct_size = sizeof *item,
      .document_number = job.document_number,
      .job_name = job.name,
      .job_namespace = job.namespace,
      .yaml_path = job.path,
      .kubectl_command = command,
      .kubectl_command_count = past->command_count,
  };
  telling->planned[past->position] = item;
  return plan_copy_parameters(item, past->parameters, past->parameter_count, arena);
}

static int32_t take_job(void *context, const struct history_past_job *past, struct hg_error *err) {
  struct telling *telling = context;

  arena_reset(&telling->document);
  if (past->valid && past->command_count > 0 && keep_item(telling, past) < 0)
    return no_memory(err);
  telling->run.counts.documents++;
  telling->run.counts.valid += past->valid;
  telling->run.counts.invalid += !past->valid;
  return past->is_retry ? 0 : tell_validation(telling, past, err);
}

/* --- Outcomes -------------------------------------------------------------------------------- */

/* The Job's item; NULL: nobody made one, and nothing is told of it. */
static const struct hg_plan_item *item_at(const struct telling *telling, uint64_t position) {
  return position < telling->capacity ? telling->planned[position] : NULL;
}

static int32_t take_result(void *context, uint64_t position, const struct hg_job_result *past,
                           struct hg_error *err) {
  struct telling *telling = context;
  const struct hg_plan_item *item = item_at(telling, position);
  struct hg_job_result result = *past;
  struct hg_job_result kept;

  if (!item)
    return 0;
  result.job_name = item->job_name;
  result.job_namespace = item->job_namespace;
  result.yaml_path = item->yaml_path;
  result.parameters = item->parameters;
  result.parameter_count = item->parameter_count;
  kept = result;
  kept.command = item->kubectl_command;
  kept.command_count = item->kubectl_command_count;
  if (outcomes_add(&telling->run.outcomes, &kept, err) < 0)
    return -1;
  reporting_job_finished(&telling->run.reporting, &result, item);
  return 0;
}

/* --- What was seen in the cluster ------------------------------------------------------------ */

/* The history has it below the directory of its logs. */
static int32_t add_log_root(struct telling *telling, const char **log_path) {
  struct text_buffer path;

  if (!**log_path)
    return 0;
  arena_reset(&telling->document);
  text_buffer_init(&path);
  text_buffer_printf(&path, "%s.logs/%s", telling->run.request->history, *log_path);
  *log_path =
      path.failed ? NULL : arena_copy(&telling->document, text_buffer_string(&path), path.length);
  text_buffer_finish(&path);
  return *log_path ? 0 : -1;
}

static int32_t tell_completion(struct telling *telling, uint64_t position,
                               const struct hg_plan_item *item, struct hg_error *err) {
  struct hg_job_completion completion;

  if (history_read_completion(telling->history, telling->past.run_id, position, &completion, err) <
      0)
    return -1;
  if (completion.outcome == 0)
    return 0; /* it has another object now, whose end nobody knows */
  if (add_log_root(telling, &completion.log_path) < 0)
    return no_memory(err);
  completion.document_number = item->document_number;
  completion.job_name = item->job_name;
  completion.job_namespace = item->job_namespace;
  completion.yaml_path = item->yaml_path;
  if (completion.flags & HG_COMPLETION_RETRIED)
    telling->run.follow.retried++;
  else
    follow_count(&telling->run.follow, completion.outcome);
  reporting_job_completed(&telling->run.reporting, &completion);
  return 0;
}

static int32_t take_observation(void *context, uint64_t position,
                                const struct hg_job_observation *past, struct hg_error *err) {
  struct telling *telling = context;
  const struct hg_plan_item *item = item_at(telling, position);
  struct hg_job_observation observation;

  if (!item)
    return 0;
  if (!past)
    return tell_completion(telling, position, item, err);
  observation = *past;
  observation.document_number = item->document_number;
  observation.job_name = item->job_name;
  observation.job_namespace = item->job_namespace;
  observation.yaml_path = item->yaml_path;
  reporting_job_observed(&telling->run.reporting, &observation);
  return 0;
}

/* --- The whole ------------------------------------------------------------------------------- */

/* A reporter on standard output is what nobody asked anything else for. */
static int32_t add_reporters(struct run *run, struct hg_error *err) {
  const struct run_request *request = run->request;

  if (request->is_json || (request->reporters.count == 0 && !request->report_file))
    if (reporting_add(&run->reporting, request->is_json ? "report-json" : "report-text", NULL,
                      REPORTER_ESSENTIAL, err) < 0)
      return -1;
  if (request->report_file && reporting_add(&run->reporting, "report-text", request->report_file,
                                            REPORTER_ESSENTIAL, err) < 0)
    return -1;
  for (size_t i = 0; i < request->reporters.count; i++)
    if (reporting_add_named(&run->reporting, request->reporters.items[i], err) < 0)
      return -1;
  return 0;
}

/* A run that can be told: it has Jobs, and is not about to have more. */
static int32_t read_run(struct telling *telling, int64_t run_id, struct hg_error *err) {
  struct history_past_run *past = &telling->past;
  struct hg_run *about = &telling->run.about;

  if (history_read_past_run(telling->history, run_id, past, err) < 0)
    return -1;
  if (past->mode == 0)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "run %lld only generated manifests: there is nothing to report",
                        (long long)run_id);
  if (strcmp(past->state, "running") == 0)
    return hg_error_set(err, HG_ERROR_BUSY, "run %lld has not ended: it is reported once it has",
                        (long long)run_id);
  *about = (struct hg_run){
      .struct_size = sizeof *about,
      .mode = past->mode,
      .run_id = run_id,
      .command = past->command,
      .jobs_dir = past->jobs_dir,
      .kubeconfig = past->kubeconfig,
      .context = past->context,
      .started_at = past->started_at,
      .host_version = past->version,
      .kubernetes_version = past->kubernetes_version,
  };
  return 0;
}

static void tell_end(struct telling *telling) {
  bool is_known = strcmp(telling->past.state, "interrupted") != 0;
  struct hg_result whole = run_result(&telling->run);

  whole.exit_code = is_known ? telling->past.exit_code : 1;
  whole.finished_at = telling->past.finished_at;
  whole.duration_ms = telling->past.duration_ms;
  whole.error = is_known ? telling->past.error : "it was stopped before it had ended";
  whole.is_watched = telling->past.is_watched;
  if (whole.error && *whole.error)
    log_line(HG_LOG_WARNING, NULL, "run %lld could not be done: %s",
             (long long)telling->past.run_id, whole.error);
  reporting_run_finished(&telling->run.reporting, &whole);
}

static int32_t tell(struct telling *telling, struct hg_error *err) {
  int64_t run_id = telling->past.run_id;

  reporting_run_started(&telling->run.reporting, &telling->run.about);
  if (history_each_past_job(telling->history, run_id, take_job, telling, err) < 0 ||
      history_each_past_result(telling->history, run_id, take_result, telling, err) < 0 ||
      (telling->past.is_watched &&
       history_each_observation(telling->history, run_id, take_observation, telling, err) < 0))
    return -1;
  tell_end(telling);
  return 0;
}

int past_run_report(const struct run_request *request, struct plugin_set *plugins,
                    struct history *history, int64_t run_id, struct hg_error *err) {
  struct telling telling = {.history = history};
  struct run *run = &telling.run;
  int32_t result;
  bool is_written;

  run_init(run, request, plugins);
  plan_builder_init(&run->plan, NULL, NULL);
  plugins->options = request->kept.options;
  arena_init(&telling.document);
  result = yaml_tree_create(&telling.tree, err);
  if (result == 0)
    result = read_run(&telling, run_id, err);
  if (result == 0)
    result = history_guard(&run->taken, request->history, err);
  if (result == 0)
    result = add_reporters(run, err);
  if (result == 0)
    result = plugin_set_check_options(plugins, err);
  if (result == 0)
    result = tell(&telling, err);
  if (result < 0)
    reporting_abandon(&run->reporting);
  is_written = reporting_end(&run->reporting, true);
  if (run->reporting.was_interrupted)
    result = hg_error_set(err, HG_ERROR_CANCELLED, "stopped by the user");
  reporting_finish(&run->reporting);
  yaml_tree_destroy(telling.tree);
  free(telling.planned);
  arena_finish(&telling.document);
  taken_places_finish(&run->taken);
  outcomes_finish(&run->outcomes);
  job_index_finish(&run->index);
  plan_builder_finish(&run->plan);
  return result < 0 || !is_written ? 1 : 0;
}

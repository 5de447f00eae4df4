/* SPDX-License-Identifier: Apache-2.0 */
#include "run/run_documents.h"

#include "history/history_manifest.h"
#include "memory/no_memory.h"
#include "plan/manifest_text.h"
#include "run/recording.h"
#include "terminal/log.h"
#include "text/text_buffer.h"

#include <string.h>

/* Says so where the Job's name is taken. That is no fault of the document, which the server would
 * accept, but of the batch: `validate` judges documents and so only warns, and fails as a whole;
 * where a plan is built, the second document has no place in it. */
static int32_t check_duplicate(struct run *run, struct arena *arena,
                               struct judged_document *document, struct hg_error *err) {
  const struct job_place place = {document->job, document->name_line};
  const struct job_place *earlier;
  struct text_buffer message;
  int32_t result;

  if (job_index_add(&run->index, &place, &earlier, err) < 0)
    return -1;
  if (!earlier)
    return 0;
  run->counts.duplicates++;
  text_buffer_init(&message);
  text_buffer_printf(&message,
                     "Duplicate value: \"%s\": namespace %s has this Job already, from %s:%u",
                     document->job.name, document->job.namespace, earlier->job.path, earlier->line);
  result = judged_document_add(
      arena, document,
      &(struct hg_diagnostic){
          .struct_size = sizeof(struct hg_diagnostic),
          .severity = run->builds_plan ? HG_SEVERITY_ERROR : HG_SEVERITY_WARNING,
          .line = document->name_line,
          .column = document->name_column,
          .rule = "duplicate-job",
          .field = "metadata.name",
          .message = text_buffer_string(&message),
          .advice = "give one of the two another name",
      });
  text_buffer_finish(&message);
  return result < 0 ? no_memory(err) : 0;
}

/* Moves the names to the plan's memory, where they outlive the document. */
static int32_t keep_names(struct run *run, struct judged_document *document, struct hg_error *err) {
  struct arena *arena = &run->plan.arena;

  if (!run->last_namespace || strcmp(run->last_namespace, document->job.namespace) != 0)
    run->last_namespace =
        arena_copy(arena, document->job.namespace, strlen(document->job.namespace));
  document->job.namespace = run->last_namespace;
  document->job.name = arena_copy(arena, document->job.name, strlen(document->job.name));
  return document->job.namespace && document->job.name ? 0 : no_memory(err);
}

int32_t run_record_parameters(struct run *run, const struct judged_document *document,
                              uint64_t position, struct hg_error *err) {
  for (uint32_t i = 0; i < document->parameter_count && run->history; i++)
    if (run_recorded(run,
                     history_add_parameter(run->history, position, &document->parameters[i], err),
                     err) < 0)
      return -1;
  return 0;
}

int32_t run_record_diagnostics(struct run *run, const struct judged_document *document,
                               uint64_t position, struct hg_error *err) {
  for (const struct judged_diagnostic *found = document->first; found && run->history;
       found = found->next)
    if (run_recorded(run, history_add_diagnostic(run->history, position, &found->diagnostic, err),
                     err) < 0)
      return -1;
  return 0;
}

static int32_t record_document(struct run *run, const struct judged_document *document,
                               const struct hg_validation *validation,
                               const struct planned_job *job, const struct expected_job *expected,
                               struct hg_error *err) {
  uint64_t position = run->counts.documents;
  struct history_job row = {
      .job = document->job,
      .valid = validation->valid != 0,
      .sha256 = document->has_document ? document->sha256 : NULL,
      .kubectl_command = job ? job->item.kubectl_command : NULL,
      .kubectl_command_count = job ? job->item.kubectl_command_count : 0,
  };

  if (expected && expected->from_run != 0) {
    row.derived_from_run = expected->from_run;
    row.derived_from = expected->from_position;
  }
  if (run->history &&
      run_recorded(run, history_add_job(run->history, position, &row, err), err) < 0)
    return -1;
  if (run_record_parameters(run, document, position, err) < 0)
    return -1;
  return run_record_diagnostics(run, document, position, err);
}

int32_t run_record_facts(struct run *run, const struct judged_document *document,
                         struct hg_error *err) {
  const struct job_facts *facts = document->facts;
  const struct history_manifest row = {
      .sha256 = document->sha256,
      .text = facts ? facts->text : NULL,
      .image = facts ? facts->image : NULL,
      .labels = facts ? facts->labels : NULL,
      .containers = facts ? facts->containers : NULL,
      .pods = facts ? facts->pods : -1,
      .cpu_milli = facts ? facts->cpu_milli : -1,
      .memory_bytes = facts ? facts->memory_bytes : -1,
      .gpus = facts ? facts->gpus : -1,
  };

  return facts && run->history
             ? run_recorded(run, history_add_manifest(run->history, &row, err), err)
             : 0;
}

static void *create_keeper(void *context) {
  const struct run *run = context;

  return manifest_writer_create(run->key);
}

static void destroy_keeper(void *keeper) {
  manifest_writer_destroy(keeper);
}

static const char *keep_text(void *keeper, const struct hg_document *document,
                             struct arena *arena) {
  return manifest_text_make(keeper, document, arena);
}

void run_keep_texts(struct validation_pass *pass) {
  pass->keeper_create = create_keeper;
  pass->keeper_destroy = destroy_keeper;
  pass->keep_text = keep_text;
}

/* Whether the Job has its row in the history already: the run goes on. */
static bool is_resumed(const struct expected_job *expected) {
  return expected && expected->position > 0;
}

/* Puts a valid document into the plan. */
static int32_t plan_document(struct run *run, const struct judged_document *document,
                             const struct expected_job *expected,
                             const struct planned_job **planned, struct hg_error *err) {
  uint64_t position = is_resumed(expected) ? expected->position : run->counts.documents;
  struct planned_job *job = plan_builder_add(&run->plan, document, position);

  if (!job)
    return no_memory(err);
  if (expected) {
    job->attempts_before = expected->attempts;
    job->is_doubtful = expected->is_doubtful;
    job->is_open = expected->is_open;
    job->is_settled = expected->is_settled;
    job->replaces_uid = expected->replaces_uid;
    if (expected->from_name)
      job->derived_from = expected->from_name;
  }
  *planned = job;
  return 0;
}

static void count(struct run_counts *counts, const struct hg_validation *validation) {
  counts->warnings += validation->warning_count;
  counts->valid += validation->valid != 0;
  counts->invalid += validation->valid == 0;
}

/* kubectl refuses an object of another namespace than -n names. */
static int32_t check_namespace(struct run *run, struct arena *arena,
                               struct judged_document *document, struct hg_error *err) {
  const char *wanted = run->request->target.namespace_name;
  struct text_buffer message;
  int32_t result;

  if (!wanted || document->namespace_line == 0 || strcmp(wanted, document->job.namespace) == 0)
    return 0;
  text_buffer_init(&message);
  text_buffer_printf(&message,
                     "the namespace from the provided object \"%s\" does not match the namespace "
                     "\"%s\"",
                     document->job.namespace, wanted);
  result = judged_document_add(arena, document,
                               &(struct hg_diagnostic){
                                   .struct_size = sizeof(struct hg_diagnostic),
                                   .severity = HG_SEVERITY_ERROR,
                                   .line = document->namespace_line,
                                   .column = document->namespace_column,
                                   .rule = "other-namespace",
                                   .field = "metadata.namespace",
                                   .message = text_buffer_string(&message),
                                   .advice = "leave -n out, or the namespace",
                               });
  text_buffer_finish(&message);
  return result < 0 ? no_memory(err) : 0;
}

/* With --strict an object of another kind is a Job that is invalid. */
static int32_t refuse_object(struct arena *arena, struct judged_document *document,
                             struct hg_error *err) {
  const struct hg_passed_over *object = document->object;
  struct text_buffer message;
  int32_t result;

  document->job.name = object->name;
  text_buffer_init(&message);
  text_buffer_printf(&message, "%s is no Job: only batch/v1 Jobs can be applied", object->kind);
  result = judged_document_add(
      arena, document,
      &(struct hg_diagnostic){
          .struct_size = sizeof(struct hg_diagnostic),
          .severity = HG_SEVERITY_ERROR,
          .line = object->line,
          .column = object->column,
          .rule = "passed-over",
          .field = *object->kind ? "kind" : "",
          .message = *object->kind ? text_buffer_string(&message) : "the file holds no document",
          .advice = "without --strict it is passed over",
      });
  text_buffer_finish(&message);
  return result < 0 ? no_memory(err) : 0;
}

int32_t run_take_document(void *context, struct arena *arena, struct judged_document *document,
                          struct hg_error *err) {
  struct run *run = context;
  const struct hg_validation *validation;
  const struct planned_job *job = NULL;
  struct expected_job *expected = NULL;

  if (document->is_unselected) {
    run->counts.unselected++;
    return 0;
  }
  if (document->object && (!run->request->kept.strict || run->expected))
    return bystanders_add(&run->bystanders, document,
                          target_cluster_default_namespace(&run->target)) < 0
               ? no_memory(err)
               : 0;
  if (document->object && refuse_object(arena, document, err) < 0)
    return -1;
  if (run->expected && expected_jobs_match(run->expected, document, &expected, err) < 0)
    return -1;
  if (run->expected && !expected)
    return 0; /* it was not there when the plan was made, or is another now */
  if (expected && expected->is_source)
    return known_tries_take_source(run->tries, document, err);
  run->counts.documents++;
  if (run->last_position < run->counts.documents)
    run->last_position = run->counts.documents;
  /* A Job without a name has a namespace all the same. */
  if (keep_names(run, document, err) < 0 ||
      (*document->job.name && !document->object &&
       check_duplicate(run, arena, document, err) < 0) ||
      check_namespace(run, arena, document, err) < 0)
    return -1;
  if (bystanders_note_job(&run->bystanders, document) < 0)
    return no_memory(err);
  validation = judged_document_validation(arena, document, run->request->kept.strict);
  if (!validation)
    return no_memory(err);
  count(&run->counts, validation);
  if (validation->valid && run->builds_plan &&
      plan_document(run, document, expected, &job, err) < 0)
    return -1;
  if (!is_resumed(expected) && record_document(run, document, validation, job, expected, err) < 0)
    return -1;
  if (validation->valid && run_record_facts(run, document, err) < 0)
    return -1;
  reporting_job_validated(&run->reporting, validation);
  return 0;
}

/* A Job that an earlier process applied, and whose manifest is not there any more or is another
 * now: it has its place in the report all the same. */
static int32_t plan_settled(struct run *run, const struct expected_job *expected,
                            struct hg_error *err) {
  const struct planned_job *planned;
  struct judged_document document = {
      .job = expected->job,
      .document_count = 1,
  };

  memcpy(document.sha256, expected->sha256, sizeof document.sha256);
  run->counts.documents++;
  run->counts.valid++;
  return plan_document(run, &document, expected, &planned, err);
}

/* A run about no Job at all is a mistake, unless it is there to judge what is. */
static int32_t check_any(const struct run *run, struct hg_error *err) {
  if (run->counts.documents > 0)
    return 0;
  if (run->counts.unselected > 0)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "no Job has the labels of -l '%.480s': %llu are not selected",
                        run->request->selector, (unsigned long long)run->counts.unselected);
  if (run->builds_plan && run->bystanders.count > 0)
    return hg_error_set(err, HG_ERROR_NOT_FOUND,
                        "there is no Job in what was given: all of it was passed over (%llu)",
                        (unsigned long long)run->bystanders.count);
  return 0;
}

int32_t run_end_documents(struct run *run, struct hg_error *err) {
  struct expected_jobs *expected = run->expected;
  size_t differences;

  if (bystanders_tell(run, err) < 0)
    return -1;
  if (!expected)
    return check_any(run, err);
  differences = expected_jobs_finish_matching(expected);
  for (const char *line = text_buffer_string(&expected->differences); *line;) {
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
        plan_settled(run, &expected->jobs[i], err) < 0)
      return -1;
  return 0;
}

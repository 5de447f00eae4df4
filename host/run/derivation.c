/* SPDX-License-Identifier: Apache-2.0 */
#include "run/derivation.h"

#include "memory/no_memory.h"
#include "plan/derived_manifest.h"
#include "plan/manifest_check.h"
#include "run/preflight.h"
#include "run/recording.h"
#include "run/run_documents.h"
#include "terminal/log.h"
#include "text/utf8.h"
#include "validation/validation_pass.h"
#include "yaml/yaml_tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_NUMBER = 2, LAST_NUMBER = 9999 };

/* A derivation on its way. */
struct candidate {
  struct derivation *derivation;
  struct derived_source source;
  uint32_t number; /* of the name that is tried */
  char name[DERIVED_NAME_SIZE];
  struct judged_document *document; /* the arena's; NULL: not made yet */
  bool is_settled;                  /* it is what it will be, or there is a problem */
};

struct derivations {
  struct run *run;
  struct candidate *candidates;
  size_t count;
  struct arena arena;
  bool asks;
};

static void give_up(struct candidate *candidate, const char *why) {
  utf8_copy_cut(candidate->derivation->problem, sizeof candidate->derivation->problem, why);
  candidate->is_settled = true;
}

/* What it is made of. A file that changed is this Job's problem alone. */
static void read_source(struct candidate *candidate) {
  struct hg_error error = HG_ERROR_INIT;
  struct hg_bytes document;
  char *bytes;

  if (manifest_read_source(candidate->derivation->source, &bytes, &document, &error) < 0) {
    give_up(candidate, error.message);
    return;
  }
  if (derived_source_read(&candidate->source, &document, &error) < 0)
    give_up(candidate, error.message);
  free(bytes);
}

/* --- Its name --------------------------------------------------------------------------------- */

/* Whether this history, or this run, has a Job of that name. */
static int32_t is_known(struct derivations *work, const struct candidate *candidate, bool *is,
                        struct hg_error *err) {
  struct run *run = work->run;
  const char *namespace = candidate->derivation->source->item.job_namespace;
  const struct job_place *earlier;
  struct job_place place = {.line = 1};

  *is = false;
  if (run->history && history_has_job(run->history, namespace, candidate->name, is, err) < 0)
    return run_recorded(run, -1, err);
  if (*is)
    return 0;
  place.job = (struct job_ref){
      .name = arena_copy(&run->plan.arena, candidate->name, strlen(candidate->name)),
      .namespace = namespace,
      .path = candidate->derivation->source->item.yaml_path,
  };
  if (!place.job.name || job_index_add(&run->index, &place, &earlier, err) < 0)
    return no_memory(err);
  *is = earlier != NULL;
  return 0;
}

/* The next name that nobody is known to have. */
static int32_t choose_name(struct derivations *work, struct candidate *candidate,
                           struct hg_error *err) {
  const struct derivation *derivation = candidate->derivation;
  bool is_taken = true;

  if (derivation->name) {
    (void)snprintf(candidate->name, sizeof candidate->name, "%s", derivation->name);
    return 0;
  }
  while (is_taken && candidate->number < LAST_NUMBER) {
    candidate->number++;
    derived_name_make(candidate->source.name, candidate->number, candidate->source.longest,
                      candidate->name);
    if (is_known(work, candidate, &is_taken, err) < 0)
      return -1;
  }
  if (is_taken)
    give_up(candidate, "every name that it could bear is taken");
  return 0;
}

/* --- The document ------------------------------------------------------------------------------
 */

/* The first thing that makes it invalid. */
static void refuse_invalid(struct candidate *candidate, const struct judged_document *judged) {
  for (const struct judged_diagnostic *found = judged->first; found; found = found->next)
    if (found->diagnostic.severity == HG_SEVERITY_ERROR) {
      struct hg_error error = HG_ERROR_INIT;

      (void)hg_error_set(&error, HG_ERROR_INVALID, "%.240s would not be valid: %.320s: %s",
                         candidate->name, found->diagnostic.field, found->diagnostic.message);
      give_up(candidate, error.message);
      return;
    }
  give_up(candidate, "it would not be valid");
}

/* Judges the bytes as the run's validators judge those of a file. */
static int32_t judge(struct derivations *work, struct candidate *candidate,
                     const struct text_buffer *json, struct hg_error *err) {
  const struct planned_job *source = candidate->derivation->source;
  const struct stages *stages = &work->run->stages;
  struct validation_pass pass = {
      .scanner = stages->scanner,
      .validators = stages->validators,
      .validator_objects = stages->validator_objects,
      .validator_count = stages->validator_count,
      .default_namespace = source->item.job_namespace,
      .with_digests = true,
      .with_details = reporting_wants_details(&work->run->reporting),
      .with_facts = work->run->history != NULL,
      .context = work->run,
  };
  struct yaml_tree_document parsed;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  int32_t result = -1;

  if (pass.with_facts && work->run->request->keeps_manifests)
    run_keep_texts(&pass);
  if (yaml_tree_create(&tree, err) < 0)
    return -1;
  if (yaml_tree_open_as(tree, YAML_JSON_FIRST, json->data, json->length, err) == 0) {
    if (yaml_tree_next(tree, &parsed, &problem) > 0) {
      const struct hg_document document = {
          .struct_size = sizeof document,
          .node_size = sizeof(struct hg_node),
          .document_number = source->item.document_number,
          .document_count = 1,
          .yaml_path = source->item.yaml_path,
          .root = parsed.root,
          .bytes = {json->data, json->length},
      };

      result = validation_judge(&pass, &document, &work->arena, &candidate->document, err);
    } else {
      (void)hg_error_set(err, HG_ERROR_FAILED, "a Job of its own cannot be read: %s",
                         problem.message);
    }
  }
  yaml_tree_destroy(tree);
  return result;
}

/* The place of what it is made of is its own: there it is read again before it is sent. */
static void take_place(struct judged_document *judged, const struct planned_job *source) {
  judged->offset = source->offset;
  judged->length = source->length;
  judged->document_count = source->item.document_count;
  judged->source_sha256 = source->source_sha256;
}

static int32_t make_document(struct derivations *work, struct candidate *candidate,
                             struct hg_error *err) {
  const struct derivation *derivation = candidate->derivation;
  bool is_strict = work->run->request->kept.strict;
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer json;
  struct hg_bytes document;
  char *bytes;
  int32_t result = 0;

  if (manifest_read_source(derivation->source, &bytes, &document, &error) < 0) {
    give_up(candidate, error.message);
    return 0;
  }
  text_buffer_init(&json);
  if (derived_manifest_append(&json, &document, candidate->name, &error) < 0)
    give_up(candidate, error.message);
  else
    result = judge(work, candidate, &json, err);
  text_buffer_finish(&json);
  free(bytes);
  if (candidate->is_settled || result < 0)
    return result;
  if (candidate->document->error_count > 0 || (is_strict && candidate->document->warning_count > 0))
    refuse_invalid(candidate, candidate->document);
  else if (derivation->sha256 &&
           memcmp(derivation->sha256, candidate->document->sha256, DIGEST_SIZE) != 0)
    give_up(candidate, "its manifest does not give the same Job any more");
  take_place(candidate->document, derivation->source);
  return 0;
}

/* --- Whether the cluster has it -----------------------------------------------------------------
 */

static bool is_taken(const struct preflight_row *row) {
  return row->verdict == HG_PREFLIGHT_UNCHANGED || row->verdict == HG_PREFLIGHT_UPDATE ||
         strcmp(row->failure_class, "immutable") == 0 ||
         strcmp(row->failure_class, "field-conflict") == 0;
}

static void take_verdict(struct candidate *candidate, const struct preflight_row *row) {
  if (row->verdict == HG_PREFLIGHT_CREATE) {
    candidate->is_settled = true;
  } else if (is_taken(row)) {
    log_line(HG_LOG_INFO, LOG_APPLY, "%s is in the cluster already: the next name is tried",
             candidate->name);
    candidate->document = NULL;
  } else {
    give_up(candidate, row->reason);
  }
}

static bool is_asked_for(const struct candidate *candidate) {
  return !candidate->is_settled && candidate->document;
}

/* Asks for all that have a document, by a plan of their own. */
static int32_t ask(struct derivations *work, struct hg_error *err) {
  struct run *run = work->run;
  struct plan_builder builder;
  struct preflight preflight;
  uint64_t row = 0;
  int32_t result = 0;

  plan_builder_init(&builder, run->plan.kubeconfig, run->plan.context);
  preflight_init(&preflight);
  if (run->plan.server && plan_builder_use_server(&builder, run->plan.server) < 0)
    result = no_memory(err);
  for (size_t i = 0; i < work->count && result == 0; i++)
    if (is_asked_for(&work->candidates[i]) &&
        !plan_builder_add(&builder, work->candidates[i].document, 0))
      result = no_memory(err);
  if (result == 0 && builder.plan.total_jobs > 0)
    result = preflight_ask(&preflight, run, &builder.plan, err);
  for (size_t i = 0; i < work->count && result == 0; i++)
    if (is_asked_for(&work->candidates[i]))
      take_verdict(&work->candidates[i], &preflight.rows[row++]);
  preflight_finish(&preflight);
  plan_builder_finish(&builder);
  return result;
}

/* --- The plan ----------------------------------------------------------------------------------
 */

static int32_t record(struct run *run, const struct candidate *candidate,
                      const struct planned_job *job, struct hg_error *err) {
  const struct derivation *derivation = candidate->derivation;
  const struct history_job row = {
      .job = candidate->document->job,
      .valid = true,
      .sha256 = candidate->document->sha256,
      .kubectl_command = job->item.kubectl_command,
      .kubectl_command_count = job->item.kubectl_command_count,
      .derived_from_run = derivation->from_run,
      .derived_from = derivation->from_position,
      .source_sha256 = derivation->source->source_sha256,
  };

  if (run->history && derivation->position == 0 &&
      (run_recorded(run, history_add_job(run->history, job->position, &row, err), err) < 0 ||
       run_record_parameters(run, candidate->document, job->position, err) < 0 ||
       (derivation->is_told &&
        run_record_diagnostics(run, candidate->document, job->position, err) < 0)))
    return -1;
  return run_record_facts(run, candidate->document, err);
}

static int32_t plan(struct run *run, const struct candidate *candidate, struct hg_error *err) {
  struct derivation *derivation = candidate->derivation;
  struct judged_document *document = candidate->document;
  struct arena *arena = &run->plan.arena;
  struct planned_job *job;

  document->job.name = arena_copy(arena, candidate->name, strlen(candidate->name));
  document->job.namespace = derivation->source->item.job_namespace;
  if (derivation->position == 0)
    run->last_position++;
  job = document->job.name
            ? plan_builder_add(&run->plan, document,
                               derivation->position ? derivation->position : run->last_position)
            : NULL;
  if (!job)
    return no_memory(err);
  job->derived_from = derivation->from_name;
  job->tries_before = derivation->tries_before;
  job->attempts_before = derivation->attempts;
  job->is_doubtful = derivation->is_doubtful;
  job->is_open = derivation->is_open;
  derivation->item = run->plan.plan.total_jobs - 1;
  derivation->is_made = true;
  run->counts.documents++;
  run->counts.valid++;
  return record(run, candidate, job, err);
}

static int32_t tell(struct derivations *work, const struct candidate *candidate,
                    struct hg_error *err) {
  const struct hg_validation *validation = judged_document_validation(
      &work->arena, candidate->document, work->run->request->kept.strict);

  if (!validation)
    return no_memory(err);
  work->run->counts.warnings += validation->warning_count;
  reporting_job_validated(&work->run->reporting, validation);
  return 0;
}

static int32_t plan_all(struct derivations *work, struct hg_error *err) {
  struct run *run = work->run;

  for (size_t i = 0; i < work->count; i++) {
    const struct candidate *candidate = &work->candidates[i];

    if (!*candidate->derivation->problem &&
        (plan(run, candidate, err) < 0 ||
         (candidate->derivation->is_told && tell(work, candidate, err) < 0)))
      return -1;
  }
  return run->history ? run_recorded(run, history_commit(run->history, err), err) : 0;
}

static int32_t prepare(struct derivations *work, struct derivation *derivations,
                       struct hg_error *err) {
  work->candidates = calloc(work->count + 1, sizeof *work->candidates);
  if (!work->candidates)
    return no_memory(err);
  for (size_t i = 0; i < work->count; i++) {
    derivations[i].is_made = false;
    *derivations[i].problem = '\0';
    work->candidates[i].derivation = &derivations[i];
    work->candidates[i].number = FIRST_NUMBER - 1;
    read_source(&work->candidates[i]);
  }
  return 0;
}

/* Gives those a document that have none. *left: how many of them there are. */
static int32_t make_documents(struct derivations *work, size_t *left, struct hg_error *err) {
  *left = 0;
  for (size_t i = 0; i < work->count; i++) {
    struct candidate *candidate = &work->candidates[i];

    if (candidate->is_settled)
      continue;
    if (choose_name(work, candidate, err) < 0 ||
        (!candidate->is_settled && make_document(work, candidate, err) < 0))
      return -1;
    /* One that has its name may be in the cluster: the run that goes on looks. */
    if (!work->asks || candidate->derivation->name)
      candidate->is_settled = true;
    *left += !candidate->is_settled;
  }
  return 0;
}

int32_t derivations_make(struct run *run, struct derivation *derivations, size_t count, bool asks,
                         struct hg_error *err) {
  struct derivations work = {.run = run, .count = count, .asks = asks};
  size_t left = 1;
  int32_t result;

  arena_init(&work.arena);
  result = prepare(&work, derivations, err);
  while (result == 0 && left > 0) {
    result = make_documents(&work, &left, err);
    if (result == 0 && left > 0)
      result = ask(&work, err);
  }
  if (result == 0)
    result = plan_all(&work, err);
  free(work.candidates);
  arena_finish(&work.arena);
  return result;
}

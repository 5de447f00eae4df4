/* SPDX-License-Identifier: Apache-2.0 */
#include "job_object.h"

#include "memory/count.h"
#include "memory/no_memory.h"
#include "object_parts.h"
#include "text/text_buffer.h"

#include <jansson.h>
#include <string.h>

/* The label by which Kueue knows what waits in one of its queues. */
#define QUEUE_LABEL "kueue.x-k8s.io/queue-name"

enum {
  SPEC_COMPLETIONS,
  SPEC_BACKOFF_LIMIT,
  SPEC_SUSPEND,
  SPEC_PARALLELISM,
  SPEC_TTL,
  SPEC_MANAGED_BY,
  SPEC_COUNT,
};

enum {
  STATUS_ACTIVE,
  STATUS_READY,
  STATUS_SUCCEEDED,
  STATUS_FAILED,
  STATUS_TERMINATING,
  STATUS_COMPLETED_INDEXES,
  STATUS_FAILED_INDEXES,
  STATUS_STARTED,
  STATUS_COMPLETED,
  STATUS_CONDITIONS,
  STATUS_COUNT,
};

enum { CONDITION_TYPE, CONDITION_STATUS, CONDITION_REASON, CONDITION_MESSAGE, CONDITION_CHANGED };

/* The condition types that mean something, the more decisive first. Others there may be. */
static const struct {
  const char *type;
  uint32_t phase;
  uint32_t flags;
} deciding[] = {
    {"Failed", HG_PHASE_FAILED, 0},        {"Complete", HG_PHASE_COMPLETE, HG_JOB_SUCCEEDS},
    {"FailureTarget", HG_PHASE_ENDING, 0}, {"SuccessCriteriaMet", HG_PHASE_ENDING, HG_JOB_SUCCEEDS},
    {"Suspended", HG_PHASE_SUSPENDED, 0},
};

static int32_t read_number(struct json_slice slice, int32_t otherwise) {
  int64_t number = json_slice_integer(slice, otherwise);

  return number < INT32_MIN || number > INT32_MAX ? otherwise : (int32_t)number;
}

/* The condition that decides among those that are True. Returns its place in `deciding`, COUNT
 * where there is none. */
static size_t read_conditions(struct json_slice conditions, struct json_texts *texts,
                              struct job_object *job, struct json_slice *changed) {
  static const char *const members[] = {"type", "status", "reason", "message",
                                        "lastTransitionTime"};
  struct json_slice condition = {NULL, 0};
  struct json_slice decisive[COUNT(members)] = {{NULL, 0}};
  size_t best = COUNT(deciding);

  while (json_next_item(conditions, &condition)) {
    struct json_slice found[COUNT(members)];

    if (json_members(condition, members, found, COUNT(members)) < 0 ||
        !json_slice_is(found[CONDITION_STATUS], "True"))
      continue;
    for (size_t i = 0; i < COUNT(deciding); i++)
      if (json_slice_is(found[CONDITION_TYPE], deciding[i].type)) {
        job->state.flags |= deciding[i].flags;
        if (i < best) {
          best = i;
          memcpy(decisive, found, sizeof found);
        }
      }
  }
  job->state.reason = json_slice_text(decisive[CONDITION_REASON], texts);
  job->state.message = json_slice_text(decisive[CONDITION_MESSAGE], texts);
  *changed = decisive[CONDITION_CHANGED];
  return best;
}

static void read_spec(struct json_slice spec, struct job_object *job, bool *suspended) {
  static const char *const names[SPEC_COUNT] = {
      "completions", "backoffLimit", "suspend", "parallelism", "ttlSecondsAfterFinished",
      "managedBy",
  };
  struct json_slice found[SPEC_COUNT];

  if (json_members(spec, names, found, SPEC_COUNT) < 0)
    memset(found, 0, sizeof found);
  job->state.completions = read_number(found[SPEC_COMPLETIONS], -1);
  job->state.backoff_limit = read_number(found[SPEC_BACKOFF_LIMIT], 6);
  *suspended = json_slice_is_true(found[SPEC_SUSPEND]);
  if (!*suspended && read_number(found[SPEC_PARALLELISM], 1) == 0) {
    *suspended = true;
    job->state.flags |= HG_JOB_IDLE;
  }
  if (json_slice_integer(found[SPEC_TTL], -1) >= 0)
    job->state.flags |= HG_JOB_HAS_TTL;
  if (found[SPEC_MANAGED_BY].at &&
      !json_slice_is(found[SPEC_MANAGED_BY], "kubernetes.io/job-controller"))
    job->state.flags |= HG_JOB_MANAGED;
}

/* A Job of which no condition says anything yet. */
static uint32_t phase_of(const struct hg_job_state *state, bool suspended) {
  bool has_pods = (state->flags & HG_JOB_IDLE) && state->active > 0; /* they are stopped yet */

  if (suspended && !has_pods)
    return HG_PHASE_SUSPENDED;
  if (state->ready > 0 || state->succeeded > 0 || state->failed > 0)
    return HG_PHASE_RUNNING;
  /* Before servers counted those that are ready, `active` was all there was to see. */
  return state->ready < 0 && state->active > 0 ? HG_PHASE_RUNNING : HG_PHASE_PENDING;
}

static void read_status(struct json_slice status, struct job_object *job, struct json_texts *texts,
                        bool suspended) {
  static const char *const names[STATUS_COUNT] = {
      "active",           "ready",         "succeeded", "failed",         "terminating",
      "completedIndexes", "failedIndexes", "startTime", "completionTime", "conditions",
  };
  struct hg_job_state *state = &job->state;
  struct json_slice found[STATUS_COUNT];
  struct json_slice changed;
  size_t decided;

  if (json_members(status, names, found, STATUS_COUNT) < 0)
    memset(found, 0, sizeof found);
  state->active = read_number(found[STATUS_ACTIVE], 0);
  state->ready = read_number(found[STATUS_READY], -1);
  state->succeeded = read_number(found[STATUS_SUCCEEDED], 0);
  state->failed = read_number(found[STATUS_FAILED], 0);
  state->terminating = read_number(found[STATUS_TERMINATING], -1);
  state->completed_indexes = json_slice_text(found[STATUS_COMPLETED_INDEXES], texts);
  state->failed_indexes = json_slice_text(found[STATUS_FAILED_INDEXES], texts);
  state->started_at = json_slice_text(found[STATUS_STARTED], texts);
  state->finished_at = json_slice_text(found[STATUS_COMPLETED], texts);
  decided = read_conditions(found[STATUS_CONDITIONS], texts, job, &changed);
  state->phase = decided < COUNT(deciding) ? deciding[decided].phase : phase_of(state, suspended);
  if (state->phase == HG_PHASE_FAILED)
    state->finished_at = json_slice_text(changed, texts);
}

int32_t job_object_read(struct json_slice json, struct json_texts *texts, struct job_object *job,
                        struct hg_error *err) {
  struct object_parts parts;
  bool suspended;

  if (object_parts_read(json, "Job", &parts, err) < 0)
    return -1;
  memset(job, 0, sizeof *job);
  job->state.struct_size = sizeof job->state;
  job->name = json_slice_text(parts.metadata[METADATA_NAME], texts);
  job->job_namespace = json_slice_text(parts.metadata[METADATA_NAMESPACE], texts);
  job->version = object_version(&parts);
  job->state.uid = json_slice_text(parts.metadata[METADATA_UID], texts);
  job->state.created_at = json_slice_text(parts.metadata[METADATA_CREATED], texts);
  if (parts.metadata[METADATA_DELETED].at && *parts.metadata[METADATA_DELETED].at == '"')
    job->state.flags |= HG_JOB_DELETING;
  job->labels = parts.metadata[METADATA_LABELS];
  job->state.labels = "";
  if (object_member(job->labels, QUEUE_LABEL).at)
    job->state.flags |= HG_JOB_QUEUED;
  read_spec(parts.spec, job, &suspended);
  read_status(parts.status, job, texts, suspended);
  return texts->failed ? no_memory(err) : 0;
}

int32_t job_object_read_labels(struct job_object *job, struct json_texts *texts,
                               struct hg_error *err) {
  json_t *labels = job->labels.at ? json_loadb(job->labels.at, job->labels.length, 0, NULL) : NULL;
  struct text_buffer text;
  const char *name;
  json_t *value;

  text_buffer_init(&text);
  json_object_foreach(labels, name, value)
      text_buffer_printf(&text, "%s%s=%s", text.length > 0 ? "," : "", name,
                         json_is_string(value) ? json_string_value(value) : "");
  job->state.labels = arena_copy(&texts->arena, text_buffer_string(&text), text.length);
  texts->failed = texts->failed || text.failed || !job->state.labels;
  text_buffer_finish(&text);
  json_decref(labels);
  return texts->failed ? no_memory(err) : 0;
}

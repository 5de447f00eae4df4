/* SPDX-License-Identifier: Apache-2.0 */
#include "pod_object.h"

#include "memory/count.h"
#include "memory/no_memory.h"
#include "object_parts.h"

#include <string.h>

#define INDEX_ANNOTATION "batch.kubernetes.io/job-completion-index"

enum { SPEC_NODE, SPEC_INIT_CONTAINERS, SPEC_CONTAINERS, SPEC_COUNT };

enum {
  STATUS_PHASE,
  STATUS_REASON,
  STATUS_MESSAGE,
  STATUS_CONDITIONS,
  STATUS_INIT_CONTAINERS,
  STATUS_CONTAINERS,
  STATUS_COUNT,
};

enum {
  CONTAINER_NAME,
  CONTAINER_IMAGE,
  CONTAINER_IMAGE_ID,
  CONTAINER_ID,
  CONTAINER_RESTARTS,
  CONTAINER_STATE,
  CONTAINER_LAST_STATE,
  CONTAINER_COUNT,
};

enum { STATE_WAITING, STATE_RUNNING, STATE_TERMINATED, STATE_COUNT };

static const char *const state_names[STATE_COUNT] = {"waiting", "running", "terminated"};

enum {
  RUN_REASON,
  RUN_MESSAGE,
  RUN_EXIT_CODE,
  RUN_SIGNAL,
  RUN_STARTED,
  RUN_FINISHED,
  RUN_CONTAINER_ID,
  RUN_COUNT,
};

/* The runs of a Pod's containers, as they are found. */
struct runs {
  struct json_texts *texts;
  struct hg_container_state *rows; /* POD_OBJECT_MOST_RUNS */
  uint32_t count;
};

int32_t pod_owner_read(struct json_slice json, struct json_texts *texts, struct pod_owner *owner,
                       struct hg_error *err) {
  struct object_parts parts;

  memset(owner, 0, sizeof *owner);
  owner->job_name = owner->job_uid = owner->pod_namespace = owner->pod_uid = "";
  if (object_parts_read(json, "Pod", &parts, err) < 0)
    return -1;
  if (object_controller(&parts, "Job", texts, &owner->job_name, &owner->job_uid) < 0)
    return 0;
  owner->pod_namespace = json_slice_text(parts.metadata[METADATA_NAMESPACE], texts);
  owner->pod_uid = json_slice_text(parts.metadata[METADATA_UID], texts);
  owner->version = object_version(&parts);
  return texts->failed ? no_memory(err) : 0;
}

/* Adds a run that is in the state `what`, the value of its member. */
static void add_run(struct runs *runs, const struct json_slice *container, uint32_t kind,
                    uint32_t state, struct json_slice what, uint32_t restart) {
  static const char *const members[RUN_COUNT] = {
      "reason", "message", "exitCode", "signal", "startedAt", "finishedAt", "containerID",
  };
  struct hg_container_state *row = &runs->rows[runs->count];
  struct json_slice found[RUN_COUNT];
  bool has_ended = state == HG_CONTAINER_TERMINATED;

  if (runs->count >= POD_OBJECT_MOST_RUNS)
    return;
  if (json_members(what, members, found, RUN_COUNT) < 0)
    memset(found, 0, sizeof found);
  runs->count++;
  *row = (struct hg_container_state){
      .struct_size = sizeof *row,
      .kind = kind,
      .state = state,
      .restart = restart,
      .exit_code = has_ended ? (int32_t)json_slice_integer(found[RUN_EXIT_CODE], -1) : -1,
      .signal = has_ended ? (int32_t)json_slice_integer(found[RUN_SIGNAL], 0) : 0,
      .name = json_slice_text(container[CONTAINER_NAME], runs->texts),
      .image = json_slice_text(container[CONTAINER_IMAGE], runs->texts),
      .image_id = json_slice_text(container[CONTAINER_IMAGE_ID], runs->texts),
      .reason = json_slice_text(found[RUN_REASON], runs->texts),
      .message = json_slice_text(found[RUN_MESSAGE], runs->texts),
      .started_at = json_slice_text(found[RUN_STARTED], runs->texts),
      .finished_at = json_slice_text(found[RUN_FINISHED], runs->texts),
  };
}

/* Whether the container that waits is the very one whose end lastState tells of. */
static bool is_same_container(const struct json_slice *container, struct json_slice ended) {
  struct json_slice id = object_member(ended, "containerID");

  return id.at && id.length > 2 && container[CONTAINER_ID].at &&
         container[CONTAINER_ID].length == id.length &&
         memcmp(container[CONTAINER_ID].at, id.at, id.length) == 0;
}

/* The runs of one container, the older first. */
static void add_container(struct runs *runs, struct json_slice status, uint32_t kind) {
  static const char *const members[CONTAINER_COUNT] = {
      "name", "image", "imageID", "containerID", "restartCount", "state", "lastState",
  };
  struct json_slice container[CONTAINER_COUNT];
  struct json_slice now[STATE_COUNT];
  struct json_slice last;
  int64_t count;
  uint32_t newest;

  if (json_members(status, members, container, CONTAINER_COUNT) < 0)
    return;
  if (json_members(container[CONTAINER_STATE], state_names, now, STATE_COUNT) < 0)
    memset(now, 0, sizeof now);
  last = object_member(container[CONTAINER_LAST_STATE], "terminated");
  count = json_slice_integer(container[CONTAINER_RESTARTS], 0);
  newest = count > 0 && count < INT32_MAX ? (uint32_t)count : 0;
  if (last.at && *last.at == '{') {
    if (!now[STATE_RUNNING].at && !now[STATE_TERMINATED].at && is_same_container(container, last))
      newest++;
    if (newest > 0)
      add_run(runs, container, kind, HG_CONTAINER_TERMINATED, last, newest - 1);
  }
  if (now[STATE_TERMINATED].at)
    add_run(runs, container, kind, HG_CONTAINER_TERMINATED, now[STATE_TERMINATED], newest);
  else if (now[STATE_RUNNING].at)
    add_run(runs, container, kind, HG_CONTAINER_RUNNING, now[STATE_RUNNING], newest);
  else
    add_run(runs, container, kind, HG_CONTAINER_WAITING, now[STATE_WAITING], newest);
}

/* The status of the container of that name; empty where there is none yet. */
static struct json_slice status_of(struct json_slice statuses, struct json_slice name) {
  struct json_slice status = {NULL, 0};

  while (json_next_item(statuses, &status)) {
    struct json_slice found = object_member(status, "name");

    if (found.at && found.length == name.length && memcmp(found.at, name.at, name.length) == 0)
      return status;
  }
  return (struct json_slice){NULL, 0};
}

/* In the order of the Pod's own list, which the statuses do not keep. */
static void add_containers(struct runs *runs, struct json_slice containers,
                           struct json_slice statuses, uint32_t kind) {
  static const char *const members[] = {"name", "restartPolicy"};
  struct json_slice container = {NULL, 0};

  while (json_next_item(containers, &container)) {
    struct json_slice found[COUNT(members)];
    bool stays;

    if (json_members(container, members, found, COUNT(members)) < 0 || !found[0].at)
      continue;
    stays = kind == HG_CONTAINER_INIT && json_slice_is(found[1], "Always");
    add_container(runs, status_of(statuses, found[0]), stays ? HG_CONTAINER_SIDECAR : kind);
  }
}

/* status.reason, else what a condition says of why it was disrupted or is not scheduled. */
static void read_reason(const struct json_slice *status, struct json_texts *texts,
                        struct hg_pod_state *state) {
  static const char *const members[] = {"type", "status", "reason", "message"};
  struct json_slice condition = {NULL, 0};
  bool is_disrupted = false;

  state->reason = json_slice_text(status[STATUS_REASON], texts);
  state->message = json_slice_text(status[STATUS_MESSAGE], texts);
  if (*state->reason)
    return;
  while (json_next_item(status[STATUS_CONDITIONS], &condition)) {
    struct json_slice found[COUNT(members)];
    bool is_disruption;

    if (json_members(condition, members, found, COUNT(members)) < 0)
      continue;
    is_disruption = json_slice_is(found[0], "DisruptionTarget") && json_slice_is(found[1], "True");
    if (!is_disruption && (is_disrupted || !json_slice_is(found[0], "PodScheduled") ||
                           !json_slice_is(found[1], "False")))
      continue;
    is_disrupted = is_disruption;
    state->reason = json_slice_text(found[2], texts);
    state->message = json_slice_text(found[3], texts);
  }
}

static int32_t point_at_runs(const struct runs *runs, struct hg_pod_state *state,
                             struct hg_error *err) {
  const struct hg_container_state **pointers =
      arena_alloc(&runs->texts->arena, (runs->count + 1) * sizeof *pointers);

  if (!pointers)
    return no_memory(err);
  for (uint32_t i = 0; i < runs->count; i++)
    pointers[i] = &runs->rows[i];
  state->containers = pointers;
  state->container_count = runs->count;
  return 0;
}

static int32_t read_containers(const struct json_slice *spec, const struct json_slice *status,
                               struct json_texts *texts, struct hg_pod_state *state,
                               struct hg_error *err) {
  struct runs runs = {.texts = texts};
  struct json_slice item = {NULL, 0};
  uint32_t most = 0;

  while (json_next_item(spec[SPEC_INIT_CONTAINERS], &item))
    most++;
  item = (struct json_slice){NULL, 0};
  while (json_next_item(spec[SPEC_CONTAINERS], &item))
    most++;
  most = most < POD_OBJECT_MOST_RUNS / 2 ? most * 2 : POD_OBJECT_MOST_RUNS;
  runs.rows = arena_alloc(&texts->arena, (most + 1) * sizeof *runs.rows);
  if (!runs.rows)
    return no_memory(err);
  add_containers(&runs, spec[SPEC_INIT_CONTAINERS], status[STATUS_INIT_CONTAINERS],
                 HG_CONTAINER_INIT);
  add_containers(&runs, spec[SPEC_CONTAINERS], status[STATUS_CONTAINERS], HG_CONTAINER_MAIN);
  return point_at_runs(&runs, state, err);
}

int32_t pod_object_read(struct json_slice json, struct json_texts *texts, struct pod_object *pod,
                        struct hg_error *err) {
  static const char *const spec_names[SPEC_COUNT] = {"nodeName", "initContainers", "containers"};
  static const char *const status_names[STATUS_COUNT] = {
      "phase", "reason", "message", "conditions", "initContainerStatuses", "containerStatuses",
  };
  struct hg_pod_state *state = &pod->state;
  struct json_slice spec[SPEC_COUNT];
  struct json_slice status[STATUS_COUNT];
  struct object_parts parts;
  const char *job_name;
  const char *index;

  memset(pod, 0, sizeof *pod);
  if (object_parts_read(json, "Pod", &parts, err) < 0)
    return -1;
  if (json_members(parts.spec, spec_names, spec, SPEC_COUNT) < 0)
    memset(spec, 0, sizeof spec);
  if (json_members(parts.status, status_names, status, STATUS_COUNT) < 0)
    memset(status, 0, sizeof status);
  state->struct_size = sizeof *state;
  state->job_uid = "";
  (void)object_controller(&parts, "Job", texts, &job_name, &state->job_uid);
  state->uid = json_slice_text(parts.metadata[METADATA_UID], texts);
  state->name = json_slice_text(parts.metadata[METADATA_NAME], texts);
  state->created_at = json_slice_text(parts.metadata[METADATA_CREATED], texts);
  state->node = json_slice_text(spec[SPEC_NODE], texts);
  state->phase = json_slice_text(status[STATUS_PHASE], texts);
  if (parts.metadata[METADATA_DELETED].at && *parts.metadata[METADATA_DELETED].at == '"')
    state->flags |= HG_POD_DELETING;
  pod->grace_s = json_slice_integer(parts.metadata[METADATA_GRACE], 0);
  index =
      json_slice_text(object_member(parts.metadata[METADATA_ANNOTATIONS], INDEX_ANNOTATION), texts);
  state->completion_index =
      (int32_t)json_slice_integer((struct json_slice){index, strlen(index)}, -1);
  pod->has_ended = strcmp(state->phase, "Succeeded") == 0 || strcmp(state->phase, "Failed") == 0;
  read_reason(status, texts, state);
  if (read_containers(spec, status, texts, state, err) < 0)
    return -1;
  return texts->failed ? no_memory(err) : 0;
}

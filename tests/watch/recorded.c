/* SPDX-License-Identifier: Apache-2.0 */
#include "recorded.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_FIELDS = 20, MOST_STEPS = 4000, MOST_CONTAINERS = 8 };

/* The fields of a line, one after the other. */
struct fields {
  const char *at[MOST_FIELDS];
  size_t next;
};

static const char *text(struct fields *fields) {
  const char *value = fields->at[fields->next++];
  assert_non_null(value);
  return strcmp(value, "-") != 0 ? value : "";
}

static int32_t number(struct fields *fields) {
  return (int32_t)strtol(text(fields), NULL, 10);
}

static struct fields split(struct arena *arena, const char *line) {
  struct fields fields = {.next = 1};
  char *copy = arena_copy(arena, line, strcspn(line, "\n"));
  char *rest = copy;
  assert_non_null(copy);
  for (size_t i = 0; i + 1 < MOST_FIELDS && rest; i++)
    fields.at[i] = strsep(&rest, "\t");
  return fields;
}

static void read_job(struct recorded_step *step, struct fields *f) {
  step->job_name = text(f);
  step->job = (struct hg_job_state){.struct_size = sizeof step->job, .terminating = -1};
  step->job_uid = step->job.uid = text(f);
  step->job.phase = (uint32_t)number(f);
  step->job.flags = (uint32_t)number(f);
  step->job.active = number(f);
  step->job.ready = number(f);
  step->job.succeeded = number(f);
  step->job.failed = number(f);
  step->job.completions = number(f);
  step->job.reason = text(f);
  step->job.message = text(f);
  step->job.completed_indexes = text(f);
  step->job.failed_indexes = text(f);
  step->job.created_at = text(f);
  step->job.started_at = text(f);
  step->job.finished_at = text(f);
}

static void read_pod(struct recorded_step *step, struct fields *f, struct arena *arena) {
  step->pod = (struct hg_pod_state){.struct_size = sizeof step->pod};
  step->job_uid = step->pod.job_uid = text(f);
  step->pod.uid = text(f);
  step->pod.name = text(f);
  step->pod.flags = (uint32_t)number(f);
  step->pod.completion_index = number(f);
  step->pod.phase = text(f);
  step->pod.node = text(f);
  step->pod.reason = text(f);
  step->pod.message = text(f);
  step->pod.created_at = text(f);
  step->pod.containers = arena_alloc(arena, MOST_CONTAINERS * sizeof(void *));
  assert_non_null(step->pod.containers);
}

static void read_container(struct hg_pod_state *pod, struct fields *f, struct arena *arena) {
  struct hg_container_state *container = arena_alloc(arena, sizeof *container);
  assert_non_null(container);
  assert_true(pod->container_count < MOST_CONTAINERS);
  f->next = 1;
  *container =
      (struct hg_container_state){.struct_size = sizeof *container, .image = "", .image_id = ""};
  container->kind = (uint32_t)number(f);
  container->state = (uint32_t)number(f);
  container->restart = (uint32_t)number(f);
  container->exit_code = number(f);
  container->signal = number(f);
  container->name = text(f);
  container->reason = text(f);
  container->message = text(f);
  container->started_at = text(f);
  container->finished_at = text(f);
  ((const struct hg_container_state **)(uintptr_t)pod->containers)[pod->container_count++] =
      container;
}

static void read_event(struct recorded_step *step, struct fields *f) {
  step->event = (struct hg_cluster_event){.struct_size = sizeof step->event};
  step->event.uid = text(f);
  step->event.count = (uint32_t)number(f);
  step->event.type = text(f);
  step->event.reason = text(f);
  step->event.message = text(f);
  step->event.kind = text(f);
  step->event.name = text(f);
  step->event.object_uid = text(f);
  step->event.first_at = text(f);
  step->event.last_at = text(f);
}

/* An event names a Job, or a Pod that stands somewhere in the recording. */
static const char *job_of_event(const struct recording *recording,
                                const struct hg_cluster_event *event) {
  if (!strcmp(event->kind, "Job"))
    return event->object_uid;
  for (size_t i = 0; i < recording->count; i++)
    if (recording->steps[i].kind == 'P' && !strcmp(recording->steps[i].pod.uid, event->object_uid))
      return recording->steps[i].pod.job_uid;
  return "";
}

void recording_open(struct recording *recording, const char *path) {
  FILE *file = fopen(path, "re");
  char *line = NULL;
  size_t size = 0;
  assert_non_null(file);
  arena_init(&recording->arena);
  recording->count = 0;
  recording->steps = calloc(MOST_STEPS, sizeof *recording->steps);
  assert_non_null(recording->steps);
  while (getline(&line, &size, file) > 0) {
    if (*line == '#')
      continue;
    struct fields fields = split(&recording->arena, line);
    if (*line == 'C') {
      read_container(&recording->steps[recording->count - 1].pod, &fields, &recording->arena);
      continue;
    }
    assert_true(recording->count < MOST_STEPS);
    struct recorded_step *step = &recording->steps[recording->count++];
    step->kind = *line;
    step->ms = number(&fields);
    if (*line == 'J')
      read_job(step, &fields);
    else if (*line == 'P')
      read_pod(step, &fields, &recording->arena);
    else
      read_event(step, &fields);
  }
  for (size_t i = 0; i < recording->count; i++)
    if (recording->steps[i].kind == 'E')
      recording->steps[i].job_uid = job_of_event(recording, &recording->steps[i].event);
  free(line);
  fclose(file);
}

void recording_close(struct recording *recording) {
  arena_finish(&recording->arena);
  free(recording->steps);
}

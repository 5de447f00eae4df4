/* SPDX-License-Identifier: Apache-2.0 */
#include "watch/evidence.h"

#include "memory/no_memory.h"
#include "text/utf8.h"

#include <stdlib.h>
#include <string.h>

/* Names of Pods that only events told of so far, of one Job. */
enum { MOST_STRANGERS = 8 };

char *kept_text(const char *text, size_t most) {
  /* No more is looked at than is kept, and a byte. */
  return strndup(text, utf8_piece(text, strnlen(text, most + 1), most));
}

static int32_t set_text(char **kept, const char *text, size_t most, struct hg_error *err) {
  if (*kept && !strcmp(*kept, text))
    return 0;
  char *copy = kept_text(text, most);
  if (!copy)
    return no_memory(err);
  free(*kept);
  *kept = copy;
  return 0;
}

static void waiting_finish(struct waiting *waiting) {
  free(waiting->reason);
  free(waiting->container);
  free(waiting->message);
  memset(waiting, 0, sizeof *waiting);
}

static void pod_destroy(struct kept_pod *pod) {
  waiting_finish(&pod->waiting);
  free(pod->event_reason);
  free(pod);
}

static void failure_destroy(struct failure *failure) {
  if (!failure)
    return;
  free(failure->pod);
  free(failure->pod_uid);
  free(failure->container);
  free(failure->reason);
  free(failure->message);
  free(failure->said);
  free(failure);
}

struct evidence *evidence_create(void) {
  struct evidence *evidence = calloc(1, sizeof *evidence);
  if (evidence && !(evidence->uid = strdup(""))) {
    free(evidence);
    return NULL;
  }
  if (evidence)
    evidence->no_pod_since_ms = -1;
  return evidence;
}

void evidence_destroy(struct evidence *evidence) {
  if (!evidence)
    return;
  for (struct kept_pod *pod = evidence->pods, *next; pod; pod = next) {
    next = pod->next;
    pod_destroy(pod);
  }
  failure_destroy(evidence->failure);
  waiting_finish(&evidence->refused);
  waiting_finish(&evidence->last);
  free(evidence->last_pod);
  free(evidence->failed_indexes);
  free(evidence->uid);
  free(evidence);
}

int32_t evidence_set_uid(struct evidence *evidence, const char *uid) {
  return set_text(&evidence->uid, uid, KEPT_MESSAGE, NULL);
}

int32_t evidence_set_indexes(struct evidence *evidence, const char *failed_indexes) {
  return set_text(&evidence->failed_indexes, failed_indexes, KEPT_NAME, NULL);
}

static struct kept_pod *find_pod(struct evidence *evidence, const char *uid) {
  for (struct kept_pod *pod = evidence->pods; pod; pod = pod->next)
    if (!strcmp(pod->uid, uid))
      return pod;
  return NULL;
}

static struct kept_pod *add_pod(struct evidence *evidence, const char *uid, const char *name) {
  size_t uid_length = strlen(uid) + 1;
  size_t name_length = utf8_piece(name, strnlen(name, KEPT_NAME + 1), KEPT_NAME);
  struct kept_pod *pod = calloc(1, sizeof *pod + uid_length + name_length + 1);
  if (!pod)
    return NULL;
  memcpy(pod->uid, uid, uid_length);
  memcpy(pod->uid + uid_length, name, name_length);
  pod->name = pod->uid + uid_length;
  pod->next = evidence->pods;
  evidence->pods = pod;
  return pod;
}

/* Forgets a Pod that is gone or has succeeded. What it waited for to the end may be why its Job
 * never started: that is kept, of the newest. */
static int32_t drop_pod(struct evidence *evidence, struct kept_pod *pod, bool may_have_run,
                        struct hg_error *err) {
  struct kept_pod **link = &evidence->pods;
  while (*link != pod)
    link = &(*link)->next;
  if (pod->is_seen && !pod->has_run && !may_have_run) {
    evidence->gone_without_run++;
    if (pod->waiting.class) {
      if (set_text(&evidence->last_pod, pod->name, KEPT_NAME, err) < 0)
        return -1;
      waiting_finish(&evidence->last);
      evidence->last = pod->waiting;
      memset(&pod->waiting, 0, sizeof pod->waiting);
    }
  }
  *link = pod->next;
  pod_destroy(pod);
  return 0;
}

/* "Back-off pulling image" and "Error: ErrImagePull" say less than what was said before. */
static bool says_little(const char *message) {
  return !*message || !strncmp(message, "Back-off", 8) || !strncmp(message, "Error: Err", 10) ||
         !strncmp(message, "Error: Image", 12);
}

static int32_t hear(struct waiting *waiting, const char *message, struct hg_error *err) {
  if (!*message || (waiting->message && *waiting->message && says_little(message)))
    return 0;
  return set_text(&waiting->message, message, KEPT_MESSAGE, err);
}

static int32_t wait_for(struct waiting *waiting, const struct failure_class *class,
                        const char *reason, const char *container, uint32_t kind, int64_t now_ms,
                        struct hg_error *err) {
  bool goes_on =
      waiting->class && (waiting->class == class ||
                         (class->clock != CLOCK_NONE && waiting->class->clock == class->clock));
  if (waiting->class && !goes_on)
    waiting_finish(waiting);
  if (!waiting->class)
    waiting->since_ms = now_ms;
  /* Between two tries the kubelet says ImagePullBackOff, whatever was wrong with the image. */
  if (!goes_on || strcmp(reason, "ImagePullBackOff") != 0)
    waiting->class = class;
  waiting->kind = kind;
  if (set_text(&waiting->reason, reason, KEPT_NAME, err) < 0 ||
      set_text(&waiting->container, container, KEPT_NAME, err) < 0)
    return -1;
  return 0;
}

/* --- what failed --- */

/* 64-bit FNV-1a of a container's name, and the number of its run; never 0. */
static uint64_t run_key(const char *name, uint32_t restart) {
  uint64_t hash = 14695981039346656037u;
  for (; *name; name++)
    hash = (hash ^ (unsigned char)*name) * 1099511628211u;
  return (hash ^ restart) | 1;
}

static bool has_failed(const struct hg_container_state *container) {
  return container->state == HG_CONTAINER_TERMINATED &&
         (container->exit_code != 0 || container->signal != 0);
}

/* Of two runs of one Pod, both of which failed: whether `a` ended after `b`. */
static bool ended_later(const struct hg_container_state *a, const struct hg_container_state *b) {
  if (a->kind == HG_CONTAINER_SIDECAR || b->kind == HG_CONTAINER_SIDECAR)
    return a->kind != HG_CONTAINER_SIDECAR ||
           (b->kind == HG_CONTAINER_SIDECAR && a->restart >= b->restart);
  if (!strcmp(a->name, b->name))
    return a->restart > b->restart;
  return strncmp(a->finished_at, b->finished_at, 19) > 0;
}

static void copy_time(char kept[20], const char *time) {
  size_t length = strnlen(time, 19);
  memcpy(kept, time, length);
  kept[length] = 0;
}

/* Whether the failure that is kept comes before this one. The Pods' times of creation are of one
 * clock, those of their containers' ends are of their nodes'. */
static bool is_newer(const struct failure *kept, enum rank rank, int64_t seen_ms,
                     const char *created_at, const char *finished_at) {
  if (rank != kept->rank)
    return rank > kept->rank;
  if (seen_ms != kept->seen_ms)
    return seen_ms > kept->seen_ms;
  int order = strncmp(created_at, kept->created_at, 19);
  return order ? order > 0 : strncmp(finished_at, kept->finished_at, 19) > 0;
}

static int32_t keep_failure(struct evidence *evidence, const struct hg_pod_state *pod,
                            const struct hg_container_state *container,
                            const struct failure_class *pod_class, enum rank rank, int64_t seen_ms,
                            struct hg_error *err) {
  struct failure *kept = evidence->failure;
  const char *finished_at = container ? container->finished_at : "";
  uint32_t restart = container ? container->restart : 0;
  const char *name = container ? container->name : "";
  bool is_same = kept && !strcmp(kept->pod_uid, pod->uid) && !strcmp(kept->container, name) &&
                 kept->restart == restart;
  if (kept && !is_same && !is_newer(kept, rank, seen_ms, pod->created_at, finished_at))
    return 0;
  struct failure *failure = calloc(1, sizeof *failure);
  if (!failure)
    return no_memory(err);
  failure->exit_code = container ? container->exit_code : -1;
  failure->signal = container ? container->signal : 0;
  failure->class = pod_class;
  if (container) {
    const struct failure_class *class =
        failure_class_of_end(container->reason, container->exit_code, &failure->signal);
    if (!pod_class)
      failure->class = class;
  }
  failure->rank = is_same && kept->rank > rank ? kept->rank : rank;
  failure->seen_ms = is_same ? kept->seen_ms : seen_ms;
  failure->restart = restart;
  failure->kind = container ? container->kind : 0;
  failure->is_of_pod = pod_class || !container;
  copy_time(failure->created_at, pod->created_at);
  copy_time(failure->finished_at, finished_at);
  failure->pod = kept_text(pod->name, KEPT_NAME);
  failure->pod_uid = kept_text(pod->uid, KEPT_NAME);
  failure->container = kept_text(name, KEPT_NAME);
  failure->reason = kept_text(failure->is_of_pod ? pod->reason : container->reason, KEPT_NAME);
  failure->message = kept_text(container ? container->message : "", KEPT_MESSAGE);
  failure->said = kept_text(failure->is_of_pod ? pod->message : "", KEPT_MESSAGE);
  if (!failure->pod || !failure->pod_uid || !failure->container || !failure->reason ||
      !failure->message || !failure->said) {
    failure_destroy(failure);
    return no_memory(err);
  }
  failure_destroy(kept);
  evidence->failure = failure;
  evidence->changed = true;
  return 0;
}

static int32_t note_failure(struct evidence *evidence, struct kept_pod *kept,
                            const struct hg_pod_state *pod, int64_t now_ms, struct hg_error *err) {
  const struct hg_container_state *newest = NULL;
  for (uint32_t i = 0; i < pod->container_count; i++) {
    const struct hg_container_state *container = pod->containers[i];
    if (has_failed(container) && (!newest || ended_later(container, newest)))
      newest = container;
  }
  bool is_deleted = pod->flags & (HG_POD_DELETED | HG_POD_DELETING);
  bool pod_failed = !strcmp(pod->phase, "Failed");
  const struct failure_class *pod_class =
      pod_failed || is_deleted ? failure_class_of_pod(pod->reason) : NULL;
  if (!newest && !pod_failed && !pod_class)
    return 0;
  enum rank rank = RANK_BY_ITSELF;
  if (newest && newest->kind == HG_CONTAINER_SIDECAR && !pod_class)
    rank = RANK_SIDECAR;
  else if (is_deleted && !pod_class)
    rank = RANK_DELETED;
  uint64_t run = newest ? run_key(newest->name, newest->restart) : 1;
  if (run != kept->failed_run) {
    kept->failed_run = run;
    kept->failed_ms = now_ms;
  }
  return keep_failure(evidence, pod, newest, pod_class, rank, kept->failed_ms, err);
}

/* --- what waits --- */

/* Whether a later run of the same container stands behind this one. */
static bool is_old_run(const struct hg_pod_state *pod, uint32_t index) {
  return index + 1 < pod->container_count &&
         pod->containers[index + 1]->kind == pod->containers[index]->kind &&
         !strcmp(pod->containers[index + 1]->name, pod->containers[index]->name);
}

/* What its containers tell: which of them waits for what (NULL: none), and whether its program
 * ran. */
struct container_news {
  const struct hg_container_state *waits;
  const struct failure_class *class;
  bool program_ran;
};

static struct container_news note_containers(struct kept_pod *kept,
                                             const struct hg_pod_state *pod) {
  struct container_news news = {0};
  kept->runs = false;
  for (uint32_t i = 0; i < pod->container_count; i++) {
    const struct hg_container_state *container = pod->containers[i];
    bool is_waiting = container->state == HG_CONTAINER_WAITING;
    if (container->kind == HG_CONTAINER_MAIN && !is_waiting)
      kept->has_run = news.program_ran = true;
    if (is_old_run(pod, i))
      continue;
    if (container->state == HG_CONTAINER_RUNNING && container->kind != HG_CONTAINER_SIDECAR)
      kept->runs = true;
    const struct failure_class *its =
        is_waiting ? failure_class_of_waiting(container->reason) : NULL;
    if (its && (!news.class || its->clock == CLOCK_NOW)) {
      news.class = its;
      news.waits = container;
    }
  }
  return news;
}

static int32_t note_waiting(struct kept_pod *kept, const struct hg_pod_state *pod, int64_t now_ms,
                            struct hg_error *err) {
  const struct container_news news = note_containers(kept, pod);
  const struct hg_container_state *waits = news.waits;
  const struct failure_class *class = news.class;
  kept->is_starting = false;
  if (kept->is_over) {
    /* What it waited for is kept until it is gone: it may be all that is known. */
    return 0;
  }
  if (class) {
    if (wait_for(&kept->waiting, class, waits->reason, waits->name, waits->kind, now_ms, err) < 0)
      return -1;
    return hear(&kept->waiting, waits->message, err);
  }
  if (!*pod->node && (class = failure_class_of_waiting(pod->reason))) {
    if (wait_for(&kept->waiting, class, pod->reason, "", 0, now_ms, err) < 0)
      return -1;
    return hear(&kept->waiting, pod->message, err);
  }
  kept->is_starting = *pod->node && !news.program_ran && !kept->runs;
  if (!kept->is_starting || !kept->event_class) {
    if (!kept->is_starting)
      kept->event_class = NULL;
    waiting_finish(&kept->waiting);
    return 0;
  }
  return wait_for(&kept->waiting, kept->event_class, kept->event_reason, "", 0, now_ms, err);
}

int32_t evidence_take_pod(struct evidence *evidence, const struct hg_pod_state *pod, int64_t now_ms,
                          struct hg_error *err) {
  if (strnlen(pod->uid, KEPT_NAME + 1) > KEPT_NAME)
    return 0;
  struct kept_pod *kept = find_pod(evidence, pod->uid);
  bool succeeded = !strcmp(pod->phase, "Succeeded");
  bool is_gone = pod->flags & HG_POD_DELETED;
  if (!kept && !(kept = add_pod(evidence, pod->uid, pod->name)))
    return no_memory(err);
  kept->is_seen = kept->is_seen || !is_gone;
  kept->is_over =
      is_gone || succeeded || !strcmp(pod->phase, "Failed") || (pod->flags & HG_POD_DELETING);
  evidence->has_pods = true;
  evidence->no_pod_since_ms = -1;
  if (!kept->is_over)
    waiting_finish(&evidence->refused);
  if (note_waiting(kept, pod, now_ms, err) < 0 ||
      (!succeeded && note_failure(evidence, kept, pod, now_ms, err) < 0))
    return -1;
  if (kept->has_run)
    evidence->has_run = true;
  /* Of one that only a list shows to be gone nobody knows what it did in between. */
  bool may_have_run = succeeded || !*pod->phase;
  return is_gone || succeeded ? drop_pod(evidence, kept, may_have_run, err) : 0;
}

/* --- what was said --- */

/* Words that mean that a Pod waits for nothing which an event told of before. */
static bool means_progress(const char *reason) {
  return !strcmp(reason, "Pulling") || !strcmp(reason, "Pulled") || !strcmp(reason, "Created") ||
         !strcmp(reason, "Started");
}

/* Whether that Pod is one more than may be kept of those that only events know: their stream may be
 * ahead of the Pods'. */
static bool is_one_too_many(const struct evidence *evidence, const struct hg_cluster_event *event) {
  int strangers = 0;
  for (const struct kept_pod *pod = evidence->pods; pod; pod = pod->next)
    strangers += !pod->is_seen;
  return strangers >= MOST_STRANGERS || strnlen(event->object_uid, 65) > 64;
}

/* Whether the event's words are of what the Pod waits for: they tell more than its state's.
 * `class` NULL: the event names nothing that is waited for. */
static bool explains(const struct hg_cluster_event *event, const struct failure_class *class,
                     const struct kept_pod *kept) {
  const struct waiting *waiting = &kept->waiting;
  if (class)
    return waiting->class == class || !kept->is_seen;
  return waiting->class && !strcmp(event->reason, waiting->kind ? "Failed" : "FailedScheduling");
}

static int32_t take_warning(struct evidence *evidence, struct kept_pod *kept,
                            const struct hg_cluster_event *event, int64_t now_ms,
                            struct hg_error *err) {
  const struct failure_class *class = failure_class_of_waiting(event->reason);
  if (class) {
    copy_time(kept->event_at, event->last_at);
    kept->event_class = class;
    if (set_text(&kept->event_reason, event->reason, KEPT_NAME, err) < 0 ||
        (kept->is_starting &&
         wait_for(&kept->waiting, class, event->reason, "", 0, now_ms, err) < 0))
      return -1;
  }
  if (!explains(event, class, kept))
    return 0;
  evidence->changed = true;
  return hear(&kept->waiting, event->message, err);
}

static int32_t take_pod_event(struct evidence *evidence, const struct hg_cluster_event *event,
                              int64_t now_ms, struct hg_error *err) {
  bool is_warning = !strcmp(event->type, "Warning");
  bool progresses = means_progress(event->reason);
  struct kept_pod *kept = find_pod(evidence, event->object_uid);
  if (!is_warning && !progresses)
    return 0;
  if (!kept && (!is_warning || is_one_too_many(evidence, event)))
    return 0;
  if (!kept && !(kept = add_pod(evidence, event->object_uid, event->name)))
    return no_memory(err);
  if (strncmp(event->last_at, kept->event_at, 19) < 0)
    return 0;
  if (!progresses)
    return take_warning(evidence, kept, event, now_ms, err);
  copy_time(kept->event_at, event->last_at);
  kept->event_class = NULL;
  if (kept->is_starting)
    waiting_finish(&kept->waiting);
  return 0;
}

int32_t evidence_take_event(struct evidence *evidence, const struct hg_cluster_event *event,
                            int64_t now_ms, struct hg_error *err) {
  if (!strcmp(event->kind, "Pod"))
    return take_pod_event(evidence, event, now_ms, err);
  if (strcmp(event->kind, "Job") != 0 || strcmp(event->object_uid, evidence->uid) != 0)
    return 0;
  if (strcmp(event->reason, "FailedCreate") != 0)
    return 0;
  if (wait_for(&evidence->refused, failure_class_of_refusal(event->message), event->reason, "", 0,
               now_ms, err) < 0)
    return -1;
  evidence->changed = true;
  return hear(&evidence->refused, event->message, err);
}

/* --- clocks --- */

void evidence_restart_clocks(struct evidence *evidence, int64_t now_ms) {
  for (struct kept_pod *pod = evidence->pods; pod; pod = pod->next)
    pod->waiting.since_ms = now_ms;
  waiting_finish(&evidence->refused);
  evidence->has_pods = false;
  for (const struct kept_pod *pod = evidence->pods; pod; pod = pod->next)
    if (pod->is_seen && !pod->is_over)
      evidence->has_pods = true;
  evidence->suspended_since_ms = now_ms;
  evidence->no_pod_since_ms = evidence->is_suspended || evidence->has_pods ? -1 : now_ms;
}

bool evidence_has_run(const struct evidence *evidence) {
  if (evidence->has_run)
    return true;
  /* Pods that the Job counts as failed and that were never seen may have run. */
  int32_t without_run = evidence->gone_without_run;
  for (const struct kept_pod *pod = evidence->pods; pod; pod = pod->next)
    without_run += pod->is_seen && pod->is_over;
  return evidence->failed > without_run;
}

bool evidence_runs(const struct evidence *evidence) {
  for (const struct kept_pod *pod = evidence->pods; pod; pod = pod->next)
    if (pod->runs && !pod->is_over)
      return true;
  return false;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* What two real API servers sent of 54 Jobs, whole, doubled, out of order, cut off, and begun at
 * each line: the end is always the same. Without it a watcher that was restarted, or whose
 * connection broke off, could tell another story than one that saw it all.
 */
#include "fake_requests.h"
#include "namespace_watch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MOST_LINES = 1000, MOST_ENDS = 400, MOST_JOBS = 64 };

/* A line of a recording. */
struct line {
  enum watched_kind kind;
  bool is_deletion;
  const char *json;   /* the event */
  const char *object; /* its object, up to the last bracket but one */
  char uid[64];
};

struct recording {
  char *text;
  struct line lines[MOST_LINES];
  size_t count;
};

/* How a Job or Pod was told last. */
struct end {
  char uid[64];
  char text[400];
};

struct told {
  struct end ends[MOST_ENDS];
  size_t count;
  bool is_early; /* a Pod or an event came before its Job */
};

static struct recording recordings[2];

/* --- Recordings ---------------------------------------------------------------------------------
 */

static char *read_file(const char *path) {
  FILE *file = fopen(path, "re");
  char *text = NULL;
  size_t length = 0;

  assert_non_null(file);
  assert_true(getdelim(&text, &length, '\0', file) > 0);
  (void)fclose(file);
  return text;
}

static void copy_uid(struct line *line) {
  const char *uid = strstr(line->json, "\"uid\":\"");

  assert_non_null(uid);
  (void)snprintf(line->uid, sizeof line->uid, "%.*s", (int)strcspn(uid + 7, "\""), uid + 7);
}

static void load(struct recording *recording, const char *path) {
  recording->text = read_file(path);
  for (char *at = strtok(recording->text, "\n"); at; at = strtok(NULL, "\n")) {
    struct line *line = &recording->lines[recording->count++];

    line->kind = *at == 'j' ? WATCHED_JOBS : *at == 'p' ? WATCHED_PODS : WATCHED_EVENTS;
    line->json = strchr(at, ' ') + 1;
    line->is_deletion = strstr(line->json, "{\"type\":\"DELETED\"") == line->json;
    line->object = strstr(line->json, "\"object\":") + 9;
    copy_uid(line);
  }
  assert_true(recording->count > 300);
}

/* The names of all Jobs in the recording, as a plan. */
static const struct hg_plan *plan_of(const struct recording *recording) {
  static struct hg_plan_item items[MOST_JOBS];
  static const struct hg_plan_item *pointers[MOST_JOBS];
  static char names[MOST_JOBS][64];
  static struct hg_plan plan;

  plan = (struct hg_plan){.struct_size = sizeof plan, .jobs = pointers};
  for (size_t i = 0; i < recording->count; i++) {
    const char *name = strstr(recording->lines[i].json, "\"name\":\"") + 8;
    uint64_t k = 0;

    if (recording->lines[i].kind != WATCHED_JOBS)
      continue;
    (void)snprintf(names[plan.total_jobs], sizeof *names, "%.*s", (int)strcspn(name, "\""), name);
    while (k < plan.total_jobs && strcmp(names[k], names[plan.total_jobs]) != 0)
      k++;
    if (k < plan.total_jobs)
      continue;
    items[k] = (struct hg_plan_item){
        .struct_size = sizeof *items, .job_namespace = "recording", .job_name = names[k]};
    pointers[k] = &items[k];
    plan.total_jobs++;
  }
  return &plan;
}

/* --- The sink -----------------------------------------------------------------------------------
 */

static struct end *end_of(struct told *told, const char *uid) {
  for (size_t i = 0; i < told->count; i++)
    if (strcmp(told->ends[i].uid, uid) == 0)
      return &told->ends[i];
  assert_true(told->count < MOST_ENDS);
  (void)snprintf(told->ends[told->count].uid, sizeof told->ends->uid, "%s", uid);
  *told->ends[told->count].text = '\0';
  return &told->ends[told->count++];
}

static uint32_t sink_wanted(const struct hg_watch_sink *sink, uint64_t item) {
  (void)sink;
  (void)item;
  return HG_WATCH_FOLLOW;
}

static int32_t sink_job(const struct hg_watch_sink *sink, const struct hg_job_state *job) {
  struct end *end = end_of(sink->context, job->uid);

  (void)snprintf(end->text, sizeof end->text, "%d flags %d %d/%d/%d %s %s %s %s", (int)job->phase,
                 (int)(job->flags & ~HG_JOB_RELISTED), (int)job->active, (int)job->succeeded,
                 (int)job->failed, job->reason, job->completed_indexes, job->failed_indexes,
                 job->finished_at);
  return 0;
}

static int32_t sink_pod(const struct hg_watch_sink *sink, const struct hg_pod_state *pod) {
  struct end *end = end_of(sink->context, pod->uid);
  size_t at;

  if (!*end_of(sink->context, pod->job_uid)->text)
    fail_msg("Pod %s came before its Job", pod->name);
  if ((pod->flags & HG_POD_DELETED) && !*pod->phase) { /* as a list shows it: it is gone */
    (void)strcat(end->text, " gone");
    return 0;
  }
  (void)snprintf(end->text, sizeof end->text, "%s %s %d", pod->phase, pod->reason,
                 (int)pod->completion_index);
  for (uint32_t i = 0; i < pod->container_count; i++) {
    at = strlen(end->text);
    (void)snprintf(end->text + at, sizeof end->text - at, " %s.%u %u %d %s",
                   pod->containers[i]->name, (unsigned)pod->containers[i]->restart,
                   (unsigned)pod->containers[i]->state, (int)pod->containers[i]->exit_code,
                   pod->containers[i]->reason);
  }
  if (pod->flags & HG_POD_DELETED)
    (void)strcat(end->text, " gone");
  return 0;
}

static int32_t sink_event(const struct hg_watch_sink *sink, const struct hg_cluster_event *event) {
  const struct told *told = sink->context;

  for (size_t i = 0; i < told->count; i++)
    if (strcmp(told->ends[i].uid, event->object_uid) == 0)
      return 0;
  fail_msg("event %s came before its object", event->message);
  return 0;
}

/* --- Playing ------------------------------------------------------------------------------------
 */

struct player {
  struct hg_watch_sink sink;
  struct hg_watch_request request;
  struct followed_jobs jobs;
  struct namespace_watch *watch;
};

static const char *const lists[] = {"jobs?limit", "pods?limit", "events?limit"};
static const char *const watches[] = {"jobs?watch", "pods?watch", "events?watch"};

static void step(struct player *player) {
  struct hg_error error = HG_ERROR_INIT;

  if (namespace_watch_step(player->watch, &error) < 0)
    fail_msg("%s", error.message);
}

/* How each object is before line `from`, as lists. */
static void play_lists(struct player *player, const struct recording *recording, size_t from) {
  for (size_t kind = 0; kind < WATCHED_COUNT; kind++) {
    struct text_buffer list;

    text_buffer_init(&list);
    text_buffer_append_string(&list, "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[");
    for (size_t i = 0; i < from; i++) {
      const struct line *line = &recording->lines[i];
      bool is_last = line->kind == kind && !line->is_deletion;

      for (size_t k = i + 1; k < from && is_last; k++)
        is_last = strcmp(line->uid, recording->lines[k].uid) != 0;
      if (!is_last)
        continue;
      if (list.data[list.length - 1] != '[')
        text_buffer_append_char(&list, ',');
      text_buffer_append(&list, line->object, strlen(line->object) - 1);
    }
    text_buffer_append_string(&list, "]}");
    assert_true(fake_feed(lists[kind], list.data, list.length));
    fake_end(lists[kind], EXCHANGE_ANSWERED, 200, "");
    text_buffer_finish(&list);
    step(player);
  }
}

static void play_line(const struct recording *recording, size_t i) {
  const struct line *line = &recording->lines[i];

  if (!fake_feed(watches[line->kind], line->json, strlen(line->json)) ||
      !fake_feed(watches[line->kind], "\n", 1))
    fail_msg("line %zu was refused: %s", i + 1, line->json);
}

static void begin(struct player *player, struct told *told, const struct recording *recording,
                  size_t from) {
  struct hg_error error = HG_ERROR_INIT;

  memset(player, 0, sizeof *player);
  told->count = 0;
  fake_reset();
  player->sink = (struct hg_watch_sink){.struct_size = sizeof player->sink,
                                        .context = told,
                                        .wanted = sink_wanted,
                                        .job = sink_job,
                                        .pod = sink_pod,
                                        .event = sink_event};
  player->request = (struct hg_watch_request){.struct_size = sizeof player->request,
                                              .plan = plan_of(recording),
                                              .job_namespace = "",
                                              .selector = ""};
  assert_int_equal(followed_jobs_init(&player->jobs, &player->request, fake_clock, &error), 0);
  player->jobs.sink = &player->sink;
  for (size_t i = 0; i < player->jobs.item_count; i++)
    player->jobs.items[i]->wanted = HG_WATCH_FOLLOW;
  player->watch = namespace_watch_create(player->jobs.spaces);
  assert_non_null(player->watch);
  for (int i = 0; i < WATCHED_COUNT; i++)
    namespace_watch_begin(player->watch, (enum watched_kind)i, fake_requests(), 30000, false);
  step(player);
  play_lists(player, recording, from);
}

static void finish(struct player *player) {
  step(player);
  fake_reset();
  namespace_watch_destroy(player->watch);
  followed_jobs_finish(&player->jobs);
}

/* The whole recording in its order: what the others are compared with. */
static void play_whole(const struct recording *recording, struct told *told) {
  struct player player;

  begin(&player, told, recording, 0);
  for (size_t i = 0; i < recording->count; i++)
    play_line(recording, i);
  finish(&player);
}

/* Each object that was told of ended as in `whole`; and where all were, there are as many. */
static void expect_same(const struct told *whole, struct told *told, bool of_all, const char *what,
                        size_t at) {
  for (size_t i = 0; i < told->count; i++) {
    const struct end *end = &told->ends[i];
    size_t k = 0;

    while (k < whole->count && strcmp(whole->ends[k].uid, end->uid) != 0)
      k++;
    if (k == whole->count)
      fail_msg("%s at line %zu: %s was never there", what, at + 1, end->uid);
    if (strcmp(whole->ends[k].text, end->text) != 0)
      fail_msg("%s at line %zu:\n  %s\n  instead of\n  %s", what, at + 1, end->text,
               whole->ends[k].text);
  }
  if (of_all)
    assert_int_equal(told->count, whole->count);
}

static struct told whole;
static struct told other;

/* What became of each Job is in its name. */
static void test_the_ends_are_those_of_the_names(void **state) {
  static const struct {
    const char *name;
    uint32_t phase;
    const char *reason;
  } rows[] = {
      {"complete", HG_PHASE_COMPLETE, NULL},
      {"fails", HG_PHASE_FAILED, "BackoffLimitExceeded"},
      {"fails-then-completes", HG_PHASE_COMPLETE, NULL},
      {"image-pull", HG_PHASE_PENDING, ""},
      {"deadline", HG_PHASE_FAILED, "DeadlineExceeded"},
      {"pod-failure-policy", HG_PHASE_FAILED, "PodFailurePolicy"},
      {"ttl-0", HG_PHASE_DELETED, NULL},
      {"ttl-0-fails", HG_PHASE_DELETED, "BackoffLimitExceeded"},
      {"deleted-while-running", HG_PHASE_DELETED, ""},
      {"deleted-and-made-again", HG_PHASE_COMPLETE, NULL},
      {"suspended-while-running", HG_PHASE_COMPLETE, NULL},
      {"slow-to-end", HG_PHASE_FAILED, NULL},
  };
  const struct recording *recording = *state;
  struct player player;

  begin(&player, &whole, recording, 0);
  for (size_t i = 0; i < recording->count; i++)
    play_line(recording, i);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const struct followed_item *item = followed_item_find(&player.jobs, "recording", rows[i].name);

    assert_non_null(item);
    assert_non_null(item->job);
    if (item->job->state.phase != rows[i].phase)
      fail_msg("%s ended in phase %d", rows[i].name, (int)item->job->state.phase);
    if (rows[i].reason)
      assert_string_equal(item->job->state.reason, rows[i].reason);
  }
  finish(&player);
}

static void test_doubled(void **state) {
  const struct recording *recording = *state;
  struct player player;

  play_whole(recording, &whole);
  begin(&player, &other, recording, 0);
  for (size_t i = 0; i < recording->count; i++) {
    play_line(recording, i);
    play_line(recording, i);
    if (i >= 20) /* and a stale copy of long ago */
      play_line(recording, i - 20);
  }
  finish(&player);
  expect_same(&whole, &other, true, "doubled", 0);
}

static void test_neighbours_swapped(void **state) {
  const struct recording *recording = *state;
  struct player player;

  play_whole(recording, &whole);
  for (size_t odd = 0; odd < 2; odd++) {
    begin(&player, &other, recording, 0);
    for (size_t i = odd; i + 1 < recording->count; i += 2) {
      play_line(recording, i + 1);
      play_line(recording, i);
    }
    play_line(recording, odd ? 0 : recording->count - 1);
    play_line(recording, recording->count - 1);
    finish(&player);
    expect_same(&whole, &other, true, "swapped", odd);
  }
}

/* The three watches are not in step: events first, then Pods, and Jobs in the end. */
static void test_pods_before_their_jobs(void **state) {
  const struct recording *recording = *state;
  struct player player;

  play_whole(recording, &whole);
  begin(&player, &other, recording, 0);
  for (int kind = WATCHED_COUNT - 1; kind >= 0; kind--)
    for (size_t i = 0; i < recording->count; i++)
      if ((int)recording->lines[i].kind == kind)
        play_line(recording, i);
  finish(&player);
  expect_same(&whole, &other, true, "Pods first", 0);
}

/* All three watches break off in the middle of a line, after each line. */
static void test_cut_at_each_line(void **state) {
  const struct recording *recording = *state;
  struct player player;

  play_whole(recording, &whole);
  begin(&player, &other, recording, 0);
  for (size_t i = 0; i < recording->count; i++) {
    const struct line *line = &recording->lines[i];
    const char *watch = watches[line->kind];

    assert_true(fake_feed(watch, line->json, strlen(line->json) * (i % 7) / 7));
    fake_end(watch, i % 2 ? EXCHANGE_RESET : EXCHANGE_ANSWERED, i % 2 ? 0 : 200, "");
    fake_now_ms += 2000;
    step(&player);
    play_line(recording, i);
  }
  finish(&player);
  expect_same(&whole, &other, true, "cut", 0);
}

/* At each line the server remembers no version: all is listed again, the Jobs' list being whole
 * before the Pods' is. */
static void test_listed_again_at_each_line(void **state) {
  const struct recording *recording = *state;
  struct player player;

  play_whole(recording, &whole);
  begin(&player, &other, recording, 0);
  for (size_t i = 0; i < recording->count; i++) {
    for (int kind = 0; kind < WATCHED_COUNT && i % 5 == 0; kind++)
      fake_end(watches[kind], EXCHANGE_ANSWERED, 410, "{}");
    if (i % 5 == 0) {
      fake_now_ms += 120000;
      step(&player);
      play_lists(&player, recording, i);
    }
    play_line(recording, i);
  }
  finish(&player);
  expect_same(&whole, &other, true, "listed again", 0);
}

/* Another watcher begins at each line: with what is there, and then what comes. */
static void test_begun_at_each_line(void **state) {
  const struct recording *recording = *state;

  play_whole(recording, &whole);
  for (size_t from = 1; from < recording->count; from++) {
    struct player player;

    begin(&player, &other, recording, from);
    for (size_t i = from; i < recording->count; i++)
      play_line(recording, i);
    finish(&player);
    expect_same(&whole, &other, false, "begun", from);
  }
}

static int load_first(void **state) {
  *state = &recordings[0];
  return 0;
}

static int load_second(void **state) {
  *state = &recordings[1];
  return 0;
}

static int load_both(void **state) {
  (void)state;
  load(&recordings[0], RECORDED "/recorded-1.26.jsonl");
  load(&recordings[1], RECORDED "/recorded-1.36.jsonl");
  return 0;
}

static int unload(void **state) {
  (void)state;
  free(recordings[0].text);
  free(recordings[1].text);
  return 0;
}

#define OF_BOTH(test)                                                                              \
  cmocka_unit_test_setup(test, load_first), cmocka_unit_test_setup(test, load_second)

int main(void) {
  const struct CMUnitTest tests[] = {
      OF_BOTH(test_the_ends_are_those_of_the_names),
      OF_BOTH(test_doubled),
      OF_BOTH(test_neighbours_swapped),
      OF_BOTH(test_pods_before_their_jobs),
      OF_BOTH(test_cut_at_each_line),
      OF_BOTH(test_listed_again_at_each_line),
      OF_BOTH(test_begun_at_each_line),
  };

  return cmocka_run_group_tests(tests, load_both, unload);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Which Job is this run's, when it is told, and what a later watch makes of an earlier one. */
#include "watch_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static void stop(struct watching *watching) {
  struct hg_error error = HG_ERROR_INIT;

  assert_int_equal(watching_stop(watching, HG_OUTCOME_UNKNOWN, "stopped", &error), 0);
  watching_destroy(watching);
}

/* Settles the first `count` Jobs as applied and the others as not. */
static struct watching *begin_some(struct watch_fixture *fixture, uint64_t count) {
  struct watching *watching = watch_begin(fixture);
  struct hg_error error = HG_ERROR_INIT;

  assert_int_equal(watching_start(watching, &error), 0);
  for (uint64_t i = 0; i < FIXTURE_JOBS; i++)
    watching_settle(watching, i, i < count ? WATCHING_APPLIED : WATCHING_PASSED_OVER);
  return watching;
}

static int32_t first_had_ended(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  return say_job(sink, 0, "old", HG_PHASE_COMPLETE);
}

static int32_t says_nothing_more(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  return tick_on(sink);
}

static void what_had_ended_before_is_no_work_of_this_run(void **state) {
  struct watch_fixture *fixture = *state;
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, first_had_ended, says_nothing_more);
  watching = begin_some(fixture, 1);
  while (watching_next(watching, FIXTURE_JOBS, &news, 50))
    assert_int_equal(news.kind, WATCHING_OBSERVED);
  watch_clock_advance(2000); /* nothing took its place */
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_COMPLETE);
  assert_int_equal(news.completion.flags, HG_COMPLETION_EARLIER);
  stop(watching);
  assert_string_equal(ask(fixture->history.path,
                          "SELECT outcome || is_earlier FROM job_completions WHERE position = 1"),
                      "COMPLETE1");
}

static int32_t first_was_made_again(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  if (wait_until_followed(sink, 0) < 0 || say_job(sink, 0, "old", HG_PHASE_DELETED) < 0 ||
      say_job(sink, 0, "new", HG_PHASE_RUNNING) < 0 ||
      say_job(sink, 0, "old", HG_PHASE_DELETED) < 0 ||
      say_pod(sink, 0, "old", "pod-old", HG_CONTAINER_TERMINATED, "Error", 9) < 0 ||
      sink->done(sink, 0, "old") < 0 || say_job(sink, 0, "new", HG_PHASE_COMPLETE) < 0 ||
      sink->done(sink, 0, "new") < 0)
    return 0;
  return tick_on(sink);
}

/* A Job that was there, and that the apply made again, is another Job. */
static void a_job_is_its_uid(void **state) {
  struct watch_fixture *fixture = *state;
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, first_had_ended, first_was_made_again);
  watching = begin_some(fixture, 1);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_COMPLETE);
  assert_int_equal(news.completion.flags, 0);
  assert_string_equal(news.completion.uid, "new");
  assert_int_equal(news.completion.pods, 0);
  stop(watching);
  assert_int_equal(ask_integer(fixture->history.path, "SELECT count(*) FROM cluster_jobs"), 2);
  assert_string_equal(ask(fixture->history.path,
                          "SELECT uid || incarnation || is_earlier FROM job_completions"
                          " WHERE position = 1"),
                      "new20");
}

static int32_t somebody_makes_it_again(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  if (wait_until_followed(sink, 0) < 0 || say_job(sink, 0, "ours", HG_PHASE_RUNNING) < 0 ||
      say_job(sink, 0, "theirs", HG_PHASE_COMPLETE) < 0 || sink->done(sink, 0, "theirs") < 0 ||
      sink->done(sink, 0, "ours") < 0)
    return 0;
  return tick_on(sink);
}

static void what_others_made_confirms_nothing(void **state) {
  struct watch_fixture *fixture = *state;
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, NULL, somebody_makes_it_again);
  watching = begin_some(fixture, 1);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_DELETED);
  assert_string_equal(news.completion.uid, "ours");
  assert_false(watching_next(watching, FIXTURE_JOBS, &news, 0));
  stop(watching);
}

static int32_t ends_before_it_is_settled(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  for (uint64_t i = 0; i < FIXTURE_JOBS; i++)
    for (uint32_t phase = HG_PHASE_PENDING; phase <= HG_PHASE_RUNNING; phase++)
      if (say_job(sink, i, "uid", phase) < 0)
        return 0;
  for (uint64_t i = 0; i < FIXTURE_JOBS; i++)
    if (say_job(sink, i, "uid", HG_PHASE_COMPLETE) < 0 || sink->done(sink, i, "uid") < 0)
      return 0;
  return tick_on(sink);
}

/* No news of a Job before its outcome was told, and never more than two pieces. */
static void news_waits_for_its_turn(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, NULL, ends_before_it_is_settled);
  watching = watch_begin(fixture);
  assert_int_equal(watching_start(watching, &error), 0);
  assert_false(watching_next(watching, FIXTURE_JOBS, &news, 100));
  watching_settle(watching, 3, WATCHING_APPLIED);
  watch_completion(watching, &news);
  assert_int_equal(news.item, 3);
  assert_false(watching_is_over(watching));
  stop(watching);

  watching = watch_begin(fixture);
  assert_int_equal(watching_start(watching, &error), 0);
  for (uint64_t i = 0; i < FIXTURE_JOBS; i++)
    watching_settle(watching, i, WATCHING_APPLIED);
  assert_false(watching_next(watching, 0, &news, 100));
  assert_false(watching_is_over(watching));
  for (uint64_t told = 1; told <= FIXTURE_JOBS; told++) {
    int pieces = 1;

    for (; watching_next(watching, told, &news, 60 * 1000) && news.kind != WATCHING_COMPLETED;)
      pieces++;
    assert_int_equal(news.item, told - 1);
    assert_true(pieces <= 2);
    assert_false(watching_next(watching, told, &news, 0));
  }
  assert_true(watching_is_over(watching));
  stop(watching);
}

static int32_t image_is_never_pulled(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  if (wait_until_followed(sink, 0) < 0 || say_job(sink, 0, "a", HG_PHASE_PENDING) < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_WAITING, "ImagePullBackOff", 0) < 0)
    return 0;
  return tick_on(sink);
}

static void what_never_starts_is_told_after_its_grace(void **state) {
  struct watch_fixture *fixture = *state;
  struct watching_counts counts = {0};
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, NULL, image_is_never_pulled);
  watching = begin_some(fixture, 1);
  while (watch_pause(), counts.waiting == 0)
    watching_count(watching, &counts);
  watch_clock_advance(299 * 1000);
  while (watching_next(watching, FIXTURE_JOBS, &news, 300))
    assert_int_equal(news.kind, WATCHING_OBSERVED);
  assert_int_equal(watching_unfinished(watching), 1);
  watch_clock_advance(1000);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_NEVER_STARTED);
  assert_string_equal(news.completion.failure_class, "image-pull");
  assert_int_equal(watching_unfinished(watching), 0);
  stop(watching);
}

static _Atomic int is_lost;

static int32_t connection_is_lost(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  if (wait_until_followed(sink, 0) < 0 || say_job(sink, 0, "a", HG_PHASE_PENDING) < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_WAITING, "ImagePullBackOff", 0) < 0 ||
      sink->connection(sink, 0, "connection reset by peer") < 0)
    return 0;
  atomic_store(&is_lost, 1);
  while (atomic_load(&is_lost))
    if (watch_pause(), sink->tick(sink) < 0)
      return 0;
  (void)sink->connection(sink, 1, "");
  return tick_on(sink);
}

/* What is not seen is no evidence. */
static void a_grace_stands_still_while_nobody_can_look(void **state) {
  struct watch_fixture *fixture = *state;
  struct watching *watching;
  struct watching_news news;

  atomic_store(&is_lost, 0);
  watch_script(fixture, NULL, connection_is_lost);
  watching = begin_some(fixture, 1);
  while (!atomic_load(&is_lost))
    watch_pause();
  watch_clock_advance(1000 * 1000);
  while (watching_next(watching, FIXTURE_JOBS, &news, 300))
    assert_int_equal(news.kind, WATCHING_OBSERVED);
  atomic_store(&is_lost, 0);
  while (watching_next(watching, FIXTURE_JOBS, &news, 300))
    assert_int_equal(news.kind, WATCHING_OBSERVED);
  watch_clock_advance(300 * 1000);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_NEVER_STARTED);
  stop(watching);
  assert_int_equal(ask_integer(fixture->history.path, "SELECT reconnects FROM watches"), 1);
}

static int32_t nonsense(const struct hg_watch_sink *sink, struct hg_error *err) {
  const struct hg_job_state small = {.struct_size = 16, .phase = 77, .item = 1};
  const struct hg_pod_state empty = {.struct_size = sizeof empty, .item = 0, .container_count = 9};
  const struct hg_cluster_event event = {.struct_size = sizeof event, .item = 2};
  struct hg_log_resume resume = {.struct_size = sizeof resume};
  struct hg_bytes bytes = {"x", 1};
  uint32_t more = 1;
  uint64_t item = 0;
  void *log = NULL;

  (void)err;
  (void)sink->found(sink, "ns", "name", &item);
  if (wait_until_followed(sink, 3) < 0 || say_job(sink, UINT64_MAX, "x", HG_PHASE_COMPLETE) < 0 ||
      say_job(sink, FIXTURE_JOBS, "x", HG_PHASE_COMPLETE) < 0 || sink->job(sink, &small) < 0 ||
      sink->pod(sink, &empty) < 0 || sink->event(sink, &event) < 0 ||
      say_pod(sink, 0, "nobody", "pod", HG_CONTAINER_TERMINATED, "Completed", 0) < 0 ||
      say_pod(sink, 99, "nobody", "pod", HG_CONTAINER_TERMINATED, "Completed", 0) < 0 ||
      sink->done(sink, 99, "x") < 0 || sink->done(sink, 0, "not-seen") < 0 ||
      sink->done(sink, 0, NULL) < 0 ||
      sink->log_open(sink, 0, "nobody", "main", 0, &resume, &log) < 0 || log ||
      sink->log_append(sink, &item, bytes, &more) < 0 || more ||
      sink->log_resume(sink, NULL, &resume) < 0 || sink->log_close(sink, &item, 77, NULL) < 0 ||
      say_job(sink, 0, "late", HG_PHASE_COMPLETE) < 0)
    return 0;
  return 0;
}

static void a_confused_watcher_confirms_nothing(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, NULL, nonsense);
  watching = watch_begin_all(fixture);
  for (int i = 0; i < FIXTURE_JOBS; i++) {
    watch_completion(watching, &news);
    assert_int_equal(news.completion.outcome, HG_OUTCOME_UNKNOWN);
  }
  assert_true(watching_is_over(watching));
  assert_int_equal(watching_stop(watching, HG_OUTCOME_UNKNOWN, "stopped", &error), -1);
  watching_destroy(watching);
}

static int32_t cannot_look(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)sink;
  return hg_error_set(err, HG_ERROR_FAILED, "pods is forbidden");
}

static void who_cannot_look_does_not_begin(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching = NULL;

  watch_script(fixture, cannot_look, says_nothing_more);
  assert_int_equal(watching_open(&fixture->request, &watching, &error), -1);
  assert_null(watching);
  assert_string_equal(error.message, "pods is forbidden");
  assert_string_equal(ask(fixture->history.path, "SELECT outcome FROM watches"), "failed");
}

static void one_process_watches_at_a_time(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct watching *second = NULL;
  struct watching *first;

  watch_script(fixture, NULL, says_nothing_more);
  first = watch_begin(fixture);
  assert_int_equal(watching_open(&fixture->request, &second, &error), -1);
  assert_int_equal(error.code, HG_ERROR_BUSY);
  assert_non_null(strstr(error.message, "is being watched by process "));
  stop(first);
  first = watch_begin(fixture);
  stop(first);
}

static int32_t one_ends_one_runs(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  if (wait_until_followed(sink, 0) < 0 || say_job(sink, 0, "a", HG_PHASE_RUNNING) < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_TERMINATED, "Error", 4) < 0 ||
      say_reason(sink, 0, "a", HG_PHASE_FAILED, "BackoffLimitExceeded", "too often") < 0 ||
      sink->done(sink, 0, "a") < 0 || say_job(sink, 1, "b", HG_PHASE_RUNNING) < 0)
    return 0;
  return tick_on(sink);
}

static int32_t second_ends_too(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  assert_string_equal(watch_known_uids[1], "b");
  if (wait_until_followed(sink, 1) < 0)
    return 0;
  assert_int_equal(sink->wanted(sink, 0), HG_WATCH_ENOUGH);
  if (say_job(sink, 0, "other", HG_PHASE_COMPLETE) < 0 ||
      say_job(sink, 1, "b", HG_PHASE_COMPLETE) < 0 || sink->done(sink, 1, "b") < 0)
    return 0;
  return tick_on(sink);
}

/* What is final stays; the rest is looked for again, and each end is recorded once. */
static void a_later_watch_goes_on(void **state) {
  struct watch_fixture *fixture = *state;
  const char *path = fixture->history.path;
  struct watching_counts counts = {0};
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, NULL, one_ends_one_runs);
  watching = begin_some(fixture, 2);
  watch_completion(watching, &news);
  while (watch_pause(), counts.running == 0)
    watching_count(watching, &counts);
  stop(watching);
  assert_string_equal(ask(path, "SELECT group_concat(outcome) FROM job_completions"),
                      "FAILED,UNKNOWN,UNDECIDED,UNDECIDED");
  fixture->request.is_later = true;
  watch_script(fixture, NULL, second_ends_too);
  watching = begin_some(fixture, 2);
  watch_completion(watching, &news);
  assert_int_equal(news.item, 0);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_FAILED);
  assert_int_equal(news.completion.exit_code, 4);
  assert_string_equal(news.completion.job_name, "job-1");
  assert_int_equal(news.completion.duration_ms, 192 * 1000);
  watch_completion(watching, &news);
  assert_int_equal(news.item, 1);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_COMPLETE);
  assert_true(watching_is_over(watching));
  stop(watching);
  assert_string_equal(ask(path, "SELECT group_concat(outcome || incarnation) FROM cluster_jobs"),
                      "FAILED1,COMPLETE1");
}

static int32_t shared_job_ends(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  if (wait_until_followed(sink, 0) < 0 || say_job(sink, 0, "shared", HG_PHASE_RUNNING) < 0 ||
      say_pod(sink, 0, "shared", "pod", HG_CONTAINER_TERMINATED, "Completed", 0) < 0 ||
      say_job(sink, 0, "shared", HG_PHASE_COMPLETE) < 0 || sink->done(sink, 0, "shared") < 0)
    return 0;
  return tick_on(sink);
}

/* Another run that applied the same Job, unchanged, has what became of it too. */
static void two_runs_may_follow_one_job(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct history *other;
  struct watching *watching;
  struct watching_news news;
  int64_t run_id = 0;

  watch_script(fixture, NULL, shared_job_ends);
  watching = begin_some(fixture, 1);
  watch_completion(watching, &news);
  stop(watching);
  other = begin_run(&fixture->history, HG_MODE_APPLY, &run_id);
  for (uint64_t i = 1; i <= FIXTURE_JOBS; i++)
    add_job(other, i, (int)i);
  assert_int_equal(history_commit(other, &error), 0);
  fixture->request.run_id = run_id;
  watching = begin_some(fixture, 1);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_COMPLETE);
  stop(watching);
  history_close(other);
  assert_int_equal(ask_integer(fixture->history.path,
                               "SELECT count(DISTINCT run_id) FROM pod_outcomes"
                               " WHERE job_uid = 'shared' AND exit_code = 0"),
                   2);
}

/* The first one's log was not read, so it is looked for; but its end is known. */
static int32_t first_is_gone_second_ends(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  if (wait_until_followed(sink, 1) < 0)
    return 0;
  assert_int_equal(sink->wanted(sink, 0), HG_WATCH_FOLLOW);
  if (say_job(sink, 0, "a", HG_PHASE_DELETED) < 0 || sink->done(sink, 0, "a") < 0 ||
      say_job(sink, 1, "b", HG_PHASE_COMPLETE) < 0 || sink->done(sink, 1, "b") < 0)
    return 0;
  return tick_on(sink);
}

/* What was seen is on disk when the news of it is, whatever becomes of the process. */
static void kill_9_loses_no_end(void **state) {
  struct watch_fixture *fixture = *state;
  const char *path = fixture->history.path;
  struct watching *watching;
  struct watching_news news;
  int status = 0;
  pid_t child = fork();

  assert_true(child >= 0);
  if (child == 0) {
    watch_script(fixture, NULL, one_ends_one_runs);
    watching = begin_some(fixture, 2);
    while (!watching_next(watching, FIXTURE_JOBS, &news, 1000) || news.kind != WATCHING_COMPLETED)
      ;
    while (!ask(path, "SELECT 1 FROM cluster_jobs WHERE uid = 'b'"))
      watch_pause();
    _exit(9); /* nothing is closed, nothing ended */
  }
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_int_equal(WEXITSTATUS(status), 9);
  assert_string_equal(ask(path, "SELECT outcome FROM job_completions WHERE position = 1"),
                      "FAILED");
  assert_string_equal(ask(path, "SELECT outcome FROM job_completions WHERE position = 2"),
                      "UNDECIDED");
  fixture->request.is_later = true;
  watch_script(fixture, NULL, first_is_gone_second_ends);
  watching = begin_some(fixture, 2);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_FAILED);
  assert_int_equal(news.completion.exit_code, 4);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_COMPLETE);
  stop(watching);
  assert_string_equal(ask(path, "SELECT group_concat(outcome || incarnation) FROM cluster_jobs"),
                      "FAILED1,COMPLETE1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, watch_setup, watch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(what_had_ended_before_is_no_work_of_this_run),
      TEST(a_job_is_its_uid),
      TEST(what_others_made_confirms_nothing),
      TEST(news_waits_for_its_turn),
      TEST(what_never_starts_is_told_after_its_grace),
      TEST(a_grace_stands_still_while_nobody_can_look),
      TEST(a_confused_watcher_confirms_nothing),
      TEST(who_cannot_look_does_not_begin),
      TEST(one_process_watches_at_a_time),
      TEST(a_later_watch_goes_on),
      TEST(two_runs_may_follow_one_job),
      TEST(kill_9_loses_no_end),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

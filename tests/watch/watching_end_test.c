/* SPDX-License-Identifier: Apache-2.0 */
/* Jobs are followed to their end, whatever a watcher does: by a fake one, and a fake clock. */
#include "digest/digest.h"
#include "watch_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static void stop(struct watching *watching) {
  struct hg_error error = HG_ERROR_INIT;

  assert_int_equal(watching_stop(watching, HG_OUTCOME_UNKNOWN, "stopped", &error), 0);
  watching_destroy(watching);
}

static int32_t two_end(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  if (wait_until_followed(sink, 0) < 0 || say_job(sink, 0, "a", HG_PHASE_RUNNING) < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_RUNNING, "", 0) < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_TERMINATED, "Completed", 0) < 0 ||
      say_job(sink, 0, "a", HG_PHASE_COMPLETE) < 0 || sink->done(sink, 0, "a") < 0)
    return 0;
  if (wait_until_followed(sink, 1) < 0 || say_job(sink, 1, "b", HG_PHASE_RUNNING) < 0 ||
      say_pod(sink, 1, "b", "pod-b", HG_CONTAINER_TERMINATED, "Error", 3) < 0 ||
      say_reason(sink, 1, "b", HG_PHASE_FAILED, "BackoffLimitExceeded", "too often") < 0 ||
      sink->done(sink, 1, "b") < 0)
    return 0;
  return tick_on(sink);
}

static void tells_how_jobs_ended(void **state) {
  struct watch_fixture *fixture = *state;
  const char *path = fixture->history.path;
  struct watching *watching;
  struct watching_news news;
  struct watching_counts counts;
  struct hg_error error = HG_ERROR_INIT;

  watch_script(fixture, NULL, two_end);
  watching = watch_begin(fixture);
  assert_int_equal(watching_start(watching, &error), 0);
  watching_settle(watching, 2, WATCHING_PASSED_OVER);
  watching_settle(watching, 3, WATCHING_PASSED_OVER);
  watching_settle(watching, 0, WATCHING_APPLIED);
  watching_settle(watching, 1, WATCHING_APPLIED);
  watch_completion(watching, &news);
  assert_int_equal(news.item, 0);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_COMPLETE);
  assert_string_equal(news.completion.job_name, "job-1");
  assert_string_equal(news.completion.uid, "a");
  assert_int_equal(news.completion.duration_ms, 192 * 1000);
  assert_int_equal(news.completion.pods, 1);
  watch_completion(watching, &news);
  assert_int_equal(news.item, 1);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_FAILED);
  assert_string_equal(news.completion.reason, "BackoffLimitExceeded");
  assert_int_equal(news.completion.exit_code, 3);
  assert_true(watching_is_over(watching));
  assert_false(watching_next(watching, FIXTURE_JOBS, &news, 0));
  watching_count(watching, &counts);
  assert_int_equal(counts.complete, 1);
  assert_int_equal(counts.failed, 1);
  assert_int_equal(watching_unfinished(watching), 0);
  stop(watching);
  assert_string_equal(ask(path, "SELECT outcome || duration_ms || is_earlier FROM job_completions"
                                " WHERE job_name = 'job-1'"),
                      "COMPLETE1920000");
  assert_string_equal(ask(path, "SELECT outcome || exit_code || reason FROM job_completions"
                                " WHERE job_name = 'job-2'"),
                      "FAILED3BackoffLimitExceeded");
  assert_string_equal(ask(path, "SELECT json_extract(termination_message, '$.loss')"
                                " FROM job_completions WHERE job_name = 'job-2'"),
                      "0.25");
  assert_string_equal(ask(path, "SELECT exit_code || state FROM pod_outcomes WHERE pod = 'pod-b'"),
                      "3terminated");
  assert_string_equal(ask(path, "SELECT outcome FROM watches"), "ended");
}

static int32_t append(const struct hg_watch_sink *sink, void *log, const char *lines) {
  uint32_t more = 0;

  return sink->log_append(sink, log, (struct hg_bytes){lines, strlen(lines)}, &more);
}

static _Atomic int is_left_open;

static int32_t fails_with_a_log(const struct hg_watch_sink *sink, struct hg_error *err) {
  struct hg_log_resume resume = {.struct_size = sizeof resume};
  void *log = NULL;
  void *left = NULL;

  (void)err;
  if (wait_until_followed(sink, 0) < 0 || say_job(sink, 0, "a", HG_PHASE_RUNNING) < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_RUNNING, "", 0) < 0 ||
      sink->log_open(sink, 0, "pod-a", "main", 0, &resume, &log) < 0 || !log || *resume.second ||
      append(sink, log, "2026-11-23T09:05:07.5Z one\n2026-11-23T09:05:08Z two\n") < 0 ||
      sink->log_resume(sink, log, &resume) < 0 ||
      strcmp(resume.second, "2026-11-23T09:05:08Z") != 0 ||
      append(sink, log, "2026-11-23T09:05:08Z two\n2026-11-23T09:05:09Z three") < 0 ||
      sink->log_close(sink, log, HG_LOG_COMPLETE, "") < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_TERMINATED, "Error", 1) < 0 ||
      say_reason(sink, 0, "a", HG_PHASE_FAILED, "BackoffLimitExceeded", "too often") < 0 ||
      sink->done(sink, 0, "a") < 0 || say_job(sink, 1, "b", HG_PHASE_RUNNING) < 0 ||
      say_pod(sink, 1, "b", "pod-b", HG_CONTAINER_RUNNING, "", 0) < 0 ||
      sink->log_open(sink, 1, "pod-b", "main", 0, &resume, &left) < 0 || !left ||
      append(sink, left, "2026-11-23T09:05:07Z b\n") < 0)
    return 0;
  atomic_store(&is_left_open, 1);
  return tick_on(sink);
}

/* The last words are in the completion and in the history; a log that is left open is broken. */
static void logs_are_kept(void **state) {
  struct watch_fixture *fixture = *state;
  const char *path = fixture->history.path;
  struct watching *watching;
  struct watching_news news;
  char whole[256];

  watch_script(fixture, NULL, fails_with_a_log);
  watching = watch_begin_all(fixture);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_FAILED);
  (void)snprintf(whole, sizeof whole, "%s.logs/%d/tuning/job-1/pod-a.main.0.log", path,
                 (int)fixture->run_id);
  assert_string_equal(news.completion.log_path, whole);
  assert_int_equal(news.completion.log_tail.length, 13);
  assert_memory_equal(news.completion.log_tail.data, "one\ntwo\nthree", 13);
  assert_int_equal(news.completion.logs_kept, 1);
  while (!atomic_load(&is_left_open))
    watch_pause();
  stop(watching);
  assert_string_equal(ask(path, "SELECT last_words FROM job_completions WHERE position = 1"),
                      "one\ntwo\nthree");
  (void)snprintf(whole, sizeof whole, "%d/tuning/job-1/pod-a.main.0.log", (int)fixture->run_id);
  assert_string_equal(ask(path, "SELECT log_path FROM job_completions WHERE position = 1"), whole);
  assert_string_equal(ask(path, "SELECT log_path FROM pod_outcomes WHERE pod = 'pod-a'"), whole);
  assert_string_equal(ask(path, "SELECT log_state || log_lines || log_bytes FROM pod_outcomes"
                                " WHERE pod = 'pod-a'"),
                      "complete378");
  assert_string_equal(ask(path, "SELECT state || resumes || first_at || last_at FROM logs"
                                " ORDER BY pod_id LIMIT 1"),
                      "complete12026-11-23T09:05:07.5Z2026-11-23T09:05:09Z");
  assert_string_equal(ask(path, "SELECT log_state || log_lines FROM pod_outcomes"
                                " WHERE pod = 'pod-b'"),
                      "broken1");
}

static int32_t nothing(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)sink;
  (void)err;
  return 0;
}

static int32_t fails(const struct hg_watch_sink *sink, struct hg_error *err) {
  if (wait_until_followed(sink, 3) < 0 || say_job(sink, 0, "a", HG_PHASE_RUNNING) < 0)
    return 0;
  return hg_error_set(err, HG_ERROR_FAILED, "401 twice");
}

/* Silence is no success: a watcher that ends early leaves nothing but what is not known. */
static void a_silent_watcher_confirms_nothing(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, NULL, nothing);
  watching = watch_begin_all(fixture);
  for (int i = 0; i < FIXTURE_JOBS; i++) {
    watch_completion(watching, &news);
    assert_int_equal(news.completion.outcome, HG_OUTCOME_UNKNOWN);
  }
  assert_true(watching_is_over(watching));
  assert_int_equal(watching_stop(watching, HG_OUTCOME_UNKNOWN, "stopped", &error), -1);
  watching_destroy(watching);
  assert_int_equal(ask_integer(fixture->history.path,
                               "SELECT count(*) FROM job_completions WHERE outcome = 'UNKNOWN'"),
                   4);
}

static void a_watcher_that_fails_says_why(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, NULL, fails);
  watching = watch_begin_all(fixture);
  for (int i = 0; i < FIXTURE_JOBS; i++) {
    watch_completion(watching, &news);
    assert_int_equal(news.completion.outcome, HG_OUTCOME_UNKNOWN);
    assert_non_null(strstr(news.completion.cause, "401 twice"));
  }
  assert_int_equal(watching_stop(watching, HG_OUTCOME_UNKNOWN, "stopped", &error), -1);
  assert_string_equal(error.message, "401 twice");
  watching_destroy(watching);
  assert_string_equal(ask(fixture->history.path, "SELECT outcome || error FROM watches"),
                      "failed401 twice");
}

static int32_t waits_for_ever(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  (void)say_job(sink, 0, "a", HG_PHASE_RUNNING);
  return tick_on(sink);
}

static void the_time_to_wait_ends(void **state) {
  struct watch_fixture *fixture = *state;
  struct watching *watching;
  struct watching_news news;

  fixture->request.timeout_ms = 5000;
  watch_script(fixture, NULL, waits_for_ever);
  watching = watch_begin_all(fixture);
  watch_clock_advance(5000);
  for (int i = 0; i < FIXTURE_JOBS; i++) {
    watch_completion(watching, &news);
    assert_int_equal(news.completion.outcome, HG_OUTCOME_TIMED_OUT);
  }
  stop(watching);
  assert_string_equal(ask(fixture->history.path, "SELECT outcome FROM watches"), "timed-out");
}

static void what_is_stopped_is_not_known(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, NULL, waits_for_ever);
  watching = watch_begin_all(fixture);
  assert_int_equal(watching_stop(watching, HG_OUTCOME_UNKNOWN, "interrupted", &error), 0);
  for (int i = 0; i < FIXTURE_JOBS; i++) {
    watch_completion(watching, &news);
    assert_int_equal(news.completion.outcome, HG_OUTCOME_UNKNOWN);
  }
  assert_true(watching_is_over(watching));
  watching_destroy(watching);
  assert_string_equal(ask(fixture->history.path, "SELECT outcome FROM watches"), "stopped");
}

static int32_t runs_on(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  while (sink->tick(sink) == 0) {
    static uint32_t phase;

    phase = phase == HG_PHASE_PENDING ? HG_PHASE_RUNNING : HG_PHASE_PENDING;
    if (say_job(sink, 0, "a", phase) < 0)
      break;
    watch_pause();
  }
  return 0;
}

/* The run must not wait for ever for what cannot be recorded, nor call it a success. */
static void a_history_that_is_gone_ends_the_watch(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching;
  struct watching_news news;

  watch_script(fixture, NULL, runs_on);
  watching = watch_begin_all(fixture);
  assert_int_equal(unlink(fixture->history.path), 0);
  for (int i = 0; i < FIXTURE_JOBS; i++) {
    watch_completion(watching, &news);
    assert_int_equal(news.completion.outcome, HG_OUTCOME_UNKNOWN);
    assert_non_null(strstr(news.completion.cause, "removed"));
  }
  assert_true(watching_is_over(watching));
  assert_int_equal(watching_stop(watching, HG_OUTCOME_UNKNOWN, "stopped", &error), -1);
  assert_non_null(strstr(error.message, "removed"));
  watching_destroy(watching);
  fixture->history.is_spoiled = 1;
}

/* Who may speak: the watcher, and the test that reads what came of it. */
static _Atomic int turn;

static int32_t hand_over(const struct hg_watch_sink *sink) {
  int next = atomic_load(&turn) + 1;

  atomic_store(&turn, next);
  while (atomic_load(&turn) == next) {
    if (sink->tick(sink) < 0)
      return -1;
    watch_pause();
  }
  return 0;
}

static void take_over(void) {
  while (atomic_load(&turn) % 2 == 0)
    watch_pause();
}

static int32_t says_what_changes_nothing(const struct hg_watch_sink *sink, struct hg_error *err) {
  const struct hg_cluster_event event = {
      .struct_size = sizeof event,
      .count = 1,
      .item = 0,
      .uid = "event-a",
      .type = "Normal",
      .reason = "SuccessfulCreate",
      .message = "Created pod: pod-a",
      .kind = "Job",
      .name = "job-1",
      .object_uid = "a",
      .first_at = "2026-11-23T09:05:00Z",
      .last_at = "2026-11-23T09:05:00Z",
  };

  (void)err;
  if (wait_until_followed(sink, 0) < 0 || say_job(sink, 0, "a", HG_PHASE_RUNNING) < 0 ||
      hand_over(sink) < 0 || sink->event(sink, &event) < 0 ||
      say_reason(sink, 0, "a", HG_PHASE_RUNNING, "", "of no interest") < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_RUNNING, "", 0) < 0 || hand_over(sink) < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_WAITING, "ImagePullBackOff", 0) < 0 ||
      hand_over(sink) < 0 || say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_RUNNING, "", 0) < 0 ||
      say_pod(sink, 0, "a", "pod-a", HG_CONTAINER_WAITING, "ImagePullBackOff", 0) < 0 ||
      hand_over(sink) < 0)
    return 0;
  return tick_on(sink);
}

/* Neither a word of a Pod, nor one of an event, nor what no reporter is told of the Job itself. */
static void looks_are_told_once(void **state) {
  struct watch_fixture *fixture = *state;
  struct watching_news news;
  struct watching *watching;

  atomic_store(&turn, 0);
  watch_script(fixture, NULL, says_what_changes_nothing);
  watching = watch_begin_all(fixture);
  for (int word = 0; word < 4; word++) {
    take_over();
    if (word % 2 == 0) {
      assert_true(watching_next(watching, FIXTURE_JOBS, &news, 0));
      assert_int_equal(news.kind, WATCHING_OBSERVED);
      assert_int_equal(news.observation.phase, HG_PHASE_RUNNING);
      assert_string_equal(news.observation.reason, word == 0 ? "" : "ImagePullBackOff");
    }
    assert_false(watching_next(watching, FIXTURE_JOBS, &news, 0));
    atomic_fetch_add(&turn, 1);
  }
  stop(watching);
}

static int32_t another_had_ended(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  return say_job(sink, 0, "old", HG_PHASE_COMPLETE);
}

static _Atomic int is_seen, other_goes;

static int32_t its_own_is_seen_late(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  if (wait_until_followed(sink, 0) < 0 ||
      (atomic_load(&other_goes) && say_job(sink, 0, "old", HG_PHASE_DELETED) < 0) ||
      sink->done(sink, 0, "old") < 0)
    return 0;
  while (!atomic_load(&is_seen))
    if (watch_pause(), sink->tick(sink) < 0)
      return 0;
  if (say_job(sink, 0, "new", HG_PHASE_COMPLETE) < 0 || sink->done(sink, 0, "new") < 0)
    return 0;
  return tick_on(sink);
}

/* The first Job was created; what is seen is another of its name, which had ended before. */
static struct watching *see_another(struct watch_fixture *fixture, bool goes) {
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching;
  struct watching_news news;

  atomic_store(&is_seen, 0);
  atomic_store(&other_goes, goes);
  watch_script(fixture, another_had_ended, its_own_is_seen_late);
  watching = watch_begin(fixture);
  assert_int_equal(watching_start(watching, &error), 0);
  for (uint64_t i = 0; i < FIXTURE_JOBS; i++)
    watching_settle(watching, i, i == 0 ? WATCHING_MADE : WATCHING_PASSED_OVER);
  watch_clock_advance(goes ? 0 : 1000 * 1000);
  while (watching_next(watching, FIXTURE_JOBS, &news, 300))
    assert_int_equal(news.kind, WATCHING_OBSERVED);
  assert_int_equal(watching_unfinished(watching), !goes);
  return watching;
}

/* However long the watch is behind. */
static void what_was_there_before_is_not_what_was_created(void **state) {
  struct watch_fixture *fixture = *state;
  struct watching *watching = see_another(fixture, false);
  struct watching_news news;

  atomic_store(&is_seen, 1);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_COMPLETE);
  assert_int_equal(news.completion.flags, 0);
  assert_string_equal(news.completion.uid, "new");
  stop(watching);
  assert_string_equal(ask(fixture->history.path,
                          "SELECT uid || outcome || is_earlier FROM job_completions"
                          " WHERE position = 1"),
                      "newCOMPLETE0");
}

/* A run that was killed between its first look and the apply, and goes on: the watcher is not told
 * to look for what was there before, but for what will be. */
static void who_goes_on_looks_for_what_is_to_be_created(void **state) {
  struct watch_fixture *fixture = *state;
  struct hg_error error = HG_ERROR_INIT;
  struct watching *watching;

  watch_script(fixture, another_had_ended, its_own_is_seen_late);
  watching = watch_begin(fixture);
  assert_int_equal(watching_start(watching, &error), 0);
  stop(watching);
  watching = see_another(fixture, false);
  assert_null(watch_known_uids[0]);
  stop(watching);
}

static void where_only_another_is_seen_no_end_is_known(void **state) {
  struct watch_fixture *fixture = *state;

  stop(see_another(fixture, false));
  assert_string_equal(ask(fixture->history.path,
                          "SELECT outcome || ' ' || is_earlier || ' ' || cause"
                          " FROM job_completions WHERE position = 1"),
                      "UNKNOWN 0 the Job that this run created was not seen, only one of its name "
                      "that was there before");
}

/* The other one is gone by then, and all was said of it. */
static void what_was_created_may_be_seen_late(void **state) {
  struct watching *watching = see_another(*state, true);
  struct watching_news news;

  atomic_store(&is_seen, 1);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_COMPLETE);
  assert_string_equal(news.completion.uid, "new");
  stop(watching);
}

/* It came and went, as one with a TTL does: nobody waits for it for ever. */
static void what_was_created_may_never_be_seen(void **state) {
  struct watching *watching = see_another(*state, true);
  struct watching_news news;

  watch_clock_advance(1000 * 1000);
  watch_completion(watching, &news);
  assert_int_equal(news.completion.outcome, HG_OUTCOME_DELETED);
  stop(watching);
}

int main(void) {
  struct hg_error error = HG_ERROR_INIT;
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(tells_how_jobs_ended, watch_setup, watch_teardown),
      cmocka_unit_test_setup_teardown(looks_are_told_once, watch_setup, watch_teardown),
      cmocka_unit_test_setup_teardown(logs_are_kept, watch_setup, watch_teardown),
      cmocka_unit_test_setup_teardown(a_silent_watcher_confirms_nothing, watch_setup,
                                      watch_teardown),
      cmocka_unit_test_setup_teardown(a_watcher_that_fails_says_why, watch_setup, watch_teardown),
      cmocka_unit_test_setup_teardown(the_time_to_wait_ends, watch_setup, watch_teardown),
      cmocka_unit_test_setup_teardown(a_history_that_is_gone_ends_the_watch, watch_setup,
                                      watch_teardown),
      cmocka_unit_test_setup_teardown(what_is_stopped_is_not_known, watch_setup, watch_teardown),
      cmocka_unit_test_setup_teardown(what_was_there_before_is_not_what_was_created, watch_setup,
                                      watch_teardown),
      cmocka_unit_test_setup_teardown(what_was_created_may_be_seen_late, watch_setup,
                                      watch_teardown),
      cmocka_unit_test_setup_teardown(what_was_created_may_never_be_seen, watch_setup,
                                      watch_teardown),
      cmocka_unit_test_setup_teardown(where_only_another_is_seen_no_end_is_known, watch_setup,
                                      watch_teardown),
      cmocka_unit_test_setup_teardown(who_goes_on_looks_for_what_is_to_be_created, watch_setup,
                                      watch_teardown),
  };

  if (digest_init(&error) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}

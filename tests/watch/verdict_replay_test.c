/* SPDX-License-Identifier: Apache-2.0 */
/* What real servers of two versions said of Jobs whose names say what becomes of them: whole, said
 * twice, with its streams against each other, and cut off behind each line. A cut may leave a Job
 * undecided; what is decided must be right.
 *
 * usage: watch_verdict_replay_test RECORDING...
 */
#include "recorded.h"

#include "memory/count.h"
#include "watch/verdict.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { GRACE = 300 * 1000, MOST_JOBS = 64 };

/* What becomes of the Jobs of one name. */
struct expected {
  const char *job;
  uint32_t outcome; /* 0: the recording ends before it does */
  const char *class;
  int32_t exit_code;
  const char *cause; /* stands in it */
};

static const struct expected table[] = {
    {"complete", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"fails", HG_OUTCOME_FAILED, "program-error", 3, "exited with code 3 (Error)"},
    {"fails-then-completes", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"out-of-memory", HG_OUTCOME_FAILED, "out-of-memory", 137, "more memory than its limit"},
    {"image-pull", 0, "image-pull", -1, "its image cannot be pulled (ImagePullBackOff)"},
    {"image-name", HG_OUTCOME_NEVER_STARTED, "image-name", -1, "(InvalidImageName)"},
    {"config-missing", 0, "config-missing", -1, "is not there (CreateContainerConfigError)"},
    {"slow", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"deadline", HG_OUTCOME_FAILED, "deadline", 143, "was stopped (exit code 143)"},
    {"restarts", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"restarts-to-the-limit", HG_OUTCOME_FAILED, "program-error", 1, "exited with code 1 (Error)"},
    {"parallel", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"indexed-one-fails", HG_OUTCOME_FAILED, "program-error", 1, "exited with code 1 (Error)"},
    {"evicted", HG_OUTCOME_FAILED, "evicted", 137,
     "was evicted from its node (Evicted): The node was low"},
    {"unschedulable", 0, "unschedulable", -1, "no node takes it (Unschedulable)"},
    {"ttl-0", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"ttl-0-fails", HG_OUTCOME_FAILED, "program-error", 9, "exited with code 9 (Error)"},
    {"ttl-2", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"suspended-then-resumed", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"suspended-while-running", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"deleted-while-running", HG_OUTCOME_DELETED, "deleted", -1, "deleted before it had ended"},
    {"slow-to-end", HG_OUTCOME_FAILED, "deadline", 143, "ran longer than activeDeadlineSeconds"},
    {"pod-failure-policy", HG_OUTCOME_FAILED, "pod-failure-policy", 42, "exited with code 42"},
    {"ends-at-once", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"per-index", HG_OUTCOME_FAILED, "failed-indexes", 1, "indexes 1,3 of the Job failed"},
    {"success-policy", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"applied", HG_OUTCOME_COMPLETE, "", -1, ""},
    {"managed-by", 0, "", -1, ""},
    {"replaced-only-when-failed", HG_OUTCOME_COMPLETE, "", -1, ""},
};

/* The first one of its name is deleted, the second one ends. */
static const struct expected again[] = {
    {"deleted-and-made-again", HG_OUTCOME_DELETED, "deleted", -1, "deleted before it had ended"},
    {"deleted-and-made-again", HG_OUTCOME_COMPLETE, "", -1, ""},
};

static const struct verdict_policy policy = {.start_grace_ms = GRACE, .schedule_grace_ms = -1};

struct followed {
  const char *name;
  const char *uid;
  struct verdict verdict;
};

struct following {
  struct followed jobs[MOST_JOBS];
  size_t count;
  int64_t now_ms;
};

static struct followed *followed_of(struct following *all, const char *uid) {
  for (size_t i = 0; i < all->count; i++)
    if (!strcmp(all->jobs[i].uid, uid))
      return &all->jobs[i];
  assert_true(all->count < MOST_JOBS);
  struct followed *job = &all->jobs[all->count++];
  job->uid = uid;
  job->name = "";
  verdict_init(&job->verdict, &policy);
  return job;
}

/* The recording that is told of, and its file in messages. */
static const struct recording *recorded;
static const char *recording_path;

static const struct expected *expected_of(const struct followed *job) {
  for (size_t i = 0; i < COUNT(table); i++)
    if (!strcmp(table[i].job, job->name))
      return &table[i];
  assert_string_equal(job->name, again[0].job);
  size_t first = 0;
  while (recorded->steps[first].kind != 'J' ||
         strcmp(recorded->steps[first].job_name, job->name) != 0)
    first++;
  return &again[strcmp(recorded->steps[first].job_uid, job->uid) != 0];
}

static void take(struct following *all, const struct recorded_step *step) {
  if (!*step->job_uid)
    return;
  struct followed *job = followed_of(all, step->job_uid);
  struct hg_error err = HG_ERROR_INIT;
  uint32_t before = job->verdict.outcome;
  if (step->ms > all->now_ms)
    all->now_ms = step->ms;
  if (step->kind == 'J') {
    job->name = step->job_name;
    assert_int_equal(verdict_take_job(&job->verdict, &step->job, false, all->now_ms, &err), 0);
  } else if (step->kind == 'P') {
    assert_int_equal(verdict_take_pod(&job->verdict, &step->pod, all->now_ms, &err), 0);
  } else {
    assert_int_equal(verdict_take_event(&job->verdict, &step->event, all->now_ms, &err), 0);
  }
  assert_int_equal(verdict_tick(&job->verdict, all->now_ms, &err), 0);
  if (before)
    assert_int_equal(job->verdict.outcome, before);
}

static void finish(struct following *all) {
  for (size_t i = 0; i < all->count; i++)
    verdict_finish(&all->jobs[i].verdict);
  free(all);
}

/* What the node's clock gave, `hours` later: the recordings are of hours in the middle of a day. */
static void shift_clock_of_nodes(struct recording *recording, int hours) {
  for (size_t i = 0; i < recording->count; i++) {
    const struct hg_pod_state *pod = &recording->steps[i].pod;
    for (uint32_t c = 0; recording->steps[i].kind == 'P' && c < pod->container_count; c++) {
      const char *times[] = {pod->containers[c]->started_at, pod->containers[c]->finished_at};
      for (size_t k = 0; k < COUNT(times); k++)
        if (*times[k]) /* YYYY-MM-DDTHH */
          ((char *)times[k])[12] = (char)(times[k][12] + hours);
    }
  }
}

static struct following *start(void) {
  struct following *all = calloc(1, sizeof *all);
  assert_non_null(all);
  return all;
}

static void assert_outcomes(const struct following *all, bool whole) {
  for (size_t i = 0; i < all->count; i++) {
    const struct followed *job = &all->jobs[i];
    if (!*job->name)
      continue;
    const struct expected *expected = expected_of(job);
    uint32_t outcome = job->verdict.outcome;
    if (outcome != expected->outcome && (whole || outcome))
      fail_msg("%s: %s: %s, not %s", recording_path, job->name,
               outcome ? hg_outcome_name(outcome) : "undecided",
               expected->outcome ? hg_outcome_name(expected->outcome) : "undecided");
  }
}

/* Everything else that the history is told. */
static void assert_words(struct following *all) {
  for (size_t i = 0; i < all->count; i++) {
    const struct followed *job = &all->jobs[i];
    const struct expected *expected = expected_of(job);
    const struct verdict *verdict = &job->verdict;
    bool is_right = !strcmp(verdict->failure_class, expected->class) &&
                    verdict->exit_code == expected->exit_code &&
                    strstr(verdict->cause, expected->cause) &&
                    (*verdict->advice || !*expected->class);
    if (!is_right)
      fail_msg("%s: %s: class %s, exit code %d, cause %s, advice %s", recording_path, job->name,
               verdict->failure_class, verdict->exit_code, verdict->cause, verdict->advice);
  }
}

static void jobs_end_as_their_names_say(void **state) {
  struct recording *recording = *state;
  struct hg_error err = HG_ERROR_INIT;
  struct following *all = start();
  for (size_t i = 0; i < recording->count; i++)
    take(all, &recording->steps[i]);
  assert_true(all->count >= 26);
  assert_outcomes(all, true);
  /* Hours later: the image and the Secret did not come, a node and another controller may. */
  for (size_t i = 0; i < all->count; i++) {
    struct verdict *verdict = &all->jobs[i].verdict;
    const char *class = expected_of(&all->jobs[i])->class;
    uint32_t before = verdict->outcome;
    assert_int_equal(verdict_tick(verdict, all->now_ms + 10 * GRACE, &err), 0);
    if (!before && (!strcmp(class, "image-pull") || !strcmp(class, "config-missing")))
      assert_int_equal(verdict->outcome, HG_OUTCOME_NEVER_STARTED);
    else
      assert_int_equal(verdict->outcome, before);
    if (!verdict->outcome && !strcmp(class, "unschedulable")) {
      assert_string_equal(verdict->waits_for, "Unschedulable");
      assert_int_equal(verdict_give_up(verdict, HG_OUTCOME_TIMED_OUT, "the time is over", &err), 0);
      assert_string_equal(verdict->failure_class, "timed-out");
      assert_non_null(strstr(verdict->message, "Insufficient cpu"));
      verdict->failure_class = "unschedulable"; /* for assert_words */
    }
  }
  assert_words(all);
  finish(all);
}

static void each_line_said_twice_changes_nothing(void **state) {
  struct recording *recording = *state;
  struct following *all = start();
  for (size_t i = 0; i < recording->count; i++) {
    take(all, &recording->steps[i]);
    take(all, &recording->steps[i]);
  }
  assert_outcomes(all, true);
  /* And all of it once more, from its beginning, as a careless list would tell it. */
  for (size_t i = 0; i < recording->count; i++)
    take(all, &recording->steps[i]);
  assert_outcomes(all, true);
  finish(all);
}

/* Each stream keeps its own order; one of them is behind the others by any number of lines. */
static void streams_may_be_behind_each_other(void **state) {
  static const char kinds[] = "JPE";
  static const size_t delays[] = {1, 3, 10, 40, 200, 100000};
  struct recording *recording = *state;
  for (size_t k = 0; k < 3; k++)
    for (size_t d = 0; d < COUNT(delays); d++) {
      struct following *all = start();
      size_t behind = 0;
      for (size_t i = 0; i < recording->count + delays[d]; i++) {
        if (i < recording->count && recording->steps[i].kind != kinds[k])
          take(all, &recording->steps[i]);
        for (; behind < recording->count && behind + delays[d] <= i; behind++)
          if (recording->steps[behind].kind == kinds[k])
            take(all, &recording->steps[behind]);
        if (i >= recording->count && behind >= recording->count)
          break;
      }
      for (; behind < recording->count; behind++)
        if (recording->steps[behind].kind == kinds[k])
          take(all, &recording->steps[behind]);
      assert_outcomes(all, true);
      finish(all);
    }
}

static void a_cut_behind_any_line_gives_no_wrong_decision(void **state) {
  struct recording *recording = *state;
  struct hg_error err = HG_ERROR_INIT;
  struct following *all = start();
  for (size_t i = 0; i < recording->count; i++) {
    take(all, &recording->steps[i]);
    assert_outcomes(all, false);
  }
  finish(all);
  /* The watch starts in the middle, as that of another process does. */
  for (size_t from = 1; from < recording->count; from++) {
    all = start();
    for (size_t i = from; i < recording->count; i++)
      take(all, &recording->steps[i]);
    assert_outcomes(all, false);
    for (size_t i = 0; i < all->count; i++)
      assert_int_equal(verdict_give_up(&all->jobs[i].verdict, HG_OUTCOME_UNKNOWN, "", &err), 0);
    finish(all);
  }
}

/* Neither this machine nor the nodes have the servers' time. */
static void clocks_that_are_an_hour_off_change_nothing(void **state) {
  struct recording *recording = *state;
  for (int hours = -1; hours <= 1; hours += 2) {
    struct following *all = start();
    shift_clock_of_nodes(recording, hours);
    for (size_t i = 0; i < recording->count; i++)
      take(all, &recording->steps[i]);
    shift_clock_of_nodes(recording, -hours);
    assert_outcomes(all, true);
    finish(all);
  }
}

/* Of each line the next one of the same Job or Pod. */
static size_t *next_of_same(const struct recording *recording) {
  size_t *next = calloc(recording->count, sizeof *next);
  assert_non_null(next);
  for (size_t at = 0; at < recording->count; at++) {
    const struct recorded_step *step = &recording->steps[at];
    for (next[at] = at + 1; next[at] < recording->count; next[at]++) {
      const struct recorded_step *later = &recording->steps[next[at]];
      if (step->kind == later->kind &&
          ((step->kind == 'J' && !strcmp(step->job_uid, later->job_uid)) ||
           (step->kind == 'P' && !strcmp(step->pod.uid, later->pod.uid))))
        break;
    }
  }
  return next;
}

/* Headgate is killed behind any line, and starts again with a list of what is there. */
static void a_restart_behind_any_line_gives_the_same_outcomes(void **state) {
  struct recording *recording = *state;
  size_t *next = next_of_same(recording);
  for (size_t killed = 1; killed < recording->count; killed++) {
    struct following *all = start();
    for (size_t i = 0; i < killed; i++) {
      const struct recorded_step *step = &recording->steps[i];
      bool is_gone = (step->kind == 'J' && step->job.phase == HG_PHASE_DELETED) ||
                     (step->kind == 'P' && step->pod.flags & HG_POD_DELETED);
      if (!is_gone && next[i] >= killed)
        take(all, step);
    }
    for (size_t i = killed; i < recording->count; i++)
      take(all, &recording->steps[i]);
    assert_outcomes(all, true);
    finish(all);
  }
  free(next);
}

int main(int argc, char **argv) {
  int failed = 0;
  for (int i = 1; i < argc; i++) {
    struct recording recording;
    recorded = &recording;
    recording_path = argv[i];
    recording_open(&recording, argv[i]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(jobs_end_as_their_names_say, &recording),
        cmocka_unit_test_prestate(each_line_said_twice_changes_nothing, &recording),
        cmocka_unit_test_prestate(streams_may_be_behind_each_other, &recording),
        cmocka_unit_test_prestate(a_cut_behind_any_line_gives_no_wrong_decision, &recording),
        cmocka_unit_test_prestate(clocks_that_are_an_hour_off_change_nothing, &recording),
        cmocka_unit_test_prestate(a_restart_behind_any_line_gives_the_same_outcomes, &recording),
    };
    failed += cmocka_run_group_tests(tests, NULL, NULL);
    recording_close(&recording);
  }
  return failed || argc < 2;
}

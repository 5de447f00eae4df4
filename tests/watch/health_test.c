/* SPDX-License-Identifier: Apache-2.0 */
/* How well a Job is, by how it stands; and all of them. */
#include "watch/health.h"

#include "memory/count.h"
#include "verdict_steps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct health_policy usual = {.warns_on_pending = true, .unknown_is_error = true};
static const struct health_policy lenient = {0};

struct health_row {
  const char *promise;
  struct verdict_row row;
  int64_t at; /* seconds */
  const struct health_policy *policy;
  enum health health;
  const char *reasons; /* joined by a space */
};

#define STUCK_AT(at_, reason_)                                                                     \
  { PENDING, POD(0, "a", "Pending", CONTAINERS(WAITS(reason_))), TICK(at_) }

static const struct health_row rows[] = {
    {"a Job that runs is well",
     {.steps = {JOB(0, HG_PHASE_RUNNING), POD(0, "a", "Running", CONTAINERS(RUNS(0)))}},
     1000,
     &usual,
     HEALTH_OK,
     ""},
    {"so is one that is complete",
     {.steps = {JOB(0, HG_PHASE_COMPLETE, .flags = HG_JOB_SUCCEEDS)}},
     1,
     &usual,
     HEALTH_OK,
     ""},
    {"a counter of failed Pods is no illness",
     {.steps = {JOB(0, HG_PHASE_RUNNING, .failed = 3)}},
     1,
     &usual,
     HEALTH_OK,
     ""},
    {"a Job that waits is well at first",
     {.steps = STUCK_AT(149, "ImagePullBackOff")},
     149,
     &usual,
     HEALTH_OK,
     "pending image-pull"},
    {"beyond half its grace it is to be looked at",
     {.steps = STUCK_AT(150, "ImagePullBackOff")},
     150,
     &usual,
     HEALTH_WARN,
     "pending image-pull"},
    {"unless nobody wants to know",
     {.steps = STUCK_AT(150, "ImagePullBackOff")},
     150,
     &lenient,
     HEALTH_OK,
     "pending image-pull"},
    {"no node is worth a look at once",
     {.steps = {PENDING, POD(0, "a", "Pending", .node = "", .reason = "Unschedulable")}},
     0,
     &usual,
     HEALTH_WARN,
     "pending unschedulable"},
    {"a gate is somebody's wish",
     {.steps = {PENDING, POD(0, "a", "Pending", .node = "", .reason = "SchedulingGated")}},
     100000,
     &usual,
     HEALTH_OK,
     "pending gated"},
    {"so is a suspension",
     {.steps = {JOB(0, HG_PHASE_SUSPENDED)}},
     100000,
     &usual,
     HEALTH_OK,
     "suspended"},
    {"never started",
     {.steps = STUCK_AT(300, "ImagePullBackOff")},
     300,
     &lenient,
     HEALTH_ERROR,
     "pending image-pull"},
    {"failed",
     {.steps = {PENDING, POD(1, "a", "Failed", CONTAINERS(ENDED(1, "Error"))), OVER_LIMIT(2)}},
     2,
     &usual,
     HEALTH_ERROR,
     "job_failed program-error"},
    {"about to be failed",
     {.steps = {PENDING, JOB(1, HG_PHASE_ENDING, .reason = "DeadlineExceeded")}},
     2,
     &usual,
     HEALTH_ERROR,
     "job_failed"},
    {"deleted",
     {.steps = {PENDING, JOB(1, HG_PHASE_DELETED)}},
     2,
     &usual,
     HEALTH_ERROR,
     "job_failed deleted"},
    {"a phase that nobody knows",
     {.steps = {JOB(0, 77)}},
     2,
     &usual,
     HEALTH_ERROR,
     "unknown_phase"},
    {"the same, taken easy", {.steps = {JOB(0, 77)}}, 2, &lenient, HEALTH_WARN, "unknown_phase"},
    {"a Job that nobody saw", {.promise = ""}, 2, &usual, HEALTH_ERROR, "unknown_phase"},
};

static void each_job_is_judged_by_how_it_stands(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(rows); i++) {
    const struct health_row *row = &rows[i];
    struct verdict verdict;
    char reasons[128] = "";
    verdict_row_init(&verdict, &row->row);
    for (size_t s = 0; s < MOST_STEPS && row->row.steps[s].what; s++)
      verdict_take_step(&verdict, &row->row.steps[s], false);
    struct job_health health = health_of_job(&verdict, row->policy, row->at * 1000);
    for (uint32_t r = 0; r < health.reason_count; r++) {
      strcat(reasons, r ? " " : "");
      strcat(reasons, health.reasons[r]);
    }
    if (health.health != row->health || strcmp(reasons, row->reasons) != 0)
      fail_msg("%s: %s, \"%s\"", row->promise, health_name(health.health), reasons);
    verdict_finish(&verdict);
  }
}

static void what_was_not_seen_to_the_end_is_not_known(void **state) {
  (void)state;
  static const struct verdict_row row = {.steps = {PENDING}};
  struct verdict verdict;
  struct hg_error err = HG_ERROR_INIT;
  verdict_row_init(&verdict, &row);
  verdict_take_step(&verdict, &row.steps[0], false);
  assert_int_equal(verdict_give_up(&verdict, HG_OUTCOME_UNKNOWN, "connection refused", &err), 0);
  assert_string_equal(verdict.cause, "connection refused");
  assert_string_equal(verdict.failure_class, "lost-sight");
  struct job_health health = health_of_job(&verdict, &lenient, 0);
  assert_int_equal(health.health, HEALTH_WARN);
  assert_string_equal(health.reasons[0], "unknown_phase");
  assert_string_equal(health.reasons[1], "lost-sight");
  verdict_finish(&verdict);
}

static void all_are_as_well_as_the_worst_and_never_ok_unseen(void **state) {
  (void)state;
  static const enum health jobs[] = {HEALTH_OK, HEALTH_WARN, HEALTH_OK, HEALTH_ERROR};
  assert_int_equal(health_of_all(jobs, 1, 0), HEALTH_OK);
  assert_int_equal(health_of_all(jobs, 3, 0), HEALTH_WARN);
  assert_int_equal(health_of_all(jobs, 4, 0), HEALTH_ERROR);
  /* The cluster could not be asked: no Job was seen, or not all. */
  assert_int_equal(health_of_all(NULL, 0, 1), HEALTH_WARN);
  assert_int_equal(health_of_all(jobs, 1, 1), HEALTH_WARN);
  assert_int_equal(health_of_all(jobs, 4, 1), HEALTH_ERROR);
  assert_int_equal(health_of_all(NULL, 0, 0), HEALTH_OK);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(each_job_is_judged_by_how_it_stands),
      cmocka_unit_test(what_was_not_seen_to_the_end_is_not_known),
      cmocka_unit_test(all_are_as_well_as_the_worst_and_never_ok_unseen),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

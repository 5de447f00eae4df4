/* SPDX-License-Identifier: Apache-2.0 */
/* What each worker gets and what it is called; which names a cluster takes; mistyped names. */
#include "generate/kubernetes_names.h"
#include "generate/nearest_name.h"
#include "iteration_shares.h"
#include "job_manifest.h"
#include "session_keys.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_shares(void **state) {
  static const struct {
    int64_t total;
    int64_t workers;
    int64_t first;
    int64_t with_first; /* workers that get as much as the first */
    int64_t last;
  } cases[] = {
      {6, 2, 3, 2, 3},
      {7, 3, 3, 1, 2},
      {100, 7, 15, 2, 14},
      {0, 5, 0, 5, 0},
      {3, 5, 1, 3, 0},
      {1, 1, 1, 1, 1},
      {INT64_MAX, 1, INT64_MAX, 1, INT64_MAX},
      {INT64_MAX, 2, INT64_MAX / 2 + 1, 1, INT64_MAX / 2},
      {INT64_MAX, 100000, 92233720368548, 75807, 92233720368547},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    int64_t with_first = 0;

    for (int64_t worker = 0; worker < cases[i].workers; worker++)
      with_first += iteration_share(cases[i].total, cases[i].workers, worker) == cases[i].first;
    assert_true(with_first == cases[i].with_first);
    assert_true(iteration_share(cases[i].total, cases[i].workers, cases[i].workers - 1) ==
                cases[i].last);
    assert_int_equal(iteration_shares_prove(cases[i].total, cases[i].workers, NULL), 0);
  }
}

static void test_wrong_shares_are_found(void **state) {
  struct hg_error err = HG_ERROR_INIT;

  (void)state;
  assert_int_equal(iteration_shares_prove(-1, 2, &err), -1);
  assert_int_equal(err.code, HG_ERROR_FAILED);
  assert_non_null(strstr(err.message, "nothing was written"));
}

static void test_job_names(void **state) {
  const struct session demo = {
      .session_id = "d29-k8s-demo-session", .total_iterations = 7, .workers = 100000};
  const struct session brief = {.session_id = "x", .total_iterations = 1, .workers = 1};
  struct job job;

  (void)state;
  job_describe(&demo, 0, &job);
  assert_string_equal(job.name, "arb-tuning-d29-k8s--worker-1-0");
  assert_string_equal(job.worker_id, "worker-1");
  assert_string_equal(job.file_name, "job-00-arb-tuning-d29-k8s--worker-1-0.yaml");
  assert_int_equal(job.iterations, 1);
  job_describe(&demo, 11, &job);
  assert_string_equal(job.file_name, "job-11-arb-tuning-d29-k8s--worker-12-11.yaml");
  job_describe(&demo, 99999, &job);
  assert_string_equal(job.name, "arb-tuning-d29-k8s--worker-100000-99999");
  assert_string_equal(job.file_name, "job-99999-arb-tuning-d29-k8s--worker-100000-99999.yaml");
  assert_int_equal(job.iterations, 0);
  job_describe(&brief, 0, &job);
  assert_string_equal(job.name, "arb-tuning-x-worker-1-0");
}

/* A text of `length` letters; the next call overwrites it. */
static const char *letters(size_t length) {
  static char text[256];

  memset(text, 'a', length);
  text[length] = '\0';
  return text;
}

static void test_kubernetes_names(void **state) {
  (void)state;
  assert_null(kubernetes_label_name_problem("trading-bots"));
  assert_null(kubernetes_label_name_problem("0a"));
  assert_null(kubernetes_label_name_problem(letters(63)));
  assert_non_null(kubernetes_label_name_problem(letters(64)));
  assert_non_null(kubernetes_label_name_problem(""));
  assert_non_null(kubernetes_label_name_problem("Trading"));
  assert_non_null(kubernetes_label_name_problem("a.b"));
  assert_non_null(kubernetes_label_name_problem("-a"));
  assert_non_null(kubernetes_label_name_problem("a-"));
  assert_non_null(kubernetes_label_name_problem("a\n"));

  assert_null(kubernetes_label_value_problem(""));
  assert_null(kubernetes_label_value_problem("Docker_1.x-Y"));
  assert_null(kubernetes_label_value_problem(letters(63)));
  assert_non_null(kubernetes_label_value_problem(letters(64)));
  assert_non_null(kubernetes_label_value_problem(".a"));
  assert_non_null(kubernetes_label_value_problem("a b"));
  assert_non_null(kubernetes_label_value_problem("한글"));

  assert_null(kubernetes_variable_problem("REDIS_PORT"));
  assert_null(kubernetes_variable_problem("a b.c-d"));
  assert_non_null(kubernetes_variable_problem(""));
  assert_non_null(kubernetes_variable_problem("A=B"));
  assert_non_null(kubernetes_variable_problem("한글"));
  assert_non_null(kubernetes_variable_problem("A\t"));

  assert_null(kubernetes_image_problem("registry:5000/app@sha256:0"));
  assert_non_null(kubernetes_image_problem(" app"));
  assert_non_null(kubernetes_image_problem("app\n"));

  assert_null(session_id_problem("d29-k8s-Demo.Session_1"));
  assert_null(session_id_problem("x"));
  assert_non_null(session_id_problem("D29"));
  assert_non_null(session_id_problem("d29.k8s"));
  assert_non_null(session_id_problem("d29_k8s-demo"));
  assert_non_null(session_id_problem("d29-k8s-demo-"));
  assert_non_null(session_id_problem(letters(64)));
}

static void test_nearest_name(void **state) {
  static const char *const names[] = {"session_id", "k8s_namespace", "workers", "mode",
                                      "env",        "live",          NULL};
  static const struct {
    const char *text;
    const char *nearest;
  } cases[] = {
      {"worker", "workers"},
      {"wrokers", "workers"},
      {"namespace", "k8s_namespace"},
      {"modes", "mode"},
      {"sesion-id", "session_id"},
      {"enw", "env"},
      {"zzz", NULL},
      {"", NULL},
      {"completions", NULL},
      {"lvie", "live"},
      {"a_name_that_is_far_longer_than_any_key_can_be", NULL},
  };

  (void)state;
  for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
    const char *nearest = nearest_name(cases[i].text, names);

    if (cases[i].nearest)
      assert_string_equal(nearest ? nearest : "nothing", cases[i].nearest);
    else
      assert_null(nearest);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_shares),       cmocka_unit_test(test_wrong_shares_are_found),
      cmocka_unit_test(test_job_names),    cmocka_unit_test(test_kubernetes_names),
      cmocka_unit_test(test_nearest_name),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

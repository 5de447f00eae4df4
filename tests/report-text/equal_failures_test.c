/* SPDX-License-Identifier: Apache-2.0 */
/* Failures that are told once: which are equal, and what stands in place of a Job's name. */
#include "equal_failures.h"

#include "memory/count.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

struct sample {
  const char *name;
  const char *path;
  const char *reason;
};

/* What a report lists of those two Jobs. */
static void tell(const struct sample pair[2], struct section *list) {
  const struct layout plain = {0};
  struct equal_failures failures;
  struct hg_error err = HG_ERROR_INIT;

  equal_failures_init(&failures, &equal_errors);
  for (size_t i = 0; i < 2; i++) {
    const struct failure failure = {.job_name = pair[i].name,
                                    .yaml_path = pair[i].path,
                                    .document_number = 1,
                                    .note = "",
                                    .reason = pair[i].reason,
                                    .pod = "",
                                    .container = "",
                                    .log_path = "",
                                    .advice = ""};
    bool is_taken;

    assert_int_equal(equal_failures_add(&failures, &failure, &is_taken, &err), 0);
    assert_true(is_taken);
  }
  assert_int_equal(equal_failures_append(&failures, &plain, list, &err), 0);
  equal_failures_finish(&failures);
}

/* A name is replaced where it is the Job's, never where it is a word or a part of one. */
static void only_the_jobs_own_name_is_replaced(void **state) {
  static const struct {
    struct sample pair[2];
    const char *told;
  } cases[] = {
      {{{"a", "a.yaml", "jobs.batch \"a\" is forbidden: exceeded a quota"},
        {"s", "s.yaml", "jobs.batch \"s\" is forbidden: exceeded a quota"}},
       "jobs.batch \"NAME\" is forbidden: exceeded a quota"},
      {{{"a", "a.yaml", "job.batch/a: a field is immutable"},
        {"is", "is.yaml", "job.batch/is: a field is immutable"}},
       "job.batch/NAME: a field is immutable"},
      {{{"try-1", "out/1.yaml", "error parsing out/1.yaml: try-1 has try-10 and x-try-1."},
        {"try-2", "out/2.yaml", "error parsing out/2.yaml: try-2 has try-10 and x-try-1."}},
       "error parsing FILE: NAME has try-10 and x-try-1."},
      {{{"w-1", "-", "no answer - w-1"}, {"w-2", "-", "no answer - w-2"}}, "no answer - NAME"},
      {{{"job-1", "job-1", "job-1.batch of job-1."}, {"job-2", "job-2", "job-1.batch of job-2."}},
       "job-1.batch of FILE."},
  };

  (void)state;
  for (size_t i = 0; i < COUNT(cases); i++) {
    struct section list;

    section_init(&list, 4096);
    tell(cases[i].pair, &list);
    if (!strstr(text_buffer_string(&list.text), cases[i].told) ||
        !strstr(text_buffer_string(&list.text), "2 Jobs: "))
      fail_msg("%s\nis not in\n%s", cases[i].told, text_buffer_string(&list.text));
    section_finish(&list);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(only_the_jobs_own_name_is_replaced)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}

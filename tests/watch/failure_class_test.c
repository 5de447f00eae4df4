/* SPDX-License-Identifier: Apache-2.0 */
/* The table of failure classes: what is known by which word, and what a new try can mend. */
#include "watch/failure_class.h"

#include "memory/count.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* Every class there is, and whether a new try of the same Job can mend it. */
static const struct {
  const char *name;
  bool is_passing;
} classes[] = {
    {"backoff-limit", true},    {"deadline", true},        {"pod-failure-policy", false},
    {"failed-indexes", false},  {"out-of-memory", false},  {"program-error", true},
    {"cannot-execute", false},  {"killed", true},          {"node-lost", true},
    {"evicted", true},          {"preempted", true},       {"node-shutdown", true},
    {"node-refused", true},     {"image-name", false},     {"image-pull", false},
    {"image-signature", false}, {"config-missing", false}, {"container-create", true},
    {"crash-loop", false},      {"unschedulable", false},  {"gated", false},
    {"suspended", false},       {"queued", false},         {"pods-forbidden", false},
    {"quota", false},           {"not-started", false},    {"managed-elsewhere", false},
    {"job-failed", false},      {"deleted", true},         {"lost-sight", false},
    {"timed-out", false},       {"gone", false},
};

static void a_retry_is_for_what_it_can_mend(void **state) {
  (void)state;
  for (size_t i = 0; i < COUNT(classes); i++) {
    const struct failure_class *class = failure_class_named(classes[i].name);
    if (!class || failure_class_is_passing(classes[i].name) != classes[i].is_passing)
      fail_msg("%s", classes[i].name);
    assert_true(*class->clause && *class->advice);
    /* One sentence each, and the advice says something else than the cause. */
    assert_null(strchr(class->clause, '\n'));
    assert_null(strchr(class->advice, '\n'));
    assert_null(strstr(class->advice, class->clause));
  }
  assert_false(failure_class_is_passing(""));
  assert_false(failure_class_is_passing("of another version"));
}

static void every_row_that_is_asked_for_by_number_has_a_name(void **state) {
  (void)state;
  for (int i = 0; i < CLASS_COUNT; i++) {
    const struct failure_class *class = failure_class((enum failure_class_of)i);
    assert_non_null(class->name);
    assert_ptr_equal(failure_class_named(class->name), class);
  }
}

static void only_whole_words_are_known(void **state) {
  (void)state;
  static const char *const strange[] = {"",
                                        " ",
                                        "Image",
                                        "BackOff",
                                        "ErrImagePull ImagePullBackOff",
                                        "ContainerCreating",
                                        "PodInitializing",
                                        "Err"};
  for (size_t i = 0; i < COUNT(strange); i++) {
    assert_null(failure_class_of_waiting(strange[i]));
    assert_null(failure_class_of_pod(strange[i]));
    assert_null(failure_class_of_job(strange[i]));
  }
  assert_ptr_equal(failure_class_of_waiting("SomeNewError"), failure_class(CLASS_CONTAINER_CREATE));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_retry_is_for_what_it_can_mend),
      cmocka_unit_test(every_row_that_is_asked_for_by_number_has_a_name),
      cmocka_unit_test(only_whole_words_are_known),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

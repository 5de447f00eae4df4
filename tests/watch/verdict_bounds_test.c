/* SPDX-License-Identifier: Apache-2.0 */
/* What a verdict may cost, and what a cluster may say to it. */
#include "verdict_steps.h"

#include "memory/count.h"
#include "text/utf8.h"

#include <malloc.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { LONG = 100000, MOST_MESSAGE = 4096, JOBS = 10000, BYTES_OF_A_JOB = 1024 };

static bool is_utf8(const char *text) {
  size_t length = strlen(text);
  uint32_t c = 0;
  for (size_t i = 0, step = 0; i < length; i += step)
    if (!(step = utf8_decode(text + i, length - i, &c)))
      return false;
  return true;
}

/* Nothing but euro signs, three bytes each, behind `odd` bytes. */
static char *euros(size_t odd) {
  char *text = calloc(1, LONG + 8);
  assert_non_null(text);
  memset(text, 'x', odd);
  for (size_t i = odd; i + 3 <= LONG; i += 3)
    memcpy(text + i, "\xe2\x82\xac", 3);
  return text;
}

static void texts_of_the_cluster_are_cut_between_two_characters(void **state) {
  (void)state;
  for (size_t odd = 0; odd < 3; odd++) {
    char *text = euros(odd);
    const struct verdict_step steps[] = {
        PENDING,
        POD(1, text, "Failed", .reason = text, .message = text,
            CONTAINERS(ENDED(1, text, .message = text))),
        POD(1, "b", "Failed", .reason = "Evicted", .message = text),
        POD(1, "c", "Pending", CONTAINERS(WAITS("ErrImagePull", .message = text))),
        EVENT(1, "FailedMount", text, .pod = "d"),
        EVENT(1, text, text, .pod = text),
        EVENT(1, "FailedCreate", text),
        FAILS(2, text, .message = text, .failed_indexes = text),
    };
    /* Once to its end, and once up to each line, where somebody stops looking. */
    for (size_t end = 1; end <= COUNT(steps); end++) {
      static const struct verdict_row row;
      struct verdict verdict;
      struct hg_error err = HG_ERROR_INIT;
      verdict_row_init(&verdict, &row);
      for (size_t i = 0; i < end; i++)
        verdict_take_step(&verdict, &steps[i], false);
      assert_int_equal(verdict_give_up(&verdict, HG_OUTCOME_TIMED_OUT, text, &err), 0);
      const char *const kept[] = {verdict.reason,
                                  verdict.message,
                                  verdict.cause,
                                  verdict.pod,
                                  verdict.pod_uid,
                                  verdict.container,
                                  verdict.termination_message};
      for (size_t i = 0; i < COUNT(kept); i++)
        if (strlen(kept[i]) > MOST_MESSAGE || !is_utf8(kept[i]))
          fail_msg("text %zu: %zu bytes", i, strlen(kept[i]));
      verdict_finish(&verdict);
    }
    free(text);
  }
}

static void events_of_pods_that_nobody_knows_are_few(void **state) {
  (void)state;
  static const struct verdict_row row;
  const struct verdict_step pending = PENDING;
  struct verdict verdict;
  char uid[16];
  verdict_row_init(&verdict, &row);
  verdict_take_step(&verdict, &pending, false);
  size_t before = mallinfo2().uordblks;
  for (int i = 0; i < 10000; i++) {
    snprintf(uid, sizeof uid, "%d", i);
    const struct verdict_step event = EVENT(1, "FailedMount", "words", .pod = uid);
    verdict_take_step(&verdict, &event, false);
  }
  /* Sanitizers count for themselves, and mallinfo2 says 0. */
  assert_true(mallinfo2().uordblks - before < 16 * 1024);
  verdict_finish(&verdict);
}

static void ten_thousand_jobs_that_run_are_small(void **state) {
  (void)state;
  static const struct verdict_row row;
  struct verdict *verdicts = calloc(JOBS, sizeof *verdicts);
  assert_non_null(verdicts);
  size_t before = mallinfo2().uordblks;
  for (int i = 0; i < JOBS; i++) {
    char job[40];
    char pod[40];
    snprintf(job, sizeof job, "b850a375-56af-4eaf-9643-72a3%08d", i);
    snprintf(pod, sizeof pod, "34de0bb5-d467-491c-b13b-6ace%08d", i);
    const struct verdict_step steps[] = {
        JOB(0, HG_PHASE_PENDING, .uid = job, .active = 1),
        POD(0, pod, "Pending", .uid = job, CONTAINERS(WAITS("ContainerCreating"))),
        POD(1, pod, "Running", .uid = job, CONTAINERS(RUNS(0))),
    };
    verdict_row_init(&verdicts[i], &row);
    for (size_t s = 0; s < COUNT(steps); s++)
      verdict_take_step(&verdicts[i], &steps[s], false);
  }
  size_t used = mallinfo2().uordblks - before + JOBS * sizeof *verdicts;
  print_message("%zu bytes a Job\n", used / JOBS);
  assert_true(used < (size_t)JOBS * BYTES_OF_A_JOB);
  for (int i = 0; i < JOBS; i++)
    verdict_finish(&verdicts[i]);
  free(verdicts);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(texts_of_the_cluster_are_cut_between_two_characters),
      cmocka_unit_test(events_of_pods_that_nobody_knows_are_few),
      cmocka_unit_test(ten_thousand_jobs_that_run_are_small),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

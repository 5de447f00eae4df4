/* SPDX-License-Identifier: Apache-2.0 */
/* Who is tried again first, and when. */
#include "apply/backoff.h"
#include "apply/retry_queue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void add(struct retry_queue *queue, uint64_t item, int64_t due_ms) {
  const struct job_try next = {item, 2, 1};

  assert_int_equal(retry_queue_add(queue, &next, due_ms), 0);
}

static void expect_next(struct retry_queue *queue, int64_t now_ms, uint64_t item) {
  struct job_try next = {0, 0, 0};
  size_t count = retry_queue_count(queue);

  assert_true(retry_queue_look(queue, now_ms, &next));
  assert_int_equal(next.item, item);
  assert_int_equal(retry_queue_count(queue), count);
  assert_true(retry_queue_take(queue, now_ms, &next));
  assert_int_equal(next.item, item);
  assert_int_equal(next.attempt, 2);
  assert_int_equal(next.retries, 1);
}

static void test_plan_order_among_those_that_are_due(void **state) {
  struct retry_queue queue;
  struct job_try next;

  (void)state;
  retry_queue_init(&queue);
  assert_true(retry_queue_is_empty(&queue));
  assert_false(retry_queue_take(&queue, 1000, &next));
  add(&queue, 7, 100);
  add(&queue, 3, 200);
  add(&queue, 5, 150);
  add(&queue, 1, 900);
  assert_false(retry_queue_take(&queue, 99, &next));
  assert_false(retry_queue_is_empty(&queue));
  expect_next(&queue, 160, 5); /* 7 was due before it and comes after it in the plan */
  expect_next(&queue, 200, 3);
  expect_next(&queue, 200, 7);
  assert_false(retry_queue_take(&queue, 899, &next));
  expect_next(&queue, 900, 1);
  assert_true(retry_queue_is_empty(&queue));
  retry_queue_finish(&queue);
}

static void test_patience(void **state) {
  struct retry_queue queue;

  (void)state;
  retry_queue_init(&queue);
  assert_int_equal(retry_queue_patience(&queue, 0, 100), 100);
  add(&queue, 1, 1050);
  add(&queue, 2, 1070);
  assert_int_equal(retry_queue_patience(&queue, 0, 100), 100);
  assert_int_equal(retry_queue_patience(&queue, 1000, 100), 50);
  assert_int_equal(retry_queue_patience(&queue, 1050, 100), 0);
  assert_int_equal(retry_queue_patience(&queue, 9999, 100), 0);
  expect_next(&queue, 1100, 1); /* 2 is ready now */
  assert_int_equal(retry_queue_patience(&queue, 0, 100), 0);
  retry_queue_finish(&queue);
}

/* All of a large plan, added in an order that a heap does not like. */
static void test_many(void **state) {
  enum { MANY = 20000 };
  struct retry_queue queue;

  (void)state;
  retry_queue_init(&queue);
  for (uint64_t i = 0; i < MANY; i++)
    add(&queue, (i * 7919) % MANY, (int64_t)((i * 104729) % 1000));
  for (uint64_t i = 0; i < MANY; i++)
    expect_next(&queue, 1000, i);
  assert_true(retry_queue_is_empty(&queue));
  retry_queue_finish(&queue);
}

/* Full jitter: from nothing to the doubled base, and nothing beyond the cap. */
static void test_delays(void **state) {
  static const struct {
    int64_t base_ms;
    uint32_t retry;
    int64_t most_ms;
  } rows[] = {{1000, 1, 1000},
              {1000, 2, 2000},
              {1000, 3, 4000},
              {1000, 5, 16000},
              {1000, 6, 30000},
              {1000, 20, 30000},
              {1000, 1000000, 30000},
              {30000, 1, 30000},
              {30000, 2, 30000},
              {0, 1, 0},
              {0, 20, 0},
              {1, 4, 8}};
  struct backoff backoff;

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    int64_t least = INT64_MAX;
    int64_t most = -1;

    backoff_init(&backoff, rows[i].base_ms);
    for (int j = 0; j < 2000; j++) {
      int64_t delay = backoff_delay_ms(&backoff, rows[i].retry);

      least = delay < least ? delay : least;
      most = delay > most ? delay : most;
    }
    assert_true(least >= 0 && least <= rows[i].most_ms / 10);
    assert_true(most <= rows[i].most_ms && most >= rows[i].most_ms * 9 / 10);
  }
}

/* Two headgates do not come back at the same times. */
static void test_seeds_differ(void **state) {
  struct backoff one;
  struct backoff other;
  int alike = 0;

  (void)state;
  backoff_init(&one, 30000);
  backoff_init(&other, 30000);
  for (int i = 0; i < 16; i++)
    alike += backoff_delay_ms(&one, 1) == backoff_delay_ms(&other, 1);
  assert_true(alike < 8);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_plan_order_among_those_that_are_due),
      cmocka_unit_test(test_patience),
      cmocka_unit_test(test_many),
      cmocka_unit_test(test_delays),
      cmocka_unit_test(test_seeds_differ),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

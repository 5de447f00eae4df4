/* SPDX-License-Identifier: Apache-2.0 */
/* The command of each Job is D31's, and its item has what the gate compares. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "plan/plan_builder.h"
#include "text/shell_quote.h"

#include <string.h>

static struct judged_document document_of(const char *path, uint32_t number, uint32_t count) {
  struct judged_document document;

  memset(&document, 0, sizeof document);
  document.job.path = path;
  document.job.name = "job";
  document.job.namespace = "default";
  document.job.document_number = number;
  document.document_count = count;
  document.sha256[0] = 0xab;
  document.offset = 5;
  document.length = 10;
  return document;
}

static void assert_command(const struct hg_plan_item *item, const char *expected) {
  struct text_buffer text;

  text_buffer_init(&text);
  shell_quote_append(&text, item->kubectl_command, item->kubectl_command_count);
  assert_string_equal(text_buffer_string(&text), expected);
  assert_null(item->kubectl_command[item->kubectl_command_count]);
  text_buffer_finish(&text);
}

static void test_commands(void **state) {
  const struct judged_document alone = document_of("jobs/a b.yaml", 1, 1);
  const struct judged_document second = document_of("jobs/c.yaml", 2, 3);
  struct plan_builder builder;

  (void)state;
  plan_builder_init(&builder, NULL, NULL);
  assert_non_null(plan_builder_add(&builder, &alone, 1));
  assert_non_null(plan_builder_add(&builder, &second, 2));
  assert_int_equal(builder.plan.total_jobs, 2);
  assert_command(builder.plan.jobs[0], "kubectl apply -f 'jobs/a b.yaml'");
  assert_command(builder.plan.jobs[1], "kubectl apply -f -");
  plan_builder_finish(&builder);
  plan_builder_init(&builder, "my config", "staging");
  assert_non_null(plan_builder_add(&builder, &alone, 1));
  assert_command(builder.plan.jobs[0], "kubectl apply -f 'jobs/a b.yaml' --kubeconfig 'my config' "
                                       "--context staging");
  plan_builder_finish(&builder);
}

static void test_items_carry_what_the_gate_needs(void **state) {
  struct plan_builder builder;

  (void)state;
  plan_builder_init(&builder, NULL, NULL);
  for (uint64_t i = 1; i <= 1000; i++) {
    const struct judged_document document = document_of("x.yaml", 1, 1);

    assert_non_null(plan_builder_add(&builder, &document, i));
  }
  for (uint64_t i = 0; i < 1000; i++) {
    const struct planned_job *job = planned_job_of(builder.plan.jobs[i]);

    assert_int_equal(job->position, i + 1);
    assert_int_equal(job->offset, 5);
    assert_int_equal(job->length, 10);
    assert_int_equal(job->item.sha256[0], 0xab);
    assert_int_equal(job->item.struct_size, sizeof(struct hg_plan_item));
  }
  plan_builder_finish(&builder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_commands),
      cmocka_unit_test(test_items_carry_what_the_gate_needs),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

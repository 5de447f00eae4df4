/* SPDX-License-Identifier: Apache-2.0 */
/* Plans that are saved, and come back as they were. */
#include "sealed_plan_sample.h"

#include "files/input_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)

struct place {
  char directory[64];
  char path[96]; /* of the plan */
  struct hg_error error;
  struct expected_jobs expected;
  struct sealed_plan sealed;
};

static int setup(void **state) {
  struct place *place = calloc(1, sizeof *place);

  if (!place)
    return -1;
  (void)snprintf(place->directory, sizeof place->directory, "/tmp/headgate-plan-XXXXXX");
  if (!mkdtemp(place->directory)) {
    free(place);
    return -1;
  }
  (void)snprintf(place->path, sizeof place->path, "%s/plan.json", place->directory);
  place->error.struct_size = sizeof place->error;
  expected_jobs_init(&place->expected);
  sealed_plan_init(&place->sealed);
  *state = place;
  return 0;
}

static int teardown(void **state) {
  struct place *place = *state;

  expected_jobs_finish(&place->expected);
  sealed_plan_finish(&place->sealed);
  (void)unlink(place->path);
  if (rmdir(place->directory) < 0) /* nothing else may be left behind */
    return -1;
  free(place);
  return 0;
}

static void load(struct place *place) {
  if (sealed_plan_load(place->path, &place->expected, &place->sealed, &place->error) < 0)
    fail_msg("%s", place->error.message);
}

static void a_plan_comes_back_as_it_was(void **state) {
  struct place *place = *state;
  char *working_dir = getcwd(NULL, 0);
  const struct expected_job *job;
  uint8_t sha256[DIGEST_SIZE];

  MUST(sample_save(place->path, 25, &place->error));
  load(place);
  assert_string_equal(place->sealed.created_at, "2026-11-24T09:05:07.042Z");
  assert_string_equal(place->sealed.headgate_version, "1.0.0");
  assert_string_equal(place->sealed.kubernetes_version, "1.36");
  assert_string_equal(place->sealed.working_dir, working_dir);
  assert_string_equal(place->sealed.jobs_dir, "jobs");
  assert_null(place->sealed.kubeconfig);
  assert_string_equal(place->sealed.context, "staging");
  assert_string_equal(place->sealed.applier, "apply-kubectl");
  assert_string_equal(place->sealed.target.context, "staging");
  assert_string_equal(place->sealed.target.server, "https://10.0.0.1:6443");
  assert_string_equal(place->sealed.target.user, "ann");
  assert_string_equal(place->sealed.target.default_namespace, "tuning");
  assert_string_equal(place->sealed.target.cluster_uid, "");
  assert_int_equal(place->expected.count, 25);
  job = &place->expected.jobs[19];
  memset(sha256, 19, sizeof sha256);
  assert_string_equal(job->job.name, "job-19");
  assert_string_equal(job->job.namespace, "tuning");
  assert_string_equal(job->job.path, "jobs/job-19.yaml");
  assert_int_equal(job->job.document_number, 2);
  assert_int_equal(job->document_count, 3);
  assert_memory_equal(job->sha256, sha256, sizeof sha256);
  assert_int_equal(job->position, 0);
  assert_int_equal(job->attempts, 0);
  assert_false(job->is_settled);
  free(working_dir);
}

static void the_same_plan_is_the_same_file(void **state) {
  struct place *place = *state;
  char *text[2];
  size_t length[2];

  for (size_t i = 0; i < 2; i++) {
    MUST(sample_save(place->path, 3, &place->error));
    MUST(input_file_read(place->path, 1 << 20, &text[i], &length[i], &place->error));
  }
  assert_int_equal(length[0], length[1]);
  assert_memory_equal(text[0], text[1], length[0]);
  assert_int_equal(text[0][length[0] - 1], '\n');
  free(text[0]);
  free(text[1]);
}

static void a_plan_without_a_target_comes_back_bound_to_none(void **state) {
  struct place *place = *state;
  struct sealed_plan about = sample_about;
  struct plan_builder builder;

  about.target.server = "";
  plan_builder_init(&builder, NULL, "staging");
  MUST(sealed_plan_save(place->path, &sample_manner, &builder.plan, &about, &place->error));
  plan_builder_finish(&builder);
  load(place);
  assert_false(target_record_is_known(&place->sealed.target));
}

/* Names that JSON has to write in another way. */
static void strange_names_come_back(void **state) {
  struct place *place = *state;
  struct sealed_plan about = sample_about;
  struct plan_builder builder;
  struct judged_document document = {.job.path = "jobs/\"\\\n\x7f\xed\x95\x9c.yaml",
                                     .job.name = "a\"b",
                                     .job.namespace = "\xc3\xa9",
                                     .job.document_number = 1,
                                     .document_count = 1};

  about.kubeconfig = "/home/ann/a config\t.yaml";
  plan_builder_init(&builder, about.kubeconfig, about.context);
  assert_non_null(plan_builder_add(&builder, &document, 1));
  MUST(sealed_plan_save(place->path, &sample_manner, &builder.plan, &about, &place->error));
  plan_builder_finish(&builder);
  load(place);
  assert_string_equal(place->sealed.kubeconfig, about.kubeconfig);
  assert_string_equal(place->expected.jobs[0].job.path, document.job.path);
  assert_string_equal(place->expected.jobs[0].job.name, "a\"b");
  assert_string_equal(place->expected.jobs[0].job.namespace, "\xc3\xa9");
}

static void what_json_cannot_hold_is_told_and_the_old_plan_stands(void **state) {
  struct place *place = *state;
  struct plan_builder builder;
  struct judged_document document = {.job.path = "jobs/\xff.yaml",
                                     .job.name = "a",
                                     .job.namespace = "b",
                                     .job.document_number = 1,
                                     .document_count = 1};

  MUST(sample_save(place->path, 1, &place->error));
  plan_builder_init(&builder, NULL, NULL);
  assert_non_null(plan_builder_add(&builder, &document, 1));
  assert_int_equal(
      sealed_plan_save(place->path, &sample_manner, &builder.plan, &sample_about, &place->error),
      -1);
  assert_non_null(strstr(place->error.message, "yaml_path is not UTF-8"));
  plan_builder_finish(&builder);
  load(place);
  assert_int_equal(place->expected.count, 1);
}

static void a_place_that_cannot_be_written_is_told(void **state) {
  struct place *place = *state;

  assert_int_equal(sample_save("/nowhere/at/all/plan.json", 1, &place->error), -1);
  assert_non_null(strstr(place->error.message, "/nowhere/at/all/plan.json"));
}

static void as_many_jobs_are_saved_as_a_plan_holds(void **state) {
  struct place *place = *state;
  struct stat status;

  MUST(sample_save(place->path, SEALED_PLAN_MOST_JOBS, &place->error));
  load(place);
  assert_int_equal(place->expected.count, SEALED_PLAN_MOST_JOBS);
  MUST(stat(place->path, &status));
  assert_in_range(status.st_size, 1 << 20, SEALED_PLAN_MOST_BYTES);
}

static void more_jobs_than_a_plan_holds_are_told(void **state) {
  struct place *place = *state;

  assert_int_equal(sample_save(place->path, SEALED_PLAN_MOST_JOBS + 1, &place->error), -1);
  assert_int_equal(place->error.code, HG_ERROR_LIMIT);
  assert_int_equal(access(place->path, F_OK), -1);
}

static void the_place_is_checked(void **state) {
  struct place *place = *state;
  char jobs[96];

  MUST(sample_save(place->path, 1, &place->error));
  load(place);
  assert_int_equal(sealed_plan_check_place("plan.json", &place->sealed, &place->error), -1);
  assert_int_equal(place->error.code, HG_ERROR_NOT_FOUND);
  assert_non_null(strstr(place->error.message, "plan.json: its manifests are in jobs below"));
  assert_non_null(strstr(place->error.message, place->sealed.working_dir));
  place->sealed.operands.items[0] = place->directory;
  MUST(sealed_plan_check_place("plan.json", &place->sealed, &place->error));
  (void)snprintf(jobs, sizeof jobs, "%s/jobs", place->directory);
  place->sealed.operands.items[0] = jobs;
  assert_int_equal(sealed_plan_check_place("plan.json", &place->sealed, &place->error), -1);
  assert_non_null(strstr(place->error.message, "/jobs, which is not there"));
  place->sealed.operands.items[0] = place->path; /* a file */
  MUST(sealed_plan_check_place("plan.json", &place->sealed, &place->error));
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
  const struct CMUnitTest tests[] = {
      CASE(a_plan_comes_back_as_it_was),
      CASE(a_plan_without_a_target_comes_back_bound_to_none),
      CASE(the_same_plan_is_the_same_file),
      CASE(strange_names_come_back),
      CASE(what_json_cannot_hold_is_told_and_the_old_plan_stands),
      CASE(a_place_that_cannot_be_written_is_told),
      CASE(as_many_jobs_are_saved_as_a_plan_holds),
      CASE(more_jobs_than_a_plan_holds_are_told),
      CASE(the_place_is_checked),
  };
  struct hg_error error = HG_ERROR_INIT;

  if (digest_init(&error) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}

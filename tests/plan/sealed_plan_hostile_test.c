/* SPDX-License-Identifier: Apache-2.0 */
/* Plans that nobody saved so: truncated, edited, flooded, wrong in any member. */
#include "plan/sealed_plan_members.h"
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
  char path[64]; /* of the plan */
  struct hg_error error;
};

static int setup(void **state) {
  struct place *place = calloc(1, sizeof *place);
  int fd;

  if (!place)
    return -1;
  (void)snprintf(place->path, sizeof place->path, "/tmp/headgate-plan-XXXXXX");
  fd = mkstemp(place->path);
  place->error.struct_size = sizeof place->error;
  *state = place;
  return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state) {
  struct place *place = *state;

  (void)unlink(place->path);
  free(place);
  return 0;
}

static int32_t load(struct place *place) {
  struct expected_jobs expected;
  struct sealed_plan sealed;
  int32_t result;

  expected_jobs_init(&expected);
  sealed_plan_init(&sealed);
  place->error.code = 0;
  place->error.message[0] = '\0';
  result = sealed_plan_load(place->path, &expected, &sealed, &place->error);
  sealed_plan_finish(&sealed);
  expected_jobs_finish(&expected);
  return result;
}

static void write_bytes(const struct place *place, const char *bytes, size_t length) {
  FILE *file = fopen(place->path, "wb");

  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  MUST(fclose(file));
}

static void assert_refused(struct place *place, int32_t code, const char *part) {
  assert_int_equal(load(place), -1);
  assert_int_equal(place->error.code, code);
  if (!strstr(place->error.message, part) || !strstr(place->error.message, place->path))
    fail_msg("\"%s\" does not hold \"%s\" and the path", place->error.message, part);
}

/* A sample plan as text; the caller's to free. */
static char *sample_text(struct place *place, unsigned count, size_t *length) {
  char *text = NULL;

  MUST(sample_save(place->path, count, &place->error));
  MUST(input_file_read(place->path, 1 << 20, &text, length, &place->error));
  return text;
}

static void a_plan_that_was_cut_is_refused_at_every_byte(void **state) {
  struct place *place = *state;
  size_t length;
  char *text = sample_text(place, 1, &length);

  for (size_t cut = 0; cut + 1 < length; cut++) {
    write_bytes(place, text, cut);
    assert_int_equal(load(place), -1);
    assert_int_equal(place->error.code, HG_ERROR_INVALID);
  }
  assert_refused(place, HG_ERROR_INVALID, ":"); /* with its line and column */
  free(text);
}

/* One byte changed anywhere: refused, or (blanks between members) no change at all. */
static void a_plan_that_was_edited_is_refused(void **state) {
  struct place *place = *state;
  static const char instead[] = {'x', '0', '"', ' ', '\\', '\n', '\0', '\xff', '1'};
  size_t length;
  char *text = sample_text(place, 1, &length);
  bool in_string = false;
  size_t refused = 0;

  for (size_t i = 0; i < length - 1; i++) {
    char saved = text[i];

    text[i] = instead[i % sizeof instead];
    write_bytes(place, text, length);
    text[i] = saved;
    in_string ^= saved == '"';
    if (saved == instead[i % sizeof instead] || (!in_string && (saved == ' ' || saved == '\n')))
      continue;
    if (load(place) == 0)
      fail_msg("byte %zu may be changed", i);
    refused++;
  }
  assert_true(refused > 500);
  free(text);
}

static void an_edit_is_called_so(void **state) {
  struct place *place = *state;
  static const struct {
    const char *what;
    const char *by;
  } edits[] = {{"\"staging\"", "\"stagine\""},
               {"jobs/job-0.yaml", "jobs/job-7.yaml"},
               {"0000000000000000", "1000000000000000"},
               {"\"job-0\"", "\"job-1\""},
               {"\"tuning\"", "\"public\""},
               {"2026-11-24", "2027-11-24"}};

  for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
    size_t length;
    char *text = sample_text(place, 1, &length);
    char *at = strstr(text, edits[i].what);

    assert_non_null(at);
    memcpy(at, edits[i].by, strlen(edits[i].by));
    write_bytes(place, text, length);
    assert_refused(place, HG_ERROR_INVALID, "was edited after it was saved");
    free(text);
  }
}

/* The plan with its JSON replaced by what printf makes of it. */
static void no_json_is_told_with_its_line(void **state) {
  struct place *place = *state;
  static const struct {
    const char *text;
    size_t length; /* 0: of the string */
    const char *part;
  } texts[] = {
      {"", 0, ":1:"},
      {"plan", 0, ":1:"},
      {"{\n\"a\": 1,\n\"a\": 2}", 0, ":3:"},
      {"{\"jobs\": [{\"sha256\": 1, \"sha256\": 2}]}", 0, "duplicate"},
      {"{\"a\": \"\xff\"}", 0, "unable to decode byte"},
      {"{\"a\": \"\xed\xa0\x80\"}", 0, "unable to decode byte"},
      {"{\"a\0\": 1}", 9, ":1:"},
      {"{\"a\": \"\\u0000\"}", 0, "\\u0000"},
      {"{\"a\": 1}\0", 9, ":1:"},
      {"{\"a\": 99999999999999999999}", 0, "too big"},
      {"{\"a\": 1e999}", 0, "overflow"},
      {"[]", 0, "must be an object"},
      {"{}", 0, "format_version: is missing"},
      {"{} {}", 0, "end of file expected"},
      {"\xef\xbb\xbf{}", 0, ":1:"},
  };

  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    write_bytes(place, texts[i].text, texts[i].length ? texts[i].length : strlen(texts[i].text));
    assert_refused(place, HG_ERROR_INVALID, texts[i].part);
  }
}

static void deep_nesting_ends_early(void **state) {
  struct place *place = *state;
  enum { DEEP = 900000 };
  static const char open[] = {'[', '{'};
  char *text = malloc((size_t)DEEP * 5);

  assert_non_null(text);
  for (size_t kind = 0; kind < sizeof open; kind++) {
    size_t length = 0;

    for (size_t i = 0; i < DEEP; i++) {
      text[length++] = open[kind];
      if (open[kind] == '{') {
        memcpy(text + length, "\"\":", 3);
        length += 3;
      }
    }
    write_bytes(place, text, length);
    assert_refused(place, HG_ERROR_INVALID, "depth");
  }
  free(text);
}

static void a_flood_is_refused_before_it_fills_the_memory(void **state) {
  struct place *place = *state;
  enum { FLOOD = 30 << 20 };
  char *text = malloc(FLOOD);

  assert_non_null(text);
  for (size_t i = 0; i < FLOOD; i += 3)
    memcpy(text + i, "[],", FLOOD - i < 3 ? FLOOD - i : 3);
  text[0] = '[';
  write_bytes(place, text, FLOOD);
  assert_refused(place, HG_ERROR_LIMIT, "too large for a plan");
  free(text);
  MUST(truncate(place->path, 100 * 1000 * 1000));
  assert_refused(place, HG_ERROR_LIMIT, "larger than 67108864 bytes");
}

static void what_is_no_file_is_told(void **state) {
  struct place *place = *state;

  MUST(unlink(place->path));
  assert_refused(place, HG_ERROR_NOT_FOUND, "No such file");
  MUST(mkfifo(place->path, 0600));
  assert_refused(place, HG_ERROR_IO, "not a regular file");
  MUST(unlink(place->path));
  MUST(mkdir(place->path, 0700));
  assert_refused(place, HG_ERROR_IO, "not a regular file");
  MUST(rmdir(place->path));
}

/* Changes a sample plan, seals it again as a forger would, and expects `part` of the refusal. */
typedef void change_function(json_t *plan, json_t *job);

static void assert_forgery_refused(struct place *place, change_function *change, int32_t code,
                                   const char *part) {
  char digest[SHA256_HEX_SIZE];
  json_error_t problem;
  json_t *plan;

  MUST(sample_save(place->path, 3, &place->error));
  plan = json_load_file(place->path, 0, &problem);
  assert_non_null(plan);
  MUST(json_object_del(plan, "digest"));
  change(plan, json_array_get(json_object_get(plan, "jobs"), 1));
  MUST(sealed_plan_digest(plan, digest));
  MUST(json_object_set_new(plan, "digest", json_string(digest)));
  MUST(json_dump_file(plan, place->path, 0));
  json_decref(plan);
  assert_refused(place, code, part);
}

static void newer(json_t *plan, json_t *job) {
  (void)job;
  (void)json_object_set_new(plan, "format_version", json_integer(3));
  (void)json_object_set_new(plan, "jobs", json_string("otherwise"));
}

/* One of the first format, which had neither. */
static void older(json_t *plan, json_t *job) {
  (void)job;
  (void)json_object_set_new(plan, "format_version", json_integer(1));
  (void)json_object_del(plan, "applier");
  (void)json_object_del(plan, "target");
}

static void half_a_target(json_t *plan, json_t *job) {
  (void)job;
  (void)json_object_del(json_object_get(plan, "target"), "namespace");
}

static void wrong_total(json_t *plan, json_t *job) {
  (void)job;
  (void)json_object_set_new(plan, "total_jobs", json_integer(2));
}

static void another_program(json_t *plan, json_t *job) {
  (void)plan;
  (void)json_array_set_new(json_object_get(job, "kubectl_command"), 0, json_string("/tmp/evil"));
}

static void another_word(json_t *plan, json_t *job) {
  (void)plan;
  (void)json_array_append_new(json_object_get(job, "kubectl_command"), json_string("--force"));
}

static void another_context(json_t *plan, json_t *job) {
  (void)job;
  (void)json_object_set_new(plan, "context", json_string("production"));
}

static void same_document(json_t *plan, json_t *job) {
  json_t *copy = json_deep_copy(job);

  (void)json_object_set_new(copy, "job_name", json_string("other"));
  (void)json_array_set_new(json_object_get(plan, "jobs"), 2, copy);
}

static void same_name(json_t *plan, json_t *job) {
  (void)plan;
  (void)json_object_set_new(job, "job_name", json_string("job-0"));
}

static void document_beyond_the_last(json_t *plan, json_t *job) {
  (void)plan;
  (void)json_object_set_new(job, "document", json_integer(2));
}

static void upper_case_digest(json_t *plan, json_t *job) {
  char digits[SHA256_HEX_SIZE];

  (void)plan;
  memset(digits, 'A', sizeof digits - 1);
  digits[sizeof digits - 1] = '\0';
  (void)json_object_set_new(job, "sha256", json_string(digits));
}

/* Where the file of the second Job is said to be; its command follows. */
static const char *elsewhere;

static void another_place(json_t *plan, json_t *job) {
  (void)plan;
  (void)json_object_set_new(job, "yaml_path", json_string(elsewhere));
  (void)json_array_set_new(json_object_get(job, "kubectl_command"), 3, json_string(elsewhere));
}

static void no_manifest_is_outside_of_its_directory(void **state) {
  static const char *const places[] = {
      "jobs/",          "jobsx",          "job",     "other/a.yaml",  "/etc/a.yaml",
      "jobs/../a.yaml", "jobs/a/../../b", "jobs/..", "jobs-2/a.yaml",
  };
  struct place *place = *state;

  for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
    elsewhere = places[i];
    assert_forgery_refused(place, another_place, HG_ERROR_INVALID,
                           "jobs[1].yaml_path: is not in operands");
  }
}

static void unknown_member(json_t *plan, json_t *job) {
  (void)plan;
  (void)json_object_set_new(job, "manifest", json_string("apiVersion: batch/v1"));
}

static void no_object(json_t *plan, json_t *job) {
  (void)job;
  (void)json_array_set_new(json_object_get(plan, "jobs"), 1, json_null());
}

static void a_forger_gains_nothing(void **state) {
  struct place *place = *state;

  assert_forgery_refused(place, newer, HG_ERROR_UNSUPPORTED, "saved by a newer Headgate (format 3");
  assert_forgery_refused(place, older, HG_ERROR_UNSUPPORTED,
                         "whose plans say neither cluster nor applier: plan again");
  assert_forgery_refused(place, half_a_target, HG_ERROR_INVALID, "target.namespace: is missing");
  assert_forgery_refused(place, wrong_total, HG_ERROR_INVALID, "total_jobs: is not the number");
  assert_forgery_refused(place, another_program, HG_ERROR_INVALID,
                         "jobs[1].kubectl_command: is not");
  assert_forgery_refused(place, another_word, HG_ERROR_INVALID, "jobs[1].kubectl_command: is not");
  assert_forgery_refused(place, another_context, HG_ERROR_INVALID,
                         "jobs[0].kubectl_command: is not");
  assert_forgery_refused(place, same_document, HG_ERROR_INVALID, "is there twice");
  assert_forgery_refused(place, same_name, HG_ERROR_INVALID, "tuning/job-0 is there twice");
  assert_forgery_refused(place, document_beyond_the_last, HG_ERROR_INVALID, "jobs[1].document: is");
  assert_forgery_refused(place, upper_case_digest, HG_ERROR_INVALID, "jobs[1].sha256: must be");
  assert_forgery_refused(place, unknown_member, HG_ERROR_INVALID,
                         "jobs[1].manifest: a plan has no");
  assert_forgery_refused(place, no_object, HG_ERROR_INVALID, "jobs[1] must be an object");
}

int main(void) {
#define CASE(function) cmocka_unit_test_setup_teardown(function, setup, teardown)
  const struct CMUnitTest tests[] = {
      CASE(a_plan_that_was_cut_is_refused_at_every_byte),
      CASE(a_plan_that_was_edited_is_refused),
      CASE(an_edit_is_called_so),
      CASE(no_manifest_is_outside_of_its_directory),
      CASE(no_json_is_told_with_its_line),
      CASE(deep_nesting_ends_early),
      CASE(a_flood_is_refused_before_it_fills_the_memory),
      CASE(what_is_no_file_is_told),
      CASE(a_forger_gains_nothing),
  };
  struct hg_error error = HG_ERROR_INIT;

  if (digest_init(&error) < 0)
    return 1;
  return cmocka_run_group_tests(tests, NULL, NULL);
}

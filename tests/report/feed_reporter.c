/* SPDX-License-Identifier: Apache-2.0 */
/* Tells a reporter of a run.
 *
 *   feed-reporter PLUGIN [OPTION=VALUE] < EVENTS > REPORT
 *
 * Each line of standard input is one event, an object with one member: "run_started",
 * "job_validated", "job_finished", "job_observed", "job_completed" or "run_finished", and what the
 * event hands over. Exit status 1, with its message on standard error, where the reporter failed; 2
 * where it was not told. */
#include "event_fields.h"
#include "reporter_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static int32_t tell(struct reporter_harness *harness, struct arena *arena, const json_t *event) {
  const json_t *object;

  if ((object = json_object_get(event, "run_started")) != NULL) {
    struct hg_run *run = arena_alloc(arena, sizeof *run);

    read_run(arena, object, run);
    return reporter_harness_start(harness, run);
  }
  if ((object = json_object_get(event, "job_validated")) != NULL) {
    struct hg_validation *validation = arena_alloc(arena, sizeof *validation);

    read_validation(arena, object, validation);
    return reporter_harness_validated(harness, validation);
  }
  if ((object = json_object_get(event, "job_finished")) != NULL) {
    struct hg_job_result *result = arena_alloc(arena, sizeof *result);

    read_job_result(arena, object, result);
    return reporter_harness_finished(harness, result);
  }
  if ((object = json_object_get(event, "job_observed")) != NULL) {
    struct hg_job_observation *observation = arena_alloc(arena, sizeof *observation);

    read_observation(arena, object, observation);
    return reporter_harness_observed(harness, observation);
  }
  if ((object = json_object_get(event, "job_completed")) != NULL) {
    struct hg_job_completion *completion = arena_alloc(arena, sizeof *completion);

    read_completion(arena, object, completion);
    return reporter_harness_completed(harness, completion);
  }
  if ((object = json_object_get(event, "run_finished")) != NULL) {
    struct hg_result *result = arena_alloc(arena, sizeof *result);

    read_result(arena, object, result);
    return reporter_harness_end(harness, result);
  }
  (void)fputs("an event of no known name\n", stderr);
  exit(2);
}

static int32_t tell_all(struct reporter_harness *harness) {
  struct arena arena;
  json_error_t error;
  int32_t status = 0;
  json_t *event;

  arena_init(&arena);
  while (status == 0 && !feof(stdin)) {
    event = json_loadf(stdin, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &error);
    if (!event && feof(stdin))
      break;
    if (!event) {
      (void)fprintf(stderr, "%s\n", error.text);
      exit(2);
    }
    /* The event's memory goes before the next one: a reporter that kept a pointer is found out. */
    status = tell(harness, &arena, event);
    arena_finish(&arena);
    json_decref(event);
  }
  return status;
}

int main(int argc, char **argv) {
  struct reporter_harness harness;
  char *value;
  int32_t status = -1;

  if (argc < 2 || argc > 3) {
    (void)fputs("usage: feed-reporter PLUGIN [OPTION=VALUE]\n", stderr);
    return 2;
  }
  reporter_harness_open(&harness, argv[1]);
  if (argc == 3) {
    value = strchr(argv[2], '=');
    if (!value)
      return 2;
    *value = '\0';
    harness.option_name = argv[2];
    harness.option_value = value + 1;
  }
  if (reporter_harness_create(&harness, HG_OUTPUT_FULL) == 0) {
    status = tell_all(&harness);
    reporter_harness_destroy(&harness);
  }
  if (status != 0)
    (void)fprintf(stderr, "%s\n", harness.err.message);
  else
    (void)fwrite(text_buffer_string(&harness.written), 1, harness.written.length, stdout);
  reporter_harness_close(&harness);
  return status == 0 ? 0 : 1;
}

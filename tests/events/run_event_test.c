/* SPDX-License-Identifier: Apache-2.0 */
/* An event as a line and back: nothing is lost, nothing that is no event is taken, no memory is no
 * crash. */
#include "events/run_event_write.h"
#include "sample_events.h"

#include <headgate/abi.h>
#include <headgate/job.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

/* --- There and back -------------------------------------------------------------------------- */

static const void *pointer_at(const void *base, size_t offset) {
  const void *pointer;

  memcpy(&pointer, (const char *)base + offset, sizeof pointer);
  return pointer;
}

static uint32_t count_at(const void *base, size_t offset) {
  uint32_t count;

  memcpy(&count, (const char *)base + offset, sizeof count);
  return count;
}

static void assert_same(const struct member *members, const void *one, const void *other);

static void assert_same_texts(const char *one, const char *other) {
  if (one)
    assert_string_equal(other, one);
  else
    assert_null(other);
}

static void assert_same_lists(const struct member *member, const void *one, const void *other) {
  uint32_t count = count_at(one, member->other);
  const void *rows = pointer_at(one, member->offset);
  const void *others = pointer_at(other, member->offset);

  assert_int_equal(count_at(other, member->other), count);
  for (uint32_t i = 0; i < count; i++)
    if (member->kind == MEMBER_STRINGS) {
      assert_string_equal(((const char *const *)others)[i], ((const char *const *)rows)[i]);
    } else if (member->kind == MEMBER_PAIRS || member->kind == MEMBER_NAMES) {
      const struct hg_pair *pair = (const struct hg_pair *)rows + i;

      assert_string_equal(((const struct hg_pair *)others)[i].name, pair->name);
      assert_string_equal(((const struct hg_pair *)others)[i].value,
                          member->kind == MEMBER_NAMES ? "" : pair->value);
    } else {
      const struct hg_diagnostic *found = ((const struct hg_diagnostic *const *)others)[i];

      assert_int_equal(found->struct_size, sizeof *found);
      assert_same(diagnostic_members, ((const struct hg_diagnostic *const *)rows)[i], found);
    }
  if (member->kind == MEMBER_STRINGS)
    assert_null(((const char *const *)others)[count]);
}

static void assert_same_member(const struct member *member, const void *one, const void *other) {
  const char *at = (const char *)one + member->offset;
  const char *there = (const char *)other + member->offset;
  struct hg_bytes bytes;
  struct hg_bytes others;

  switch (member->kind) {
  case MEMBER_STRING:
  case MEMBER_OPTIONAL:
    assert_same_texts(pointer_at(one, member->offset), pointer_at(other, member->offset));
    break;
  case MEMBER_FLAG:
    assert_int_equal(count_at(there, 0) & member->other, count_at(at, 0) & member->other);
    break;
  case MEMBER_WORD:
  case MEMBER_BOOLEAN:
  case MEMBER_INT32:
  case MEMBER_UINT32:
    assert_memory_equal(there, at, 4);
    break;
  case MEMBER_UINT64:
    if (*(const uint64_t *)(const void *)at > INT64_MAX) {
      assert_int_equal(*(const uint64_t *)(const void *)there, INT64_MAX);
      break;
    }
    assert_memory_equal(there, at, 8);
    break;
  case MEMBER_INT64:
    assert_memory_equal(there, at, 8);
    break;
  case MEMBER_BYTES:
    memcpy(&bytes, at, sizeof bytes);
    memcpy(&others, there, sizeof others);
    assert_int_equal(others.length, bytes.length);
    assert_memory_equal(others.data, bytes.data, bytes.length);
    break;
  case MEMBER_STRINGS:
  case MEMBER_NAMES:
  case MEMBER_PAIRS:
  case MEMBER_DIAGNOSTICS:
    assert_same_lists(member, one, other);
    break;
  case MEMBER_DETAILS:
    assert_int_equal(count_at(pointer_at(other, member->offset), 0), sizeof(struct hg_job_details));
    assert_same(details_members, pointer_at(one, member->offset),
                pointer_at(other, member->offset));
    break;
  }
}

static void assert_same(const struct member *members, const void *one, const void *other) {
  for (const struct member *member = members; member->name; member++)
    assert_same_member(member, one, other);
}

static void there_and_back(void **state) {
  struct hg_error error = HG_ERROR_INIT;

  (void)state;
  for (enum run_event_kind kind = 0; kind < RUN_EVENT_UNKNOWN; kind++) {
    struct text_buffer text;
    struct run_event event;
    struct arena arena;

    arena_init(&arena);
    sample_write(&text, kind, sample_event(kind));
    if (sample_read(&event, text.data, text.length - 1, &arena, &error) < 0)
      fail_msg("%s: %s", run_event_rows[kind].name, error.message);
    assert_int_equal(event.kind, kind);
    assert_int_equal(count_at(&event.as, 0), count_at(sample_event(kind), 0)); /* struct_size */
    assert_same(run_event_rows[kind].members, sample_event(kind), &event.as);
    run_event_finish(&event);
    arena_finish(&arena);
    text_buffer_finish(&text);
  }
}

/* Each member of the interface's structs has its row: a new field that is forgotten is found here.
 */
static void every_field_has_a_row(void **state) {
  const struct {
    const struct member *members;
    size_t size;
    size_t unnamed; /* bytes of struct_size, reserved, padding, what events of their own tell */
  } rows[] = {
      {diagnostic_members, sizeof(struct hg_diagnostic), 4},
      {details_members, sizeof(struct hg_job_details), 4},
      {run_event_rows[RUN_EVENT_RUN_STARTED].members, sizeof(struct hg_run), 4},
      {run_event_rows[RUN_EVENT_JOB_VALIDATED].members, sizeof(struct hg_validation), 4},
      {run_event_rows[RUN_EVENT_JOB_FINISHED].members, sizeof(struct hg_job_result), 4},
      {run_event_rows[RUN_EVENT_JOB_OBSERVED].members, sizeof(struct hg_job_observation), 4 + 4},
      {run_event_rows[RUN_EVENT_JOB_COMPLETED].members, sizeof(struct hg_job_completion), 4},
      {run_event_rows[RUN_EVENT_OBJECT_PASSED_OVER].members, sizeof(struct hg_passed_over), 4},
      {run_event_rows[RUN_EVENT_RUN_FINISHED].members, sizeof(struct hg_result), 4 + 8 + 8 + 4},
  };
  static const size_t sizes[] = {
      [MEMBER_STRING] = 8,       [MEMBER_OPTIONAL] = 8, [MEMBER_WORD] = 4,   [MEMBER_BOOLEAN] = 4,
      [MEMBER_FLAG] = 2, /* two of them in one field */
      [MEMBER_INT32] = 4,        [MEMBER_UINT32] = 4,   [MEMBER_INT64] = 8,  [MEMBER_UINT64] = 8,
      [MEMBER_BYTES] = 16,       [MEMBER_STRINGS] = 12, [MEMBER_NAMES] = 12, [MEMBER_PAIRS] = 12,
      [MEMBER_DIAGNOSTICS] = 12, [MEMBER_DETAILS] = 8,
  };

  (void)state;
  if (sizeof(void *) != 8)
    skip();
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    size_t named = 0;

    for (const struct member *member = rows[i].members; member->name; member++)
      named += sizes[member->kind];
    if (named + rows[i].unnamed != rows[i].size)
      fail_msg("table %zu: %zu of %zu bytes have a row", i, named + rows[i].unnamed, rows[i].size);
  }
}

/* --- Without some of it ---------------------------------------------------------------------- */

/* The event that `line` holds. */
static void read_good(struct run_event *event, const char *line, struct arena *arena) {
  struct hg_error error = HG_ERROR_INIT;

  if (sample_read(event, line, strlen(line), arena, &error) < 0)
    fail_msg("%s: %s", line, error.message);
}

static void nothing_but_a_name(void **state) {
  struct run_event event;
  struct arena arena;

  (void)state;
  arena_init(&arena);
  read_good(&event, "{\"event\":\"run_started\",\"interface\":\"1.0\"}", &arena);
  assert_int_equal(event.as.run.struct_size, sizeof event.as.run);
  assert_int_equal(event.as.run.mode, 0);
  assert_string_equal(event.as.run.command, "");
  assert_string_equal(event.as.run.kubernetes_version, "");
  run_event_finish(&event);
  read_good(&event, "{\"event\":\"job_validated\",\"interface\":\"1.0\"}", &arena);
  assert_int_equal(event.as.validation.valid, 0);
  assert_non_null(event.as.validation.errors);
  assert_null(event.as.validation.errors[0]);
  assert_null(event.as.validation.details);
  run_event_finish(&event);
  read_good(&event, "{\"event\":\"job_finished\",\"interface\":\"1.0\"}", &arena);
  assert_int_equal(event.as.job_result.stdout_text.length, 0);
  assert_string_equal(event.as.job_result.stdout_text.data, "");
  assert_null(event.as.job_result.command[0]);
  run_event_finish(&event);
  read_good(&event, "{\"event\":\"run_finished\",\"interface\":\"1.0\"}", &arena);
  assert_null(event.as.result.error);
  assert_null(event.as.result.job_results);
  run_event_finish(&event);
  read_good(&event,
            "{\"event\":\"job_validated\",\"interface\":\"1.0\",\"details\":{},\"errors\":[{}]}",
            &arena);
  assert_int_equal(event.as.validation.details->label_count, 0);
  assert_string_equal(event.as.validation.details->image, "");
  assert_string_equal(event.as.validation.errors[0]->message, "");
  assert_null(event.as.validation.errors[0]->advice);
  run_event_finish(&event);
  arena_finish(&arena);
}

static void of_a_later_interface(void **state) {
  struct run_event event;
  struct arena arena;

  (void)state;
  arena_init(&arena);
  read_good(&event, "{\"event\":\"job_retried\",\"interface\":\"1.9\",\"run_id\":[]}", &arena);
  assert_int_equal(event.kind, RUN_EVENT_UNKNOWN);
  run_event_finish(&event);
  read_good(&event,
            "{\"interface\":\"1.99\",\"later\":{\"a\":[1]},\"mode\":\"apply-later\",\"event\":"
            "\"run_started\"}",
            &arena);
  assert_int_equal(event.kind, RUN_EVENT_RUN_STARTED);
  assert_int_equal(event.as.run.mode, MEMBER_UNKNOWN_WORD);
  run_event_finish(&event);
  read_good(&event,
            "{\"event\":\"job_finished\",\"interface\":\"1.0\",\"status\":\"\",\"stdout\":\"text\","
            "\"stdout_base64\":\"/w==\"}",
            &arena);
  assert_int_equal(event.as.job_result.status, MEMBER_UNKNOWN_WORD);
  assert_int_equal(event.as.job_result.stdout_text.length, 1); /* the bytes themselves count */
  assert_memory_equal(event.as.job_result.stdout_text.data, "\xff", 1);
  run_event_finish(&event);
  arena_finish(&arena);
}

/* A command that applied other Jobs too has the planned one beside it. */
static void a_planned_command(void **state) {
  static const char *const planned[] = {"kubectl", "apply", "-f", "one.yaml", NULL};
  const struct hg_job_result *result = sample_event(RUN_EVENT_JOB_FINISHED);
  const struct hg_plan_item own = {.kubectl_command = result->command,
                                   .kubectl_command_count = result->command_count};
  const struct hg_plan_item other = {.kubectl_command = planned, .kubectl_command_count = 4};
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer text;
  struct run_event event;
  struct arena arena;

  (void)state;
  arena_init(&arena);
  text_buffer_init(&text);
  assert_int_equal(run_event_append_job_finished(&text, result, &own, &error), 0);
  assert_null(strstr(text.data, "planned_command"));
  assert_int_equal(sample_read(&event, text.data, text.length - 1, &arena, &error), 0);
  assert_int_equal(event.planned_command_count, result->command_count);
  assert_string_equal(event.planned_command[1], result->command[1]);
  run_event_finish(&event);
  text_buffer_reset(&text);
  assert_int_equal(run_event_append_job_finished(&text, result, &other, &error), 0);
  assert_int_equal(sample_read(&event, text.data, text.length - 1, &arena, &error), 0);
  assert_int_equal(event.planned_command_count, 4);
  assert_string_equal(event.planned_command[3], "one.yaml");
  assert_null(event.planned_command[4]);
  assert_string_equal(event.as.job_result.command[0], result->command[0]);
  run_event_finish(&event);
  text_buffer_finish(&text);
  arena_finish(&arena);
}

/* What a later interface's values become when they are written. */
static void values_without_a_word(void **state) {
  struct hg_run run = *(const struct hg_run *)sample_event(RUN_EVENT_RUN_STARTED);
  struct text_buffer text;

  (void)state;
  run.mode = 77;
  run.command = NULL; /* a promise that was broken is no crash */
  sample_write(&text, RUN_EVENT_RUN_STARTED, &run);
  assert_non_null(strstr(text.data, "\"mode\":\"unknown\""));
  assert_non_null(strstr(text.data, "\"command\":\"\""));
  text_buffer_finish(&text);
}

static void odd_texts(void **state) {
  static const struct {
    const char *bytes;
    size_t length;
  } rows[] = {
      {"", 0},
      {"\0", 1},
      {"\xed\xa0\x80", 3},     /* a surrogate */
      {"\xc0\xaf", 2},         /* longer than needed */
      {"\xf4\x90\x80\x80", 4}, /* above the last character */
      {"\xef\xbf\xbf", 3},     /* a noncharacter is UTF-8 all the same */
      {"caf\xc3", 4},          /* cut */
      {"\x80\x80", 2},         /* continued from nowhere */
      {"a\xff\0b\n\"\\\x1b[0m", 10},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct hg_job_result result =
        *(const struct hg_job_result *)sample_event(RUN_EVENT_JOB_FINISHED);
    struct hg_error error = HG_ERROR_INIT;
    struct text_buffer text;
    struct run_event event;
    struct arena arena;

    arena_init(&arena);
    result.stdout_text.data = rows[i].bytes;
    result.stdout_text.length = rows[i].length;
    result.job_name = rows[i].bytes;
    sample_write(&text, RUN_EVENT_JOB_FINISHED, &result);
    assert_int_equal(sample_read(&event, text.data, text.length - 1, &arena, &error), 0);
    assert_int_equal(event.as.job_result.stdout_text.length, rows[i].length);
    assert_memory_equal(event.as.job_result.stdout_text.data, rows[i].bytes, rows[i].length);
    run_event_finish(&event);
    arena_finish(&arena);
    text_buffer_finish(&text);
  }
}

/* --- Without memory -------------------------------------------------------------------------- */

static size_t allowed;

static void *scarce_malloc(size_t size) {
  return allowed > 0 && allowed-- ? malloc(size) : NULL;
}

/* From the Nth allocation on there is none: the event is not written, and what was is as before. */
static void no_memory_to_write(void **state) {
  struct hg_error error = HG_ERROR_INIT;

  (void)state;
  for (enum run_event_kind kind = 0; kind < RUN_EVENT_UNKNOWN; kind++) {
    struct text_buffer text;
    struct text_buffer whole;
    int32_t result = -1;

    sample_write(&whole, kind, sample_event(kind));
    text_buffer_init(&text);
    text_buffer_append_string(&text, "before\n");
    for (size_t most = 0; result < 0; most++) {
      allowed = most;
      json_set_alloc_funcs(scarce_malloc, free);
      result = run_event_append(&text, kind, sample_event(kind), &error);
      json_set_alloc_funcs(malloc, free);
      if (result < 0) {
        assert_int_equal(text.length, 7);
        assert_int_equal(error.code, HG_ERROR_NO_MEMORY);
      }
      assert_true(most < 10000);
    }
    assert_string_equal(text_buffer_string(&text) + 7, text_buffer_string(&whole));
    text_buffer_finish(&text);
    text_buffer_finish(&whole);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(there_and_back),
      cmocka_unit_test(every_field_has_a_row),
      cmocka_unit_test(nothing_but_a_name),
      cmocka_unit_test(of_a_later_interface),
      cmocka_unit_test(values_without_a_word),
      cmocka_unit_test(a_planned_command),
      cmocka_unit_test(odd_texts),
      cmocka_unit_test(no_memory_to_write),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

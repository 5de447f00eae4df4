/* SPDX-License-Identifier: Apache-2.0 */
/* Lists, lines and Statuses, however the network cuts them. Without it a list would be taken for
 * whole that broke off, or an item for two. */
#include "cluster/line_reader.h"
#include "cluster/list_reader.h"
#include "cluster/status.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What was taken, a line each. */
static int32_t take(void *context, const char *bytes, size_t length, struct hg_error *err) {
  struct text_buffer *taken = context;

  if (length == 4 && memcmp(bytes, "stop", 4) == 0)
    return hg_error_set(err, HG_ERROR_CANCELLED, "enough");
  text_buffer_append(taken, bytes, length);
  text_buffer_append_char(taken, '\n');
  return 0;
}

/* Feeds `text` in pieces of `piece` bytes. "" where it is no whole list; else the items and, behind
 * them, the metadata. */
static char *read_list(const char *text, size_t piece) {
  size_t length = strlen(text);
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer taken;
  struct list_reader reader;
  int32_t result = 0;
  char *copy;

  text_buffer_init(&taken);
  list_reader_init(&reader, take, &taken);
  for (size_t at = 0; at < length && result == 0; at += piece)
    result =
        list_reader_feed(&reader, text + at, piece < length - at ? piece : length - at, &error);
  if (result == 0)
    result = list_reader_end(&reader, &error);
  if (result < 0)
    assert_true(*error.message != '\0');
  text_buffer_append_string(&taken, text_buffer_string(&reader.metadata));
  copy = strdup(result == 0 ? text_buffer_string(&taken) : "");
  list_reader_finish(&reader);
  text_buffer_finish(&taken);
  return copy;
}

static void test_lists(void **state) {
  static const struct {
    const char *text;
    const char *expected; /* "": it is refused */
  } rows[] = {
      {"{\"kind\":\"JobList\",\"metadata\":{\"resourceVersion\":\"7\"},\"items\":[]}",
       "{\"resourceVersion\":\"7\"}"},
      {"{\"items\":[{\"a\":[1,{\"b\":\"]}\"}]} , "
       "{\"c\":\"\\\"{\"}],\"metadata\":{\"continue\":\"x\"}}\n",
       "{\"a\":[1,{\"b\":\"]}\"}]}\n{\"c\":\"\\\"{\"}\n{\"continue\":\"x\"}"},
      /* members of the same names further down are not the list's */
      {"{\"x\":{\"items\":[{\"no\":1}],\"metadata\":{\"no\":1}},\"items\":[{\"yes\":1}]}",
       "{\"yes\":1}\n"},
      {"{\"items\":[{}],\"metadata\":{}} trailing", ""},
      {"{\"items\":[{\"a\":1}", ""},
      {"{\"items\":[{\"a\":1}],\"metadata\":{\"continue\":\"x", ""},
      {"{\"items\":[1]}", ""},
      {"{\"items\":[\"a\"]}", ""},
      {"[{}]", ""},
      /* what has no items says nothing of them; Go spells none as null */
      {"{\"kind\":\"JobList\",\"metadata\":{\"resourceVersion\":\"7\"}}", ""},
      {"{\"metadata\":{},\"x\":{\"items\":[]}}", ""},
      {"{\"metadata\":{},\"items\":{}}", ""},
      {"{\"metadata\":{},\"items\":\"null\"}", ""},
      {"{\"metadata\":{},\"items\":nul}", ""},
      {"{\"metadata\":{},\"items\":nulll}", ""},
      {"{\"metadata\":{},\"items\":5}", ""},
      {"{}", ""},
      {"{\"items\" : null , \"metadata\":{}}", "{}"},
      {"Too many requests", ""},
      {"", ""},
      {"}", ""},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    for (size_t piece = 1; piece <= strlen(rows[i].text) + 1; piece++) {
      char *read = read_list(rows[i].text, piece);

      if (strcmp(read, rows[i].expected) != 0)
        fail_msg("row %zu in pieces of %zu: %s", i, piece, read);
      free(read);
    }
}

static void test_limits_of_lists(void **state) {
  static char deep[LIST_READER_MOST_DEPTH + 40];
  struct hg_error error = HG_ERROR_INIT;
  struct list_reader reader;
  struct text_buffer large;

  (void)state;
  (void)snprintf(deep, sizeof deep, "{\"items\":[");
  memset(deep + strlen(deep), '{', LIST_READER_MOST_DEPTH);
  list_reader_init(&reader, take, NULL);
  assert_int_equal(list_reader_feed(&reader, deep, strlen(deep), &error), -1);
  assert_int_equal(error.code, HG_ERROR_LIMIT);
  list_reader_finish(&reader);

  text_buffer_init(&large);
  text_buffer_append_string(&large, "{\"items\":[{\"a\":\"");
  while (large.length <= LIST_READER_MOST_ITEM + 100)
    text_buffer_append_string(&large, "0123456789abcdef");
  list_reader_init(&reader, take, NULL);
  assert_int_equal(list_reader_feed(&reader, large.data, large.length, &error), -1);
  assert_int_equal(error.code, HG_ERROR_LIMIT);
  list_reader_finish(&reader);
  text_buffer_finish(&large);
}

static void test_lines(void **state) {
  static const char text[] = "{\"type\":\"ADDED\"}\n\nsecond\r\nhalf";

  (void)state;
  for (size_t piece = 1; piece <= sizeof text; piece++) {
    struct hg_error error = HG_ERROR_INIT;
    struct text_buffer taken;
    struct line_reader reader;

    text_buffer_init(&taken);
    line_reader_init(&reader, 100, take, &taken);
    for (size_t at = 0; at < sizeof text - 1; at += piece)
      assert_int_equal(line_reader_feed(&reader, text + at,
                                        piece < sizeof text - 1 - at ? piece : sizeof text - 1 - at,
                                        &error),
                       0);
    assert_string_equal(text_buffer_string(&taken), "{\"type\":\"ADDED\"}\n\nsecond\r\n");
    assert_string_equal(text_buffer_string(&reader.begun), "half");
    line_reader_finish(&reader);
    text_buffer_finish(&taken);
  }
}

static void test_a_line_that_is_too_long(void **state) {
  (void)state;
  for (size_t piece = 1; piece <= 16; piece++) {
    static const char text[] = "12345678\n123456789\n";
    struct hg_error error = HG_ERROR_INIT;
    struct text_buffer taken;
    struct line_reader reader;
    int32_t result = 0;

    text_buffer_init(&taken);
    line_reader_init(&reader, 8, take, &taken);
    for (size_t at = 0; at < sizeof text - 1 && result == 0; at += piece)
      result = line_reader_feed(
          &reader, text + at, piece < sizeof text - 1 - at ? piece : sizeof text - 1 - at, &error);
    assert_int_equal(result, -1);
    assert_int_equal(error.code, HG_ERROR_LIMIT);
    assert_string_equal(text_buffer_string(&taken), "12345678\n");
    line_reader_finish(&reader);
    text_buffer_finish(&taken);
  }
}

static void test_who_takes_says_stop(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct text_buffer taken;
  struct line_reader reader;

  (void)state;
  text_buffer_init(&taken);
  line_reader_init(&reader, 8, take, &taken);
  assert_int_equal(line_reader_feed(&reader, "a\nstop\nb\n", 9, &error), -1);
  assert_int_equal(error.code, HG_ERROR_CANCELLED);
  assert_string_equal(text_buffer_string(&taken), "a\n");
  line_reader_finish(&reader);
  text_buffer_finish(&taken);
}

static void test_statuses(void **state) {
  static const char refused[] =
      "{\"kind\":\"Status\",\"code\":409,\"reason\":\"Conflict\",\"message\":\"1 "
      "conflict\",\"details\":"
      "{\"retryAfterSeconds\":3,\"causes\":[{\"reason\":\"FieldManagerConflict\",\"field\":"
      "\".spec.suspend\",\"message\":\"conflict with kubectl\"},{\"field\":7}]}}";
  struct hg_error error = HG_ERROR_INIT;
  struct status status;
  struct arena arena;

  (void)state;
  arena_init(&arena);
  assert_int_equal(status_read(refused, strlen(refused), &arena, &status, &error), 0);
  assert_int_equal(status.code, 409);
  assert_string_equal(status.reason, "Conflict");
  assert_string_equal(status.message, "1 conflict");
  assert_int_equal(status.retry_after_s, 3);
  assert_int_equal(status.cause_count, 2);
  assert_string_equal(status.causes[0].type, "FieldManagerConflict");
  assert_string_equal(status.causes[0].field, ".spec.suspend");
  assert_string_equal(status.causes[1].field, "");
  for (size_t i = 0; i < 3; i++) {
    static const char *const others[] = {"Too many requests, please try again later.\n",
                                         "{\"kind\":\"Job\"}", "{\"kind\":\"Status\""};

    assert_int_equal(status_read(others[i], strlen(others[i]), &arena, &status, &error), -1);
    assert_int_equal(error.code, HG_ERROR_INVALID);
  }
  arena_finish(&arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_lists),
      cmocka_unit_test(test_limits_of_lists),
      cmocka_unit_test(test_lines),
      cmocka_unit_test(test_a_line_that_is_too_long),
      cmocka_unit_test(test_who_takes_says_stop),
      cmocka_unit_test(test_statuses),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

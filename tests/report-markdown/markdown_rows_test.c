/* SPDX-License-Identifier: Apache-2.0 */
/* Rows that have to fit into so many bytes, wherever they lie when they are written. */
#include "report/markdown_rows.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { ROWS = 5000 };

static struct text_buffer written;

static int32_t keep(const struct hg_output *output, const char *data, uint64_t length,
                    struct hg_error *err) {
  (void)output;
  (void)err;
  text_buffer_append(&written, data, length);
  return 0;
}

static const struct hg_output output = {.struct_size = sizeof output, .write = keep};

/* Rows of different length; `limit` decides what of them goes to the temporary file. */
static void fill(struct markdown_rows *rows, size_t limit, uint64_t most) {
  struct hg_error err = HG_ERROR_INIT;

  markdown_rows_init(rows, most);
  rows->section.limit = limit;
  for (unsigned i = 0; i < ROWS; i++) {
    if (!markdown_rows_begin(rows))
      continue;
    text_buffer_printf(&rows->section.text, "%0*u\n", (int)(i % 50) + 5, i);
    assert_int_equal(markdown_rows_end(rows, &err), 0);
  }
  assert_int_equal(rows->count, ROWS);
}

static void whole_rows_as_many_as_fit(void **state) {
  static const size_t limits[] = {0, 100, 16 * 1024, SECTION_MEMORY};
  static const uint64_t rooms[] = {0, 1, 5, 6, 7, 1000, 16384, 100000, 10000000};

  (void)state;
  for (size_t limit = 0; limit < sizeof limits / sizeof limits[0]; limit++) {
    struct markdown_rows rows;

    fill(&rows, limits[limit], UINT64_MAX);
    for (size_t room = 0; room < sizeof rooms / sizeof rooms[0]; room++) {
      struct markdown_output to = {&output, rooms[room]};
      struct hg_error err = HG_ERROR_INIT;
      uint64_t count = 0;
      uint64_t lines = 0;

      text_buffer_reset(&written);
      assert_int_equal(markdown_output_rows(&to, &rows, 0, &count, &err), 0);
      assert_true(written.length <= rooms[room]);
      assert_int_equal(to.left, rooms[room] - written.length);
      for (char *line = written.data, *end; line && (end = strchr(line, '\n')); line = end + 1)
        assert_int_equal(strtoul(line, NULL, 10), lines++);
      assert_int_equal(lines, count);
      assert_true(count == ROWS || written.length + 60 > rooms[room]);
    }
    markdown_rows_finish(&rows);
  }
  text_buffer_finish(&written);
}

static void room_behind_the_rows_is_kept(void **state) {
  struct markdown_rows rows;
  struct markdown_output to = {&output, 1000};
  struct hg_error err = HG_ERROR_INIT;
  uint64_t count = 0;

  (void)state;
  fill(&rows, 100, UINT64_MAX);
  assert_int_equal(markdown_output_rows(&to, &rows, 400, &count, &err), 0);
  assert_true(to.left >= 400);
  assert_true(count > 5);
  markdown_rows_finish(&rows);
  text_buffer_finish(&written);
}

static void no_more_rows_than_are_wanted(void **state) {
  struct markdown_rows rows;
  struct markdown_output to = {&output, UINT64_MAX};
  struct hg_error err = HG_ERROR_INIT;
  uint64_t count = 0;

  (void)state;
  fill(&rows, 100, 7);
  assert_int_equal(rows.kept, 7);
  assert_int_equal(markdown_output_rows(&to, &rows, 0, &count, &err), 0);
  assert_int_equal(count, 7);
  markdown_rows_finish(&rows);
  text_buffer_finish(&written);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(whole_rows_as_many_as_fit),
      cmocka_unit_test(room_behind_the_rows_is_kept),
      cmocka_unit_test(no_more_rows_than_are_wanted),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

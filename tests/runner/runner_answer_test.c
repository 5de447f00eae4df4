/* SPDX-License-Identifier: Apache-2.0 */
/* Answers of a runner, in whatever pieces they come, and whatever else comes. */
#include "runner/runner_answer.h"

#include <headgate/host.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What was taken, a line for each answer; neighbouring parts of a report are one. */
struct taken {
  struct text_buffer text;
  bool in_report;
  unsigned garbage;
};

static void take(void *context, const struct runner_answer *answer) {
  struct taken *taken = context;

  if (answer->kind == RUNNER_REPORT) {
    assert_true(answer->length > 0);
    if (!taken->in_report)
      text_buffer_append_string(&taken->text, "report ");
    text_buffer_append(&taken->text, answer->bytes, (size_t)answer->length);
    taken->in_report = true;
    return;
  }
  if (taken->in_report)
    text_buffer_append_char(&taken->text, '\n');
  taken->in_report = false;
  if (answer->kind == RUNNER_GARBAGE) {
    taken->garbage++;
    text_buffer_append_string(&taken->text, "garbage\n");
    return;
  }
  assert_non_null(answer->message);
  assert_non_null(answer->json);
  text_buffer_printf(&taken->text, "%s %d %s\n", runner_answer_word(answer->kind),
                     (int)answer->number, answer->message);
}

/* Feeds `data` in pieces that end at `first` and `second`. */
static void feed(const char *data, size_t length, size_t first, size_t second,
                 struct taken *taken) {
  struct runner_answers answers;
  char *pieces[3];
  const size_t ends[] = {0, first, second, length};

  memset(taken, 0, sizeof *taken);
  text_buffer_init(&taken->text);
  runner_answers_init(&answers);
  for (size_t i = 0; i < 3; i++) {
    size_t size = ends[i + 1] - ends[i];

    /* On the heap, so that reading past its end is seen. */
    pieces[i] = malloc(size ? size : 1);
    assert_non_null(pieces[i]);
    memcpy(pieces[i], data + ends[i], size);
    runner_answers_feed(&answers, pieces[i], size, take, taken);
    free(pieces[i]);
  }
  runner_answers_finish(&answers);
  if (taken->in_report)
    text_buffer_append_char(&taken->text, '\n');
}

static void assert_taken(const char *data, size_t length, const char *expected) {
  for (size_t first = 0; first <= length; first++)
    for (size_t second = first; second <= length; second += second - first < 4 ? 1 : 7) {
      struct taken taken;

      feed(data, length, first, second, &taken);
      if (strcmp(text_buffer_string(&taken.text), expected) != 0)
        fail_msg("cut at %zu and %zu: %s", first, second, text_buffer_string(&taken.text));
      text_buffer_finish(&taken.text);
    }
}

#define ASSERT_TAKEN(literal, expected) assert_taken(literal, sizeof(literal) - 1, expected)

static void a_whole_talk_cut_everywhere(void **state) {
  static const char talk[] = "{\"answer\":\"plugin\",\"name\":\"x\"}\n"
                             "{\"answer\":\"ready\"}\n"
                             "{\"answer\":\"log\",\"level\":2,\"message\":\"caf\\u00e9 {\\n}\"}\n"
                             "{\"answer\":\"report\",\"length\":12}\n"
                             "{\"a\":1}\n\0\n\xff\n"
                             "{\"length\":1,\"answer\":\"report\"}\n\n"
                             "{\"answer\":\"failed\",\"code\":3,\"message\":\"no\"}\n"
                             "{\"answer\":\"done\"}\n";
  const char *expected = "plugin 0 \nready 0 \nlog 2 caf\xc3\xa9 {\n}\n";
  struct taken taken;

  (void)state;
  /* The report's bytes hold a NUL: compared by hand once, then by their pieces. */
  feed(talk, sizeof talk - 1, 0, 0, &taken);
  assert_memory_equal(text_buffer_string(&taken.text), expected, strlen(expected));
  assert_memory_equal(text_buffer_string(&taken.text) + strlen(expected),
                      "report {\"a\":1}\n\0\n\xff\n\n\nfailed 3 no\ndone 0 \n", 40);
  assert_int_equal(taken.garbage, 0);
  for (size_t first = 0; first < sizeof talk; first++)
    for (size_t second = first; second < sizeof talk; second++) {
      struct taken cut;

      feed(talk, sizeof talk - 1, first, second, &cut);
      assert_int_equal(cut.text.length, taken.text.length);
      assert_memory_equal(text_buffer_string(&cut.text), text_buffer_string(&taken.text),
                          taken.text.length);
      text_buffer_finish(&cut.text);
    }
  text_buffer_finish(&taken.text);
}

static void numbers_that_are_none(void **state) {
  (void)state;
  ASSERT_TAKEN("{\"answer\":\"log\",\"level\":0,\"message\":\"a\"}\n", "log 3 a\n");
  ASSERT_TAKEN("{\"answer\":\"log\",\"level\":5,\"message\":\"a\"}\n", "log 3 a\n");
  ASSERT_TAKEN("{\"answer\":\"log\",\"level\":-1}\n", "log 3 \n");
  ASSERT_TAKEN("{\"answer\":\"log\",\"level\":\"1\",\"message\":7}\n", "log 3 \n");
  ASSERT_TAKEN("{\"answer\":\"log\"}\n", "log 3 \n");
  ASSERT_TAKEN("{\"answer\":\"failed\",\"code\":0}\n", "failed 1 \n");
  ASSERT_TAKEN("{\"answer\":\"failed\",\"code\":-5,\"message\":\"b\"}\n", "failed 1 b\n");
  ASSERT_TAKEN("{\"answer\":\"refused\",\"code\":2147483648,\"message\":\"c\"}\n", "refused 1 c\n");
  ASSERT_TAKEN("{\"answer\":\"refused\",\"code\":2147483647}\n", "refused 2147483647 \n");
}

static void what_is_no_answer(void **state) {
  static const char *const rows[] = {
      "\n",
      "garbage\n",
      "{}\n",
      "[]\n",
      "{\"answer\":7}\n",
      "{\"answer\":null}\n",
      "{\"answer\":\"sing\"}\n",
      "{\"answer\":\"\"}\n",
      "{\"answer\":\"done\"\n",
      "{\"answer\":\"done\"} x\n",
      "{\"answer\":\"done\",\"answer\":\"ready\"}\n",
      "{\"answer\":\"done\\u0000\"}\n",
      "{\"answer\":\"log\",\"message\":\"\xff\"}\n",
      "\xef\xbb\xbf{\"answer\":\"done\"}\n",
      "{\"answer\":\"report\"}\n",
      "{\"answer\":\"report\",\"length\":0}\n",
      "{\"answer\":\"report\",\"length\":-1}\n",
      "{\"answer\":\"report\",\"length\":1.5}\n",
      "{\"answer\":\"report\",\"length\":\"1\"}\n",
      "{\"answer\":\"report\",\"length\":9223372036854775808}\n",
      "{\"answer\":\"report\",\"length\":1e300}\n",
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct text_buffer data;
    struct taken taken;

    /* It is told once, and nothing after it is understood. */
    text_buffer_init(&data);
    text_buffer_printf(&data, "{\"answer\":\"ready\"}\n%s{\"answer\":\"done\"}\n%s", rows[i],
                       rows[i]);
    feed(data.data, data.length, 5, 30, &taken);
    if (strcmp(text_buffer_string(&taken.text), "ready 0 \ngarbage\n") != 0)
      fail_msg("%s: %s", rows[i], text_buffer_string(&taken.text));
    text_buffer_finish(&taken.text);
    text_buffer_finish(&data);
  }
}

static void a_line_without_end(void **state) {
  enum { SIZE = 64 * 1024, MOST = 40 };
  struct runner_answers answers;
  struct taken taken = {0};
  char *piece = malloc(SIZE);
  size_t fed = 0;

  (void)state;
  assert_non_null(piece);
  memset(piece, '{', SIZE);
  text_buffer_init(&taken.text);
  runner_answers_init(&answers);
  for (int i = 0; i < MOST; i++) {
    runner_answers_feed(&answers, piece, SIZE, take, &taken);
    fed += taken.garbage == 0 ? SIZE : 0;
  }
  assert_int_equal(taken.garbage, 1);
  assert_true(fed <= 1024 * 1024 + SIZE); /* nothing is kept for ever */
  runner_answers_finish(&answers);
  text_buffer_finish(&taken.text);
  free(piece);
}

static void a_report_of_any_length(void **state) {
  static const char promise[] = "{\"answer\":\"report\",\"length\":9223372036854775807}\n";
  struct runner_answers answers;
  struct taken taken = {0};

  (void)state;
  text_buffer_init(&taken.text);
  runner_answers_init(&answers);
  runner_answers_feed(&answers, promise, sizeof promise - 1, take, &taken);
  runner_answers_feed(&answers, "{\"answer\":\"done\"}\n", 18, take, &taken);
  assert_string_equal(text_buffer_string(&taken.text), "report {\"answer\":\"done\"}\n");
  assert_int_equal(taken.garbage, 0);
  runner_answers_finish(&answers);
  text_buffer_finish(&taken.text);
}

/* Deep nesting is refused by the reader, not by the stack. */
static void deep_nesting(void **state) {
  enum { DEPTH = 500 * 1000 };
  char *line = malloc(DEPTH + 1);
  struct taken taken;

  (void)state;
  assert_non_null(line);
  memset(line, '[', DEPTH);
  line[DEPTH] = '\n';
  feed(line, DEPTH + 1, 10, 1000, &taken);
  assert_string_equal(text_buffer_string(&taken.text), "garbage\n");
  text_buffer_finish(&taken.text);
  free(line);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_whole_talk_cut_everywhere), cmocka_unit_test(numbers_that_are_none),
      cmocka_unit_test(what_is_no_answer),           cmocka_unit_test(a_line_without_end),
      cmocka_unit_test(a_report_of_any_length),      cmocka_unit_test(deep_nesting),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

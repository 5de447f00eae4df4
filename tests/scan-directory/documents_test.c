/* SPDX-License-Identifier: Apache-2.0 */
/* What a file holds: its documents, their own bytes, and what is wrong with it, in their order. */
#include "scanner_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Checks what is made of a file `a.yaml`. */
static void expect(const char *yaml, const char *expected) {
  scanner_harness_write_text(&harness, "a.yaml", yaml);
  scanner_harness_expect(&harness, expected);
}

/* An only document is the whole file: kubectl is given the file itself. */
static void gives_an_only_document_the_whole_file(void **state) {
  (void)state;
  expect("a: b\n", "add a.yaml 1/1 0+5\n");
  expect("# c\n---\na: b\n# d\n", "add a.yaml 1/1 0+17\n");
  expect("a: b\n...\n# d\n", "add a.yaml 1/1 0+13\n");
  expect("---\n~\n---\na: b\n---\n", "add a.yaml 1/1 0+19\n");
  expect("\xef\xbb\xbf"
         "한: 글\r\n",
         "add a.yaml 1/1 0+13\n");
}

static void gives_each_of_several_its_own_bytes(void **state) {
  (void)state;
  expect("a: b\n---\nc: d\n", "add a.yaml 1/2 0+5\nadd a.yaml 2/2 5+9\n");
  expect("---\na: b\n---\n# nothing\n---\nc: d\n---\n--- # e\né: f\n...\n",
         "add a.yaml 1/3 0+9\nadd a.yaml 2/3 23+9\nadd a.yaml 3/3 36+18\n");
}

static void hands_over_what_stands_before_a_fault(void **state) {
  (void)state;
  expect("a: b\n---\nc: d\n---\ne: [f\n---\ng: h\n",
         "add a.yaml 1/4 0+5\n"
         "add a.yaml 2/4 5+9\n"
         "problem a.yaml 3 yaml-syntax 6:1 did not find expected ',' or ']' (while parsing a flow "
         "sequence that starts at line 5)\n");
  expect("[", "problem a.yaml 1 yaml-syntax 1:2 did not find expected node content (while parsing "
              "a flow node)\n");
  expect("---\n# nothing\n---\na: *b\n",
         "problem a.yaml 1 yaml-syntax 4:4 no value before this has the anchor of this alias: put "
         "a text that starts with * in quotes\n");
}

static void refuses_a_file_that_is_no_text(void **state) {
  (void)state;
  /* kubectl replaces each byte that is no UTF-8; what it is given was read so. */
  expect("a: b\n---\nc: \xff\n", "add a.yaml 1/2 0+5 a: b\n\n"
                                 "add a.yaml 2/2 5+11 ---\nc: \xef\xbf\xbd\n\n");
  expect("\xfe\xff", "problem a.yaml 0 yaml-encoding 1:1 the file is UTF-16; save it as UTF-8\n");
}

/* YAML, but kubectl 1.27 to 1.33 cannot be given it. */
static void refuses_what_kubectl_cannot_cut(void **state) {
  static const char directives[] =
      "kubectl-stream 1:1 kubectl cannot read a document with %YAML or "
      "%TAG (remove the lines that start with %)\n";
  char expected[200] = "problem a.yaml 1 ";

  (void)state;
  strcat(expected, directives);
  expect("%YAML 1.1\n---\na: b\n", expected);
  expect("%TAG ! tag:x.org,1:\n---\na: b\n", expected);
  expect("a: b\n...\n%YAML 1.1\n---\nc: d\n---\ne: f\n",
         "add a.yaml 1/3 0+8\nadd a.yaml 2/3 19+9\nadd a.yaml 3/3 28+9\n");
  expect("---\n%YAML 1.1\n---\na: b\n", "problem a.yaml 1 kubectl-stream 2:1 kubectl cannot read a "
                                        "document with %YAML or %TAG (remove the lines that start "
                                        "with %)\n");
  /* A comment may stand right behind a --- that ends a piece, but not at the start of one. */
  expect("a: b\n---# é\nc: d\n---#\r\n", "add a.yaml 1/2 0+5\nadd a.yaml 2/2 13+5\n");
  expect("---# c\na: b\n", "problem a.yaml 0 yaml-syntax 1:1 kubectl takes this --- for text: put "
                           "a plain blank behind it\n");
  expect("a: 1\n---\n---#c\nb: 2\n", "problem a.yaml 0 yaml-syntax 3:1 kubectl takes this --- for "
                                     "text: put a plain blank behind it\n");
  /* go-yaml v2 has the escape \', and libyaml has not; in other scalars it is no escape. */
  expect("a: \"it\\'s\"\n---\nb: 'x\\'\n---\nnull\n---\nc: é\\'\nd: [\"\\\\\\'\", \"\\'\"]\n",
         "add a.yaml 1/3 0+11\nadd a.yaml 2/3 11+12\nadd a.yaml 3/3 32+30\n");
  expect(
      "a: \"\\'\"\n---\nb: \"\\q\"\n",
      "add a.yaml 1/2 0+8\nproblem a.yaml 2 yaml-syntax 3:5 found unknown escape character (while "
      "parsing a quoted scalar)\n");
  /* go-yaml v2 has no such escape; JSON has. */
  expect("a: \"\\\\/\"\nb: \"x\\/y\"\n", "problem a.yaml 1 yaml-syntax 2:6 kubectl's YAML has no "
                                         "escape \\/; write the slash alone\n");
  expect("k: &a # \"\\/\"\n  \"x\\\\\"\n", "add a.yaml 1/1 0+21\n");
  expect("k: !!str # \\/\n  \"\\\"\\/\"\n",
         "problem a.yaml 1 yaml-syntax 2:6 kubectl's YAML has no escape \\/; write the slash "
         "alone\n");
  expect("--- {a: b}\n",
         "problem a.yaml 1 kubectl-stream 1:1 kubectl takes nothing but a comment after --- at the "
         "start of a line (put the rest on the next line)\n");
  expect("a: b\n--- !!map\nc: d\n",
         "add a.yaml 1/2 0+5\n"
         "problem a.yaml 2 kubectl-stream 2:1 kubectl takes nothing but a comment after --- at the "
         "start of a line (put the rest on the next line)\n");
  expect("a: 'b\n---c'\n",
         "problem a.yaml 1 kubectl-stream 2:1 kubectl takes nothing but a comment after --- at the "
         "start of a line (put the rest on the next line)\n");
  expect("---\t# c\na: b\n---  \r\nc: |\n ---x\n---",
         "add a.yaml 1/2 0+13\nadd a.yaml 2/2 13+18\n");
}

static void stops_when_the_sink_says_so(void **state) {
  struct scanner_record record;

  (void)state;
  scanner_harness_write_text(&harness, "a.yaml", "a: b\n---\nc: d\n---\ne: f\n");
  scanner_harness_write_text(&harness, "b.yaml", "");
  scanner_harness_write_text(&harness, "c.yaml", "[");
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  for (uint32_t stop_at = 1; stop_at <= 5; stop_at++) {
    scanner_record_init(&record);
    record.stop_at = stop_at;
    assert_int_equal(scanner_harness_read(&harness, &record), -1);
    assert_int_equal(harness.err.code, HG_ERROR_CANCELLED);
    assert_int_equal(record.calls, stop_at);
    scanner_record_finish(&record);
  }
}

static void refuses_a_file_number_that_is_not(void **state) {
  struct hg_error err = HG_ERROR_INIT;
  struct scanner_record record;
  struct hg_document_sink sink;
  void *reader;

  (void)state;
  scanner_harness_write_text(&harness, "a.yaml", "a: b\n");
  assert_int_equal(scanner_harness_list(&harness, NULL), 0);
  scanner_record_init(&record);
  scanner_record_sink(&record, &harness, 0, &sink);
  assert_int_equal(harness.ops->reader_create(harness.self, &reader, &err), 0);
  assert_int_equal(harness.ops->read(reader, 1, &sink, &err), -1);
  assert_int_equal(err.code, HG_ERROR_INVALID);
  assert_int_equal(record.calls, 0);
  harness.ops->reader_destroy(reader);
  scanner_record_finish(&record);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(gives_an_only_document_the_whole_file, set_up, tear_down),
      cmocka_unit_test_setup_teardown(gives_each_of_several_its_own_bytes, set_up, tear_down),
      cmocka_unit_test_setup_teardown(hands_over_what_stands_before_a_fault, set_up, tear_down),
      cmocka_unit_test_setup_teardown(refuses_a_file_that_is_no_text, set_up, tear_down),
      cmocka_unit_test_setup_teardown(refuses_what_kubectl_cannot_cut, set_up, tear_down),
      cmocka_unit_test_setup_teardown(stops_when_the_sink_says_so, set_up, tear_down),
      cmocka_unit_test_setup_teardown(refuses_a_file_number_that_is_not, set_up, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Texts that start with {: what kubectl up to 1.32 reads of them, and since 1.33. Then byte order
 * marks before documents. */
#include "scanner_harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#define TWO_JSON "{\"a\": 1}\n{\"a\": 2}"
#define MARK "\xef\xbb\xbf"

static const struct {
  const char *text;
  const char *older; /* the record; a NULL `newer` is the same */
  const char *newer;
} cases[] = {
    {"{\"a\": [1, 2.5, -1e-3, true, false, null, \"\\u00e9\\/\\n\", {}, []]}\n",
     "add a.yaml 1/1 0+64\n", NULL},
    {TWO_JSON, "add a.yaml 1/2 0+8\nadd a.yaml 2/2 9+8\n", NULL},
    {"{\"a\": 1}{\"a\": 2}", "add a.yaml 1/2 0+8\nadd a.yaml 2/2 8+8\n", NULL},
    {" {\"a\": 1}\r\n\t{\"a\": 2} \n", "add a.yaml 1/2 1+8\nadd a.yaml 2/2 12+8\n", NULL},
    {MARK "{\"a\": 1}{\"a\": 2}", "add a.yaml 1/2 3+8\nadd a.yaml 2/2 11+8\n", NULL},
    {"{\"a\": 1} null", "add a.yaml 1/1 0+13\n", NULL},
    {"{\"a\": 1} null 5 [\"b\"]", "add a.yaml 1/3 0+8\nadd a.yaml 2/3 14+1\nadd a.yaml 3/3 16+5\n",
     NULL},
    {"{\"a\": \"\\ud83d\\ude80 \\ud83d\"}", "add a.yaml 1/1 0+28\n", NULL},
    {"{\"a\": \"\x7f\xef\xbf\xbe\"}", "add a.yaml 1/1 0+13\n", NULL},
    {"{\"a\"\n:\n1}", "add a.yaml 1/1 0+9\n", NULL},
    {"{\"<<\": {\"a\": 1}, \"a\": 2}", "add a.yaml 1/1 0+24\n", NULL},
    /* YAML, and no JSON. */
    {"{\"a\": b}",
     "problem a.yaml 1 json-syntax 1:7 no JSON: invalid character 'b' where a value "
     "should begin\n",
     "add a.yaml 1/1 0+8\n"},
    {"{a: b}",
     "problem a.yaml 1 json-syntax 1:2 no JSON: invalid character 'a' where a key in "
     "double quotes should begin\n",
     "add a.yaml 1/1 0+6\n"},
    {"{\"a\": 1} # c\n",
     "add a.yaml 1/2 0+8\nproblem a.yaml 2 json-syntax 1:10 no JSON: invalid "
     "character '#' where a value should begin\n",
     "add a.yaml 1/1 0+13\n"},
    {"{\"a\": 1}\n---\nb: 2\n---\nc: 3\n",
     "add a.yaml 1/2 0+8\nproblem a.yaml 2 json-syntax 2:2 no JSON: invalid character '-' in a "
     "number\n",
     "add a.yaml 1/3 0+8\nadd a.yaml 2/3 9+9\nadd a.yaml 3/3 18+9\n"},
    {"{\"a\": \"\xc3\xa9\"}\n\n---\nb: \xc3\xa9\n---\nc: [3\n",
     "add a.yaml 1/2 0+11\nproblem a.yaml 2 json-syntax 3:2 no JSON: invalid character '-' in a "
     "number\n",
     "add a.yaml 1/3 0+11\nadd a.yaml 2/3 12+11\nproblem a.yaml 3 yaml-syntax 7:1 did not find "
     "expected ',' or "
     "']' (while parsing a flow sequence that starts at line 6)\n"},
    /* Neither. */
    {"{\"a\": 1,,}",
     "problem a.yaml 1 json-syntax 1:9 no JSON: invalid character ',' where a key in "
     "double quotes should begin\n",
     NULL},
    {"{\"a\": [}",
     "problem a.yaml 1 json-syntax 1:8 no JSON: invalid character '}' where a value "
     "should begin\n",
     NULL},
    {"{\"a\": \"\\x\"",
     "problem a.yaml 1 json-syntax 1:9 no JSON: invalid character 'x' in a string's "
     "escape\n",
     NULL},
    {"{\"a\": \"\\u12\"}",
     "problem a.yaml 1 json-syntax 1:9 no JSON: invalid character 'u' in a \\u "
     "escape: four hexadecimal digits follow it\n",
     NULL},
    {"{\"a\": \"b", "problem a.yaml 1 json-syntax 1:9 the JSON text ends too early, in a string\n",
     NULL},
    {"{\"a\": tru}",
     "problem a.yaml 1 json-syntax 1:10 no JSON: invalid character '}' in a literal: "
     "true, false and null are there\n",
     "add a.yaml 1/1 0+10\n"},
    {"{\"a\": 1}---",
     "add a.yaml 1/2 0+8\nproblem a.yaml 2 json-syntax 1:10 no JSON: invalid "
     "character '-' in a number\n",
     NULL},
    {TWO_JSON "\n---\nb: 1\n",
     "add a.yaml 1/3 0+8\nadd a.yaml 2/3 9+8\nproblem a.yaml 3 json-syntax "
     "3:2 no JSON: invalid character '-' in a number\n",
     NULL},
    /* JSON that Go's float64 cannot hold: kubectl does not try YAML. */
    {"{\"a\": 1e308, \"b\": 1e-400}", "add a.yaml 1/1 0+25\n", NULL},
    {"{\"a\": 1} {\"a\": [-1e309]}",
     "add a.yaml 1/2 0+8\nproblem a.yaml 2 kubectl-stream 1:17 this number is larger than any that "
     "kubectl reads\n",
     NULL},
    {"{\"a\": 1e999, b: c}\n",
     "problem a.yaml 1 json-syntax 1:14 no JSON: invalid character 'b' where a key in double "
     "quotes "
     "should begin\n",
     "add a.yaml 1/1 0+19\n"},
    {"\xc2\xa0\n{a: b}\n",
     "problem a.yaml 1 json-syntax 1:1 no JSON: invalid character '\xc2\xa0' where a value should "
     "begin\n",
     "add a.yaml 1/1 0+10\n"},
    /* Not read as JSON: it does not start with {. */
    {"---\n{\"a\": 1}\n---\nb: 2\n", "add a.yaml 1/2 0+13\nadd a.yaml 2/2 13+9\n", NULL},
    {"[1]", "add a.yaml 1/1 0+3\n", NULL},
    /* Byte order marks: one may start what is behind a line with ---, and the line that ends it. */
    {"a: 1\n---\n" MARK "b: 2\n---\n" MARK "# c\nc: 3\n",
     "add a.yaml 1/3 0+5\nadd a.yaml 2/3 9+8\nadd a.yaml 3/3 21+12\n", NULL},
    {MARK "a: 1\n---\n" MARK "---\nb: \xc3\xa9\n", "add a.yaml 1/2 0+8\nadd a.yaml 2/2 15+10\n",
     NULL},
    {MARK MARK "a: 1\n", "add a.yaml 1/1 0+11\n", NULL},
    {"---\n" MARK "a: 1\n",
     "problem a.yaml 0 yaml-encoding 2:1 a byte order mark (U+FEFF) stands "
     "inside a document; remove it\n",
     NULL},
    {"a: 1\n" MARK "---\nb: 2\n",
     "problem a.yaml 0 yaml-encoding 2:1 a byte order mark (U+FEFF) "
     "stands inside a document; remove it\n",
     NULL},
    /* White space beyond ASCII behind a --- is text to YAML. */
    {"a: 1\n---\xc2\xa0\nb: 2\n--- \xe2\x80\x83# c\nc: \xc3\xa9\n",
     "add a.yaml 1/3 0+5\nadd a.yaml 2/3 11+5\nadd a.yaml 3/3 27+6\n", NULL},
    {"---\xc2\xa0\na: 1\n",
     "problem a.yaml 0 yaml-syntax 1:1 kubectl takes this --- for text: put a plain blank behind "
     "it\n",
     NULL},
    {"a: |\n  b\n---\n---\n" MARK "c: 1\n",
     "problem a.yaml 0 yaml-encoding 5:1 a byte order mark "
     "(U+FEFF) stands inside a document; remove it\n",
     NULL},
};

static void check(const char *version, bool is_newer) {
  struct scanner_harness harness;

  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    scanner_harness_open(&harness);
    harness.kubernetes_version = version;
    scanner_harness_write_text(&harness, "a.yaml", cases[i].text);
    scanner_harness_expect(&harness, is_newer && cases[i].newer ? cases[i].newer : cases[i].older);
    scanner_harness_close(&harness);
  }
}

static void reads_as_kubectl_1_32(void **state) {
  (void)state;
  check("1.26", false);
  check("v1.32.3", false);
}

static void reads_as_kubectl_1_33(void **state) {
  (void)state;
  check("1.33", true);
  check("", true);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(reads_as_kubectl_1_32),
      cmocka_unit_test(reads_as_kubectl_1_33),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

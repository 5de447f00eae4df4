/* SPDX-License-Identifier: Apache-2.0 */
/* Paths as URI references: what RFC 3986 lets stand, and what a browser would read otherwise. */
#include "report/file_uri.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

static void paths_become_uris(void **state) {
  static const struct {
    const char *path;
    const char *uri;
  } rows[] = {
      {"out/job-00.yaml", "out/job-00.yaml"},
      {"a.yaml", "a.yaml"},
      {"./out//./a.yaml", "out/a.yaml"},
      {"out/../a.yaml", "a.yaml"},
      {"out/sub/../../a.yaml", "a.yaml"},
      {"../a.yaml", "../a.yaml"},
      {"../../x/../a.yaml", "../../a.yaml"},
      {"..", ".."},
      {".", "."},
      {"out/..", "."},
      {"out/", "out"},
      {"/", "file:///"},
      {"/a/b.yaml", "file:///a/b.yaml"},
      {"//a//b.yaml", "file:///a/b.yaml"},
      {"/a/./../b.yaml", "file:///b.yaml"},
      {"/../../b.yaml", "file:///b.yaml"},
      {"c:/a", "c%3A/a"}, /* no scheme */
      {"javascript:alert(1)", "javascript%3Aalert%281%29"},
      {"a b#c?d%20e", "a%20b%23c%3Fd%2520e"},
      {"한글.yaml", "%ED%95%9C%EA%B8%80.yaml"},
      {"a\xff\n\x1b.yaml", "a%FF%0A%1B.yaml"},
      {"\\\\host\\share", "%5C%5Chost%5Cshare"},
      {"a~b_c-d.e", "a~b_c-d.e"},
      {"...", "..."},
      {"..a/b", "..a/b"},
      {"[a](b)", "%5Ba%5D%28b%29"},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    struct text_buffer text;

    text_buffer_init(&text);
    file_uri_append(&text, rows[i].path);
    assert_string_equal(text_buffer_string(&text), rows[i].uri);
    text_buffer_finish(&text);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(paths_become_uris)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}

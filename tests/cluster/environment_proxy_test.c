/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a server is asked through the proxy of the environment, as kubectl 1.32 was seen to. */
#include "cluster/environment_proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static void goes_straight_where_no_proxy_says_so(void **state) {
  static const struct {
    const char *list;
    const char *host;
    bool is_named;
  } rows[] = {
      {"cluster.example", "cluster.example", true},
      {"cluster.example", "a.cluster.example", true},
      {"cluster.example", "xcluster.example", false},
      {"xcluster.example", "cluster.example", false},
      {"CLUSTER.example", "cluster.EXAMPLE", true},
      {"example", "cluster.example", true},
      {".example", "cluster.example", true},
      {".cluster.example", "cluster.example", false},
      {"*.example", "cluster.example", true},
      {"*.cluster.example", "cluster.example", false},
      {"*", "cluster.example", true},
      {"other, cluster.example ,", "cluster.example", true},
      {"cluster.example:6443", "cluster.example", true},
      {"cluster.example:443", "cluster.example", false},
      {":6443", "cluster.example", false},
      {",,", "cluster.example", false},
      {"", "cluster.example", false},
      {"10.0.0.0/8", "cluster.example", false},
      {"10.0.0.0/8", "10.1.2.3", true},
      {"10.1.2.3/32", "10.1.2.3", true},
      {"10.1.2.2/31", "10.1.2.3", true},
      {"10.1.2.2/32", "10.1.2.3", false},
      {"0.0.0.0/0", "10.1.2.3", true},
      {"10.0.0.0/33", "10.1.2.3", false},
      {"10.0.0.0/", "10.1.2.3", false},
      {"10.0.0.0/8x", "10.1.2.3", false},
      {"10.1.2.3", "10.1.2.3", true},
      {"10.1.2.3:6443", "10.1.2.3", true},
      {"10.1.2.3:443", "10.1.2.3", false},
      {"10.", "10.1.2.3", false},
      {"fd00::/8", "fd00::1", true},
      {"fd00::1", "fd00::1", true},
      {"[fd00::1]:6443", "fd00::1", true},
      {"[fd00::1]:443", "fd00::1", false},
      {"fd00::/8", "10.1.2.3", false},
      {"]:", "cluster.example", false},
      {"[", "cluster.example", false},
      {"[]:6443", "cluster.example", false},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (no_proxy_names(rows[i].list, rows[i].host, "6443") != rows[i].is_named)
      fail_msg("NO_PROXY=%s, %s", rows[i].list, rows[i].host);
}

static void takes_the_variable_of_the_scheme(void **state) {
  (void)state;
  assert_string_equal(environment_proxy("https://cluster.example:6443"), "");
  (void)setenv("https_proxy", "small", 1);
  (void)setenv("ALL_PROXY", "all", 1);
  (void)setenv("http_proxy", "plain", 1);
  assert_string_equal(environment_proxy("https://cluster.example/k8s"), "small");
  assert_string_equal(environment_proxy("http://cluster.example"), "plain");
  (void)setenv("HTTPS_PROXY", "", 1);
  assert_string_equal(environment_proxy("https://[fd00::1]:6443"), "small");
  (void)setenv("HTTPS_PROXY", "large", 1);
  assert_string_equal(environment_proxy("https://[fd00::1]"), "large");
}

static void this_machine_needs_none(void **state) {
  static const char *const own[] = {"https://localhost:6443", "https://127.0.0.1:6443/a",
                                    "https://127.9.9.9", "https://[::1]:6443", "https://[::1]"};

  (void)state;
  (void)setenv("HTTPS_PROXY", "large", 1);
  for (size_t i = 0; i < sizeof own / sizeof *own; i++)
    assert_string_equal(environment_proxy(own[i]), "");
  assert_string_equal(environment_proxy("https://127.example.com"), "large");
  assert_string_equal(environment_proxy("https://localhost.example"), "large");
}

static void ports_are_those_of_the_server(void **state) {
  (void)state;
  (void)setenv("HTTPS_PROXY", "large", 1);
  (void)setenv("no_proxy", "cluster.example:443", 1);
  assert_string_equal(environment_proxy("https://cluster.example"), "");
  assert_string_equal(environment_proxy("https://cluster.example:443/x"), "");
  assert_string_equal(environment_proxy("https://cluster.example:6443"), "large");
  (void)setenv("NO_PROXY", "other", 1);
  assert_string_equal(environment_proxy("https://cluster.example"), "large");
}

int main(void) {
  static const char *const names[] = {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY",
                                      "http_proxy",  "NO_PROXY",    "no_proxy"};
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(goes_straight_where_no_proxy_says_so),
      cmocka_unit_test(takes_the_variable_of_the_scheme),
      cmocka_unit_test(this_machine_needs_none),
      cmocka_unit_test(ports_are_those_of_the_server),
  };

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    (void)unsetenv(names[i]);
  return cmocka_run_group_tests(tests, NULL, NULL);
}

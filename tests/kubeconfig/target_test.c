/* SPDX-License-Identifier: Apache-2.0 */
/* The context, server and namespace that kubectl would take, from one file, from several, from
 * none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kubeconfig/target.h"
#include "own_directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIFTY "././././././././././././././././././././././././."
#define PATH_OF_300 FIFTY "/" FIFTY "/" FIFTY "/" FIFTY "/" FIFTY "/" FIFTY

/* What is expected here was seen with kubectl 1.27 and 1.33. */

static struct arena arena;

static int enter(void **state) {
  arena_init(&arena);
  return enter_directory(state);
}

static int leave(void **state) {
  arena_finish(&arena);
  return leave_directory(state);
}

static void assert_target(const struct kubeconfig_sources *sources, const char *context,
                          const char *server, const char *default_namespace) {
  struct hg_error error = HG_ERROR_INIT;
  struct kubeconfig_target target;

  if (kubeconfig_find_target(sources, &arena, &target, &error) < 0)
    fail_msg("%s", error.message);
  assert_string_equal(target.context, context);
  assert_string_equal(target.server, server);
  assert_string_equal(target.default_namespace, default_namespace);
}

static void assert_refused(const struct kubeconfig_sources *sources, int32_t code,
                           const char *message) {
  struct hg_error error = HG_ERROR_INIT;
  struct kubeconfig_target target;

  assert_int_equal(kubeconfig_find_target(sources, &arena, &target, &error), -1);
  assert_string_equal(error.message, message);
  assert_int_equal(error.code, code);
}

static void assert_text_refused(const char *text, const char *message) {
  const struct kubeconfig_sources sources = {.file_list = "config"};

  write_file("config", text);
  assert_refused(&sources, HG_ERROR_INVALID, message);
}

static void assert_text_target(const char *text, const char *context, const char *server,
                               const char *default_namespace) {
  const struct kubeconfig_sources sources = {.file_list = "config"};

  write_file("config", text);
  assert_target(&sources, context, server, default_namespace);
}

#define DEFAULT_SERVER "http://localhost:8080"

static const char two_contexts[] = "apiVersion: v1\n"
                                   "kind: Config\n"
                                   "current-context: dev\n"
                                   "contexts:\n"
                                   "- name: dev\n"
                                   "  context: {cluster: small, user: me}\n"
                                   "- name: prod-eu\n"
                                   "  context: {cluster: large, user: me, namespace: batch}\n"
                                   "clusters:\n"
                                   "- name: small\n"
                                   "  cluster: {server: 'https://10.0.0.1:6443'}\n"
                                   "- name: large\n"
                                   "  cluster: {server: 'https://10.0.0.2:6443'}\n"
                                   "users:\n"
                                   "- name: me\n"
                                   "  user: {token: secret}\n";

static void test_no_kubeconfig_at_all(void **state) {
  struct kubeconfig_sources sources = {.home = "nowhere"};
  struct hg_error error = HG_ERROR_INIT;
  struct kubeconfig_target target;

  (void)state;
  assert_int_equal(kubeconfig_find_target(&sources, &arena, &target, &error), 0);
  assert_string_equal(target.context, "");
  assert_string_equal(target.cluster, "");
  assert_string_equal(target.server, DEFAULT_SERVER);
  assert_string_equal(target.default_namespace, "default");
  assert_true(target.is_default_server);
  assert_false(target.is_pod);
  sources.default_server = "http://127.0.0.1:7";
  assert_target(&sources, "", "http://127.0.0.1:7", "default");
  sources.file_list = ":";
  assert_target(&sources, "", "http://127.0.0.1:7", "default");
  sources.home = NULL;
  sources.file_list = "";
  assert_target(&sources, "", "http://127.0.0.1:7", "default");
}

static void test_contexts(void **state) {
  struct kubeconfig_sources sources = {.home = "home"};
  struct hg_error error = HG_ERROR_INIT;
  struct kubeconfig_target target;

  (void)state;
  assert_int_equal(mkdir("home", 0700), 0);
  assert_int_equal(mkdir("home/.kube", 0700), 0);
  write_file("home/.kube/config", two_contexts);
  assert_int_equal(kubeconfig_find_target(&sources, &arena, &target, &error), 0);
  assert_string_equal(target.context, "dev");
  assert_string_equal(target.cluster, "small");
  assert_false(target.is_default_server);
  assert_target(&sources, "dev", "https://10.0.0.1:6443", "default");
  sources.context = "prod-eu";
  assert_target(&sources, "prod-eu", "https://10.0.0.2:6443", "batch");
  sources.context = "";
  assert_target(&sources, "dev", "https://10.0.0.1:6443", "default");
  sources.context = "prod-ue";
  assert_refused(&sources, HG_ERROR_NOT_FOUND,
                 "context \"prod-ue\" does not exist: did you mean \"prod-eu\"?");
  sources.context = "nope";
  assert_refused(&sources, HG_ERROR_NOT_FOUND,
                 "context \"nope\" does not exist: `kubectl config get-contexts` lists them");
}

static void test_one_file_alone_must_be_there(void **state) {
  struct kubeconfig_sources sources = {.kubeconfig = "other", .file_list = "config"};

  (void)state;
  write_file("config", two_contexts);
  assert_refused(&sources, HG_ERROR_NOT_FOUND, "kubeconfig other: No such file or directory");
  write_file("other", "contexts: [{name: x}]\n");
  assert_target(&sources, "", DEFAULT_SERVER, "default");
  sources.context = "dev";
  assert_refused(&sources, HG_ERROR_NOT_FOUND,
                 "context \"dev\" does not exist: `kubectl config get-contexts` lists them");
}

static void test_lists_are_merged(void **state) {
  static const char a[] = "current-context: one\n"
                          "contexts: [{name: one, context: {cluster: c1}}]\n"
                          "clusters: [{name: c1, cluster: {insecure-skip-tls-verify: true}}]\n";
  static const char b[] = "current-context: two\n"
                          "contexts:\n"
                          "- {name: one, context: {cluster: c2, namespace: nsb}}\n"
                          "- {name: two, context: {cluster: c2, namespace: nstwo}}\n"
                          "- {name: three, context: {cluster: c1}}\n"
                          "clusters:\n"
                          "- {name: c1, cluster: {server: 'http://b1'}}\n"
                          "- {name: c2, cluster: {server: 'http://b2'}}\n";
  struct kubeconfig_sources sources = {.file_list = "a:b"};

  (void)state;
  write_file("a", a);
  write_file("b", b);
  /* Entries are not mixed: c1 of the first file has no server, and so it has none. */
  assert_target(&sources, "one", DEFAULT_SERVER, "default");
  sources.context = "two";
  assert_target(&sources, "two", "http://b2", "nstwo");
  sources.context = "three";
  assert_target(&sources, "three", DEFAULT_SERVER, "default");
  sources.context = NULL;
  sources.file_list = "b:a";
  assert_target(&sources, "two", "http://b2", "nstwo");
  sources.file_list = "missing::b:b:a:";
  assert_target(&sources, "two", "http://b2", "nstwo");
  sources.file_list = "a/x:b";
  assert_refused(&sources, HG_ERROR_NOT_FOUND, "kubeconfig a/x: Not a directory");
  write_file("a", "");
  sources.file_list = "a:b";
  assert_target(&sources, "two", "http://b2", "nstwo");
  write_file("a", "a: [\n");
  assert_refused(&sources, HG_ERROR_INVALID,
                 "a:2:1: did not find expected node content (while parsing a flow node)");
}

static void test_json(void **state) {
  (void)state;
  assert_text_target("{\"kind\": \"Config\", \"apiVersion\": \"v1\",\n"
                     "\t\"current-context\": \"x\",\n"
                     "\t\"contexts\": [{\"name\": \"x\", \"context\": {\"cluster\": \"c\", "
                     "\"namespace\": \"n\"}}],\n"
                     "\t\"clusters\": [{\"name\": \"c\", \"cluster\": {\"server\": "
                     "\"https:\\/\\/h\"}}]}\n",
                     "x", "https://h", "n");
}

static void test_what_kubectl_forgives(void **state) {
  (void)state;
  assert_text_target("", "", DEFAULT_SERVER, "default");
  assert_text_target("contexts:\nclusters: ~\ncurrent-context: null\n", "", DEFAULT_SERVER,
                     "default");
  assert_text_target("contexts: [{name: x, context: {cluster: gone, namespace: q}}]\n"
                     "current-context: x\n",
                     "x", DEFAULT_SERVER, "q");
  /* Names may be empty. */
  assert_text_target("contexts: [{context: {cluster: c, namespace: q}}]\n"
                     "clusters: [{name: c, cluster: {server: 'http://c'}}]\n",
                     "", "http://c", "q");
  assert_text_target("current-context: x\ncontexts: [{name: x, context: }]\n"
                     "clusters: [{name: '', cluster: {server: 'http://none'}}]\n",
                     "x", "http://none", "default");
  /* The last of two keys counts, and case does. */
  assert_text_target("current-context: x\ncurrent-context: z\nCurrent-Context: x\n"
                     "contexts: [{name: z, context: {namespace: q}}]\n",
                     "z", DEFAULT_SERVER, "q");
  assert_text_target("# comment\n---\ncurrent-context: x\ncontexts: [{name: x}]\n---\n"
                     "current-context: z\n",
                     "x", DEFAULT_SERVER, "default");
  /* The first document is empty, and it is the one that kubectl reads. */
  assert_text_target("---\n---\ncurrent-context: x\ncontexts: [{name: x}]\n", "", DEFAULT_SERVER,
                     "default");
  assert_text_target("base: &b {cluster: c, namespace: q}\ncurrent-context: x\n"
                     "contexts: [{name: x, context: {<<: *b, namespace: r}}]\n",
                     "x", DEFAULT_SERVER, "r");
}

static void test_refusals_have_a_place(void **state) {
  (void)state;
  assert_text_refused("[]\n", "config:1:1: no kubeconfig: not a mapping");
  assert_text_refused("apiVersion: v1\nkind: Job\n",
                      "config:2:7: no kubeconfig: 'kind' is 'Job', not 'Config'");
  assert_text_refused("apiVersion: v2\n",
                      "config:1:13: no kubeconfig: 'apiVersion' is 'v2', not 'v1'");
  assert_text_refused("contexts: {name: x}\n", "config:1:11: 'contexts' is not a list");
  assert_text_refused("preferences: 1\n", "config:1:14: 'preferences' is not a mapping");
  assert_text_refused("extensions: {}\n", "config:1:13: 'extensions' is not a list");
  assert_text_refused("users: [{name: u, user: {extensions: x}}]\n",
                      "config:1:38: 'extensions' is not a list");
  assert_text_refused("contexts: [x]\n", "config:1:12: an item of 'contexts' is not a mapping");
  assert_text_refused("current-context: [x]\n", "config:1:18: 'current-context' is not a text");
  assert_text_refused("current-context: 1e3\n",
                      "config:1:18: 'current-context' is a number, not a text: quote it");
  assert_text_refused("contexts: [{name: yes}]\n",
                      "config:1:19: 'name' is a bool, not a text: quote it");
  assert_text_refused("current-context: \"a\\0b\"\n",
                      "config:1:18: 'current-context' is not a text");
  assert_text_refused("current-context: !!binary aGk=\n",
                      "config:1:18: 'current-context' has an unusual tag");
  assert_text_refused("contexts:\n- name: x\n  context: 3\n",
                      "config:3:12: 'context' is not a mapping");
  assert_text_refused("contexts:\n- name: x\n- name: z\n- name: x\n",
                      "config:4:3: the name \"x\" stands twice, first in line 2");
  assert_text_refused("clusters:\n- name: x\n- name: x\n",
                      "config:3:3: the name \"x\" stands twice, first in line 2");
  assert_text_refused("a: b: c\n", "config:1:5: a key is not allowed here: wrong indentation, or a "
                                   "value with \": \" that needs quotes");
}

static void test_files_that_cannot_be_read(void **state) {
  struct kubeconfig_sources sources = {.kubeconfig = "fifo"};

  (void)state;
  assert_int_equal(mkfifo("fifo", 0600), 0);
  assert_refused(&sources, HG_ERROR_IO, "kubeconfig fifo: not a regular file");
  sources.kubeconfig = ".";
  assert_refused(&sources, HG_ERROR_IO, "kubeconfig .: not a regular file");
  write_file("large", "");
  assert_int_equal(truncate("large", (3 << 20) + 1), 0);
  sources.kubeconfig = "large";
  assert_refused(&sources, HG_ERROR_LIMIT, "kubeconfig large: larger than 3145728 bytes");
  /* Why is told behind a long path too. */
  sources.kubeconfig = PATH_OF_300;
  assert_refused(&sources, HG_ERROR_IO, "kubeconfig " PATH_OF_300 ": not a regular file");
}

static void test_many_contexts(void **state) {
  struct kubeconfig_sources sources = {.kubeconfig = "many", .context = "c19999"};
  FILE *file = fopen("many", "w");

  (void)state;
  assert_non_null(file);
  (void)fputs("contexts:\n", file);
  for (int i = 0; i < 20000; i++)
    (void)fprintf(file, "- {name: c%d, context: {cluster: c, namespace: n%d}}\n", i, i);
  assert_int_equal(fclose(file), 0);
  assert_target(&sources, "c19999", DEFAULT_SERVER, "n19999");
}

static void test_inside_a_pod(void **state) {
  struct kubeconfig_sources sources = {.file_list = "config",
                                       .service_host = "10.96.0.1",
                                       .service_port = "443",
                                       .service_account = "account"};
  struct hg_error error = HG_ERROR_INIT;
  struct kubeconfig_target target;

  (void)state;
  /* No token: no Pod. */
  assert_target(&sources, "", DEFAULT_SERVER, "default");
  assert_int_equal(mkdir("account", 0700), 0);
  write_file("account/token", "secret");
  assert_target(&sources, "", "https://10.96.0.1:443", "default");
  write_file("account/namespace", "ci-jobs\n");
  assert_int_equal(kubeconfig_find_target(&sources, &arena, &target, &error), 0);
  assert_true(target.is_pod);
  assert_false(target.is_default_server);
  assert_string_equal(target.default_namespace, "ci-jobs");
  sources.pod_namespace = "mine";
  assert_target(&sources, "", "https://10.96.0.1:443", "mine");
  sources.service_host = "fd00::1";
  assert_target(&sources, "", "https://[fd00::1]:443", "mine");
  /* A kubeconfig decides the cluster, and the namespace where it names one. */
  write_file("config", two_contexts);
  assert_target(&sources, "dev", "https://10.0.0.1:6443", "mine");
  sources.context = "prod-eu";
  assert_target(&sources, "prod-eu", "https://10.0.0.2:6443", "batch");
}

static void test_stamp(void **state) {
  const struct kubeconfig_sources sources = {.file_list = "a:b"};
  uint64_t before;

  (void)state;
  write_file("a", "x");
  before = kubeconfig_stamp(&sources);
  assert_true(kubeconfig_stamp(&sources) == before);
  write_file("b", "y");
  assert_true(kubeconfig_stamp(&sources) != before);
  before = kubeconfig_stamp(&sources);
  assert_int_equal(rename("b", "a"), 0);
  assert_true(kubeconfig_stamp(&sources) != before);
}

static void assert_shown(const char *server, const char *shown) {
  struct text_buffer text;

  text_buffer_init(&text);
  kubeconfig_append_server(&text, server);
  assert_string_equal(text_buffer_string(&text), shown);
  text_buffer_finish(&text);
}

static void test_passwords_are_not_shown(void **state) {
  static const char hidden[] = "(not shown: it may hold a password)";

  (void)state;
  assert_shown("https://10.0.0.1:6443", "https://10.0.0.1:6443");
  assert_shown("https://h/k8s/clusters/c-1", "https://h/k8s/clusters/c-1");
  assert_shown("https://me:pw@h:6443/x", "https://h:6443/x");
  assert_shown("https://me:p@w@h", "https://h");
  assert_shown("me:pw@h:6443", "h:6443");
  assert_shown("https://h/x?token=pw", "https://h/x");
  assert_shown("https://h#pw", "https://h");
  assert_shown("h?t=x://pw", "h");
  assert_shown("https://me:p/w@h", hidden);
  assert_shown("https://me:p?w@h", hidden);
  assert_shown("https://me:p\\w@h", hidden);
  assert_shown("https:///me:pw@h", hidden);
  assert_shown("https://h\033[2J", "https://h\\x1b[2J");
  assert_shown("", "");
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)
  const struct CMUnitTest tests[] = {
      TEST(test_no_kubeconfig_at_all),
      TEST(test_contexts),
      TEST(test_one_file_alone_must_be_there),
      TEST(test_lists_are_merged),
      TEST(test_json),
      TEST(test_what_kubectl_forgives),
      TEST(test_refusals_have_a_place),
      TEST(test_files_that_cannot_be_read),
      TEST(test_many_contexts),
      TEST(test_inside_a_pod),
      TEST(test_stamp),
      TEST(test_passwords_are_not_shown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

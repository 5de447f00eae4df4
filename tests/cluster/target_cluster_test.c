/* SPDX-License-Identifier: Apache-2.0 */
/* Which cluster a run means, what is protected of it and what is confirmed, and that a change
 * while it is applied is noticed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster/target_cluster.h"
#include "own_directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define MOST_JOBS 20

static struct target_cluster cluster;

static void write_kubeconfig(const char *current, const char *namespace_name) {
  FILE *file = fopen("config", "w");

  assert_non_null(file);
  assert_true(
      fprintf(file,
              "current-context: %s\n"
              "contexts:\n"
              "- {name: dev, context: {cluster: c}}\n"
              "- {name: prod-eu, context: {cluster: c, namespace: %s}}\n"
              "- {name: 'arn:aws:eks:eu:1:cluster/prod', context: {cluster: c}}\n"
              "- {name: \"it's prod\\e[2J\", context: {cluster: c}}\n"
              "clusters:\n"
              "- {name: c, cluster: {server: 'https://me:secret@10.0.0.1:6443/?token=secret'}}\n",
              current, namespace_name) > 0);
  assert_int_equal(fclose(file), 0);
}

static int enter(void **state) {
  if (enter_directory(state) < 0)
    return -1;
  write_kubeconfig("dev", "batch");
  (void)unsetenv("KUBERNETES_SERVICE_HOST");
  return setenv("KUBECONFIG", "config", 1);
}

/* What the user says of the cluster. */
struct wish {
  const char *kubeconfig;
  const char *context;
  struct string_list protected_contexts;
  const char *confirmed_context;
};

static void assert_check(const struct wish *wish, const char *message) {
  struct hg_error error = HG_ERROR_INIT;

  target_cluster_init(&cluster, wish->kubeconfig, wish->context, NULL);
  assert_int_equal(
      target_cluster_check(&cluster, &wish->protected_contexts, wish->confirmed_context, &error),
      message ? -1 : 0);
  assert_string_equal(error.message, message ? message : "");
  target_cluster_finish(&cluster);
}

static void test_protected_contexts(void **state) {
  const char *globs[] = {"live", "*prod*"};
  struct wish wish = {.protected_contexts = {globs, 2}};

  (void)state;
  assert_check(&wish, NULL);
  wish.context = "prod-eu";
  assert_check(&wish, "context \"prod-eu\" is protected: add --confirm-context prod-eu");
  wish.confirmed_context = "prod-e";
  assert_check(&wish, "context \"prod-eu\" is protected: add --confirm-context prod-eu");
  wish.confirmed_context = "prod-*";
  assert_check(&wish, "context \"prod-eu\" is protected: add --confirm-context prod-eu");
  wish.confirmed_context = "prod-eu";
  assert_check(&wish, NULL);
  wish.confirmed_context = NULL;
  wish.context = "arn:aws:eks:eu:1:cluster/prod";
  assert_check(&wish, "context \"arn:aws:eks:eu:1:cluster/prod\" is protected: add "
                      "--confirm-context arn:aws:eks:eu:1:cluster/prod");
  wish.context = "it's prod\033[2J";
  assert_check(&wish, "context \"it's prod\\x1b[2J\" is protected: add --confirm-context "
                      "'it'\\''s prod\\x1b[2J'");
  wish.confirmed_context = wish.context;
  assert_check(&wish, NULL);
}

static void test_the_current_context_counts(void **state) {
  const char *globs[] = {"prod-*"};
  struct wish wish = {.protected_contexts = {globs, 1}};

  (void)state;
  write_kubeconfig("prod-eu", "batch");
  assert_check(&wish, "context \"prod-eu\" is protected: add --confirm-context prod-eu");
  wish.context = "dev";
  assert_check(&wish, NULL);
}

static void test_all_contexts_are_protected(void **state) {
  const char *globs[] = {"*"};
  struct wish wish = {.protected_contexts = {globs, 1}};

  (void)state;
  assert_int_equal(unlink("config"), 0);
  assert_check(&wish, "context \"\" is protected: add --confirm-context ''");
  wish.confirmed_context = "";
  assert_check(&wish, NULL);
}

static void test_a_confirmation_is_of_the_context_in_use(void **state) {
  struct wish wish = {.confirmed_context = "prod-eu"};

  (void)state;
  assert_check(&wish, "--confirm-context is 'prod-eu', but kubectl would use context 'dev'");
  wish.context = "prod-eu";
  assert_check(&wish, NULL);
}

static void test_an_unknown_cluster(void **state) {
  const char *globs[] = {"prod-*"};
  struct wish wish = {.kubeconfig = "missing"};

  (void)state;
  assert_check(&wish, NULL);
  wish.protected_contexts.items = globs;
  wish.protected_contexts.count = 1;
  assert_check(&wish,
               "not known which cluster it is, and protected_contexts are set: kubeconfig missing: "
               "No such file or directory");
  wish.confirmed_context = "prod-eu";
  assert_check(&wish,
               "not known which cluster it is, and --confirm-context is given: kubeconfig missing: "
               "No such file or directory");
  wish.kubeconfig = NULL;
  wish.context = "prod-gone";
  wish.confirmed_context = NULL;
  assert_check(&wish, "not known which cluster it is, and protected_contexts are set: context "
                      "\"prod-gone\" does not exist: `kubectl config get-contexts` lists them");
}

static void assert_lines(const struct wish *wish, const struct hg_plan *plan, const char *context,
                         const char *server, const char *namespaces) {
  struct hg_error error = HG_ERROR_INIT;
  struct target_cluster_lines lines;

  target_cluster_init(&cluster, wish->kubeconfig, wish->context, NULL);
  assert_int_equal(target_cluster_describe(&cluster, plan, &lines, &error), 0);
  assert_string_equal(lines.context, context);
  assert_string_equal(lines.server, server);
  assert_string_equal(lines.namespaces, namespaces);
  target_cluster_finish(&cluster);
}

static void test_lines(void **state) {
  struct wish wish = {.context = "it's prod\033[2J"};
  struct hg_plan_item items[MOST_JOBS];
  const struct hg_plan_item *jobs[MOST_JOBS];
  static const char *const names[] = {"b", "b", "a", "b", "c", "d", "e",
                                      "f", "g", "h", "i", "j", "k", "l"};
  struct hg_plan plan = {.struct_size = sizeof plan, .jobs = jobs};

  (void)state;
  memset(items, 0, sizeof items);
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    items[i].job_namespace = names[i];
    jobs[i] = &items[i];
  }
  assert_lines(&wish, &plan, "Context: it's prod\\x1b[2J", "Server: https://10.0.0.1:6443/",
               "Namespaces: -");
  plan.total_jobs = 4;
  wish.context = NULL;
  assert_lines(&wish, &plan, "Context: dev", "Server: https://10.0.0.1:6443/", "Namespaces: a, b");
  plan.total_jobs = 12;
  wish.context = "nope";
  assert_lines(&wish, &plan, "Context: (not known)", "Server: (not known)",
               "Namespaces: a, b, c, d, e, f, g, h, i, j");
  plan.total_jobs = 14;
  wish.context = NULL;
  wish.kubeconfig = "/";
  assert_lines(&wish, &plan, "Context: (not known)", "Server: (not known)",
               "Namespaces: a, b, c, d, e, f, g, h, i, j and 2 more");
  assert_int_equal(unlink("config"), 0);
  wish.kubeconfig = NULL;
  assert_lines(&wish, &plan, "Context: (none)",
               "Server: http://localhost:8080 (kubectl's default: no kubeconfig names a server)",
               "Namespaces: a, b, c, d, e, f, g, h, i, j and 2 more");
}

static void test_namespace_of_jobs_that_name_none(void **state) {
  struct wish wish = {.context = "prod-eu"};

  (void)state;
  target_cluster_init(&cluster, wish.kubeconfig, wish.context, NULL);
  assert_string_equal(target_cluster_default_namespace(&cluster), "batch");
  target_cluster_finish(&cluster);
  wish.context = "dev";
  target_cluster_init(&cluster, wish.kubeconfig, wish.context, NULL);
  assert_string_equal(target_cluster_default_namespace(&cluster), "default");
  target_cluster_finish(&cluster);
  wish.context = "nope";
  target_cluster_init(&cluster, wish.kubeconfig, wish.context, NULL);
  assert_string_equal(target_cluster_default_namespace(&cluster), "");
  target_cluster_finish(&cluster);
}

static void assert_unchanged(const char *message) {
  struct hg_error error = HG_ERROR_INIT;

  assert_int_equal(target_cluster_check_unchanged(&cluster, &error), message ? -1 : 0);
  assert_string_equal(error.message, message ? message : "");
}

static void test_a_change_while_it_is_applied(void **state) {
  struct wish wish = {.context = NULL};

  (void)state;
  target_cluster_init(&cluster, wish.kubeconfig, wish.context, NULL);
  assert_unchanged(NULL);
  /* Another namespace, but not of the context in use. */
  write_kubeconfig("dev", "elsewhere");
  assert_unchanged(NULL);
  assert_unchanged(NULL);
  write_kubeconfig("prod-eu", "batch");
  assert_unchanged("kubeconfig changed: kubectl would go on with context 'prod-eu', namespace "
                   "'batch', instead of 'dev', 'default'");
  write_kubeconfig("dev", "batch");
  assert_unchanged(NULL);
  write_kubeconfig("gone", "batch");
  assert_unchanged("kubeconfig changed: context \"gone\" does not exist: `kubectl config "
                   "get-contexts` lists them");
  target_cluster_finish(&cluster);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave_directory)
  const struct CMUnitTest tests[] = {
      TEST(test_protected_contexts),
      TEST(test_the_current_context_counts),
      TEST(test_all_contexts_are_protected),
      TEST(test_a_confirmation_is_of_the_context_in_use),
      TEST(test_an_unknown_cluster),
      TEST(test_lines),
      TEST(test_namespace_of_jobs_that_name_none),
      TEST(test_a_change_while_it_is_applied),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

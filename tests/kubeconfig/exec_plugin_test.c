/* SPDX-License-Identifier: Apache-2.0 */
/* An exec plugin that lies, floods, hangs or leaves something behind holds nobody up and is
 * believed nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kubeconfig/exec_plugin.h"
#include "own_directory.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define V1 "client.authentication.k8s.io/v1"
#define V1BETA1 "client.authentication.k8s.io/v1beta1"
#define ANSWER(status)                                                                             \
  "echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1 "\",\"status\":" status "}'\n"

static struct arena arena;
static struct text_buffer said;
static bool is_cancelled;

static int enter(void **state) {
  arena_init(&arena);
  text_buffer_init(&said);
  is_cancelled = false;
  return enter_directory(state);
}

static int leave(void **state) {
  arena_finish(&arena);
  text_buffer_finish(&said);
  return leave_directory(state);
}

static void say(void *context, const char *line) {
  (void)context;
  text_buffer_append_string(&said, line);
  text_buffer_append_char(&said, '\n');
}

static bool cancelled(void *context) {
  (void)context;
  return is_cancelled;
}

static struct exec_surroundings surroundings = {.say = say, .is_cancelled = cancelled};

static const char *no_args[] = {NULL};

static struct kubeconfig_exec plugin_of(const char *script) {
  char *path = arena_alloc(&arena, 4096);
  FILE *file = fopen("plugin", "w");

  assert_non_null(path);
  assert_non_null(file);
  assert_true(fprintf(file, "#!/bin/sh\n%s", script) > 0);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod("plugin", 0700), 0);
  assert_non_null(getcwd(path, 4000));
  strcat(path, "/plugin");
  return (struct kubeconfig_exec){.command = path,
                                  .api_version = V1,
                                  .interactive_mode = "Never",
                                  .install_hint = "",
                                  .args = no_args};
}

static int32_t run(const struct kubeconfig_exec *exec, struct exec_credential *credential,
                   struct hg_error *err) {
  static const struct kubeconfig_cluster cluster = {.server = "https://h:6443",
                                                    .tls_server_name = "name",
                                                    .proxy_url = "",
                                                    .exec_config = "{\"a\":[1,true,null]}"};
  const struct hg_bytes ca = {"PEM", 3};

  return exec_plugin_run(exec, &cluster, ca, &surroundings, &arena, credential, err);
}

static void assert_refused(const struct kubeconfig_exec *exec, int32_t code, const char *words) {
  struct hg_error error = HG_ERROR_INIT;
  struct exec_credential credential;

  assert_int_equal(run(exec, &credential, &error), -1);
  if (!strstr(error.message, words))
    fail_msg("%s: not in: %s", words, error.message);
  assert_int_equal(error.code, code);
}

static void assert_script_refused(const char *script, int32_t code, const char *words) {
  struct kubeconfig_exec exec = plugin_of(script);

  assert_refused(&exec, code, words);
}

static void test_a_token(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct exec_credential credential;
  struct kubeconfig_exec exec = plugin_of(
      ANSWER("{\"token\":\"t\",\"expirationTimestamp\":\"2030-01-02T03:04:05.5+01:00\"}"));

  (void)state;
  if (run(&exec, &credential, &error) < 0)
    fail_msg("%s", error.message);
  assert_string_equal(credential.token, "t");
  assert_string_equal(credential.certificate, "");
  assert_true(credential.expires == INT64_C(1893549845000));
}

static void test_what_it_is_told(void **state) {
  static const struct hg_pair environment[] = {{"HG_TEST", "over"}, {"HG_NEW", "new"}};
  static const char *args[] = {"a b", "$(touch x)", NULL};
  struct hg_error error = HG_ERROR_INIT;
  struct exec_credential credential;
  struct kubeconfig_exec exec = plugin_of(
      "printf '%s|' \"$@\" \"$HG_TEST\" \"$HG_NEW\" >told\nprintf %s \"$KUBERNETES_EXEC_INFO\" "
      ">info\ncat >input\nps -o pgid= -p $$ | tr -d ' ' >group; echo $$ >pid\n" ANSWER(
          "{\"clientCertificateData\":\"C\",\"clientKeyData\":\"K\"}"));
  char bytes[512];
  FILE *file;

  (void)state;
  exec.args = args;
  exec.environment = environment;
  exec.environment_count = 2;
  exec.provides_cluster = true;
  assert_int_equal(setenv("HG_TEST", "under", 1), 0);
  if (run(&exec, &credential, &error) < 0)
    fail_msg("%s", error.message);
  assert_string_equal(credential.certificate, "C");
  assert_string_equal(credential.key, "K");
  assert_true(credential.expires == 0);
  file = fopen("told", "r");
  assert_non_null(file);
  assert_non_null(fgets(bytes, sizeof bytes, file));
  (void)fclose(file);
  assert_string_equal(bytes, "a b|$(touch x)|over|new|");
  file = fopen("info", "r");
  assert_non_null(file);
  assert_non_null(fgets(bytes, sizeof bytes, file));
  (void)fclose(file);
  assert_string_equal(
      bytes, "{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
             "\",\"spec\":{\"interactive\":false,\"cluster\":{\"server\":\"https://h:6443\","
             "\"tls-server-name\":\"name\",\"certificate-authority-data\":\"UEVN\",\"config\":{"
             "\"a\":[1,true,null]}}}}");
  assert_int_equal(access("x", F_OK), -1);
  assert_int_equal(system("cmp -s group pid && ! test -s input"), 0);
}

static void test_its_words_are_passed_on(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct exec_credential credential;
  struct kubeconfig_exec exec = plugin_of(
      "printf 'Open https://x\\033[2J\\nCode: ' >&2\n" ANSWER("{\"token\":\"secret-token\"}"));

  (void)state;
  assert_int_equal(run(&exec, &credential, &error), 0);
  assert_string_equal(text_buffer_string(&said), "Open https://x\\x1b[2J\nCode: \n");
}

static void test_bad_answers(void **state) {
  (void)state;
  assert_script_refused("true\n", HG_ERROR_INVALID, "its answer: it is no JSON");
  assert_script_refused("echo '{\"token\": \"secret'\n", HG_ERROR_INVALID, "it is no JSON, line ");
  assert_script_refused("echo '[]'\n", HG_ERROR_INVALID, "its kind is not ExecCredential");
  assert_script_refused("echo '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1BETA1 "\"}'\n",
                        HG_ERROR_INVALID, "its apiVersion is not " V1);
  assert_script_refused(ANSWER("null"), HG_ERROR_INVALID, "no status");
  assert_script_refused(ANSWER("{}"), HG_ERROR_INVALID, "neither a token nor");
  assert_script_refused(ANSWER("{\"token\":3}"), HG_ERROR_INVALID, "status.token is no string");
  assert_script_refused(ANSWER("{\"clientKeyData\":\"K\"}"), HG_ERROR_INVALID, "only one of");
  assert_script_refused(ANSWER("{\"token\":\"a\\\\r\\\\nb\"}"), HG_ERROR_INVALID, "line break");
  assert_script_refused(ANSWER("{\"token\":\"t\",\"expirationTimestamp\":\"soon\"}"),
                        HG_ERROR_INVALID, "no time");
}

static void test_failures(void **state) {
  struct kubeconfig_exec exec = plugin_of("exit 3\n");

  (void)state;
  assert_refused(&exec, HG_ERROR_FAILED, "failed with exit code 3");
  assert_script_refused("kill -9 $$\n", HG_ERROR_FAILED, "ended by signal 9");
  assert_int_equal(chmod("plugin", 0600), 0);
  assert_refused(&exec, HG_ERROR_NOT_FOUND, "it is there, and may not be executed");
  exec.command = "no-such-plugin-anywhere";
  exec.install_hint = "install it";
  assert_refused(&exec, HG_ERROR_NOT_FOUND, "there is no such program: install it");
  exec.api_version = "client.authentication.k8s.io/v1alpha1";
  assert_refused(&exec, HG_ERROR_UNSUPPORTED, "v1alpha1: neither Headgate nor today's kubectl");
  exec.api_version = V1;
  exec.interactive_mode = "Always";
  assert_refused(&exec, HG_ERROR_UNSUPPORTED, "standard input is no terminal");
}

/* Whether the process whose number the plugin left in "pid" lives. */
static bool is_alive(void) {
  FILE *file = fopen("pid", "r");
  int pid = 0;

  assert_non_null(file);
  assert_int_equal(fscanf(file, "%d", &pid), 1);
  (void)fclose(file);
  return kill(pid, 0) == 0;
}

static void test_one_that_hangs_is_ended_with_what_it_started(void **state) {
  (void)state;
  surroundings.deadline_ms = 300;
  assert_script_refused("trap '' TERM INT HUP\necho $$ >pid\nwhile :; do sleep 1000; done\n",
                        HG_ERROR_FAILED, "no answer within 1 s");
  surroundings.deadline_ms = 0;
  assert_false(is_alive());
}

static void test_a_wish_to_stop_ends_it(void **state) {
  (void)state;
  is_cancelled = true;
  assert_script_refused("sleep 1000\n", HG_ERROR_CANCELLED, "interrupted");
}

static void test_floods_are_bounded(void **state) {
  (void)state;
  assert_script_refused("exec yes\n", HG_ERROR_LIMIT, "answers more than 1048576 bytes");
  assert_script_refused("head -c 3000000 /dev/zero | tr '\\0' x >&2; exit 1\n", HG_ERROR_FAILED,
                        "exit code 1");
  assert_true(said.length <= EXEC_PLUGIN_MOST + 1000);
}

static void test_a_slow_one_with_a_long_answer(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct exec_credential credential;
  struct kubeconfig_exec exec =
      plugin_of("printf '{\"kind\":\"ExecCredential\",\"apiVersion\":\"" V1
                "\",\"status\":{\"token\":\"'; sleep 0.3\nhead -c 900000 /dev/zero | tr '\\0' x\n"
                "echo '\"}}'\n");

  (void)state;
  if (run(&exec, &credential, &error) < 0)
    fail_msg("%s", error.message);
  assert_int_equal(strlen(credential.token), 900000);
}

static void test_what_it_leaves_behind_does_not_hold_us(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct exec_credential credential;
  struct kubeconfig_exec exec =
      plugin_of("sleep 1000 &\necho $! >pid\n" ANSWER("{\"token\":\"t\"}"));

  (void)state;
  assert_int_equal(run(&exec, &credential, &error), 0);
  assert_string_equal(credential.token, "t");
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave)
  const struct CMUnitTest tests[] = {
      TEST(test_a_token),
      TEST(test_what_it_is_told),
      TEST(test_its_words_are_passed_on),
      TEST(test_bad_answers),
      TEST(test_failures),
      TEST(test_one_that_hangs_is_ended_with_what_it_started),
      TEST(test_a_wish_to_stop_ends_it),
      TEST(test_floods_are_bounded),
      TEST(test_a_slow_one_with_a_long_answer),
      TEST(test_what_it_leaves_behind_does_not_hold_us),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

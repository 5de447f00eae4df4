/* SPDX-License-Identifier: Apache-2.0 */
/* What a user entry gives for a server, by the letter of client-go, and who can help where
 * Headgate cannot. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "kubeconfig/credentials.h"
#include "kubeconfig/server_url.h"
#include "own_directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct kubeconfig_sources sources;
static const struct exec_surroundings surroundings = {0};

static int enter(void **state) {
  memset(&sources, 0, sizeof sources);
  sources.file_list = "config";
  sources.home = "home";
  return enter_directory(state);
}

/* A kubeconfig of one context, with these fields of cluster and user. */
static void write_kubeconfig(const char *cluster, const char *user) {
  char text[4096];

  (void)snprintf(text, sizeof text,
                 "current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u, "
                 "namespace: ns}}]\nclusters: [{name: c, cluster: {%s}}]\n"
                 "users: [{name: u, user: {%s}}]\n",
                 cluster, user);
  write_file("config", text);
}

static int32_t get(struct credential_source **source, const struct hg_credentials **credentials,
                   struct hg_error *err) {
  if (credential_source_create(&sources, NULL, NULL, &surroundings, source, err) < 0)
    return -1;
  return credential_source_get(*source, NULL, credentials, err);
}

static void assert_refused(const char *cluster, const char *user, const char *words) {
  const struct hg_credentials *credentials;
  struct hg_error error = HG_ERROR_INIT;
  struct credential_source *source = NULL;

  write_kubeconfig(cluster, user);
  assert_int_equal(get(&source, &credentials, &error), -1);
  credential_source_destroy(source);
  if (!strstr(error.message, words))
    fail_msg("%s: not in: %s", words, error.message);
  assert_null(strstr(error.message, "secret"));
}

static const struct hg_credentials *assert_given(struct credential_source **source) {
  const struct hg_credentials *credentials = NULL;
  struct hg_error error = HG_ERROR_INIT;

  if (get(source, &credentials, &error) < 0)
    fail_msg("%s", error.message);
  return credentials;
}

#define SERVER "server: 'https://h:6443/p/?q#f'"

static void assert_bytes(struct hg_bytes bytes, const char *text) {
  assert_int_equal(bytes.length, strlen(text));
  assert_memory_equal(bytes.data, text, bytes.length);
}

static void test_a_certificate_of_data_and_of_files(void **state) {
  static const char *const users[] = {
      "client-certificate-data: Q0VSVA==, client-key-data: S0VZ",
      "client-certificate: sub/cert, client-key: sub/key",
      "client-certificate: sub/cert, client-key-data: \"S0\\nVZ\", tokenFile: ''"};

  (void)state;
  assert_int_equal(mkdir("sub", 0700), 0);
  write_file("sub/cert", "CERT");
  write_file("sub/key", "KEY");
  for (size_t i = 0; i < sizeof users / sizeof *users; i++) {
    struct credential_source *source;
    const struct hg_credentials *given;

    write_kubeconfig(SERVER ", certificate-authority-data: Q0E=, tls-server-name: t, proxy-url: "
                            "'socks5://p', disable-compression: true",
                     users[i]);
    given = assert_given(&source);
    assert_bytes(given->certificate, "CERT");
    assert_bytes(given->key, "KEY");
    assert_bytes(given->ca, "CA");
    assert_string_equal(given->server, "https://h:6443/p");
    assert_string_equal(given->tls_server_name, "t");
    assert_string_equal(given->proxy_url, "socks5://p");
    assert_string_equal(given->default_namespace, "ns");
    assert_string_equal(given->token, "");
    assert_int_equal(given->flags, HG_CREDENTIALS_NO_COMPRESSION);
    credential_source_destroy(source);
    assert_bytes(given->certificate, "CERT"); /* as long as somebody holds it */
    credential_release(given);
  }
}

static void test_nothing_is_read_for_a_server_without_tls(void **state) {
  struct credential_source *source;
  const struct hg_credentials *given;

  (void)state;
  write_kubeconfig("server: 'http://h', certificate-authority-data: Q0E=",
                   "token: secret, as: me, as-groups: [a, b], as-user-extra: {k: [v, w], none: }");
  given = assert_given(&source);
  assert_string_equal(given->token, "");
  assert_bytes(given->ca, "");
  assert_string_equal(given->impersonate_user, "me");
  assert_int_equal(given->impersonate_group_count, 2);
  assert_string_equal(given->impersonate_groups[1], "b");
  assert_int_equal(given->impersonate_extra_count, 2);
  assert_string_equal(given->impersonate_extras[1].name, "k");
  assert_string_equal(given->impersonate_extras[1].value, "w");
  credential_release(given);
  credential_source_destroy(source);
}

static void test_a_token_file_is_read_again_after_401(void **state) {
  struct credential_source *source;
  const struct hg_credentials *first;
  const struct hg_credentials *second;
  const struct hg_credentials *third;
  struct hg_error error = HG_ERROR_INIT;

  (void)state;
  write_file("token", " one\n");
  write_kubeconfig(SERVER, "tokenFile: token, token: old");
  first = assert_given(&source);
  assert_string_equal(first->token, "one");
  assert_true(first->fresh_until > 0);
  write_file("token", "two");
  assert_int_equal(credential_source_get(source, NULL, &second, &error), 0);
  assert_ptr_equal(first, second);
  credential_release(second);
  assert_int_equal(credential_source_get(source, first, &second, &error), 0);
  assert_string_equal(second->token, "two");
  /* Somebody else had the same refused: it is newer already. */
  write_file("token", "three");
  assert_int_equal(credential_source_get(source, first, &third, &error), 0);
  assert_ptr_equal(second, third);
  assert_string_equal(first->token, "one");
  credential_release(first);
  credential_release(second);
  credential_release(third);
  assert_int_equal(unlink("token"), 0);
  credential_source_destroy(source);
  first = assert_given(&source);
  assert_string_equal(first->token, "old");
  credential_release(first);
  credential_source_destroy(source);
  assert_refused(SERVER, "tokenFile: token", "token: No such file");
  write_file("token", " \n");
  assert_refused(SERVER, "tokenFile: token", "holds no token");
}

static void test_a_plugin_runs_once_until_401(void **state) {
  struct credential_source *source;
  const struct hg_credentials *first;
  const struct hg_credentials *second;
  struct hg_error error = HG_ERROR_INIT;

  (void)state;
  write_file("plugin",
             "#!/bin/sh\necho x >>runs\necho '{\"kind\":\"ExecCredential\",\"apiVersion\":"
             "\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"t\"}}'\n");
  assert_int_equal(chmod("plugin", 0700), 0);
  write_kubeconfig(SERVER,
                   "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin}");
  first = assert_given(&source);
  assert_string_equal(first->token, "t");
  assert_true(first->fresh_until == 0);
  assert_int_equal(credential_source_get(source, NULL, &second, &error), 0);
  assert_ptr_equal(first, second);
  assert_int_equal(system("test $(wc -l <runs) -eq 1"), 0);
  credential_release(second);
  assert_int_equal(credential_source_get(source, first, &second, &error), 0);
  assert_ptr_not_equal(first, second);
  assert_int_equal(system("test $(wc -l <runs) -eq 2"), 0);
  credential_release(first);
  credential_release(second);
  credential_source_destroy(source);
  /* A token switches it off. */
  write_kubeconfig(
      SERVER,
      "token: k, exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin}");
  first = assert_given(&source);
  assert_string_equal(first->token, "k");
  assert_int_equal(system("test $(wc -l <runs) -eq 2"), 0);
  credential_release(first);
  credential_source_destroy(source);
}

static void test_the_users_policy_for_plugins(void **state) {
  static const char user[] =
      "exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: ./plugin}";

  (void)state;
  write_file("plugin", "#!/bin/sh\nexit 7\n");
  assert_int_equal(chmod("plugin", 0700), 0);
  assert_int_equal(mkdir("home", 0700), 0);
  assert_int_equal(mkdir("home/.kube", 0700), 0);
  write_file("home/.kube/kuberc", "kind: Preference\ncredentialPluginPolicy: DenyAll\n");
  assert_refused(SERVER, user, "not allowed: credentialPluginPolicy in home/.kube/kuberc is Den");
  write_file("home/.kube/kuberc", "credentialPluginPolicy: Allowlist\n"
                                  "credentialPluginAllowlist: [{command: other}]\n");
  assert_refused(SERVER, user, "is Allowlist, and");
  sources.kuberc = "off";
  assert_refused(SERVER, user, "failed with exit code 7");
  sources.kuberc = "kuberc";
  assert_refused(SERVER, user, "failed with exit code 7");
}

static void test_refusals_name_who_can(void **state) {
  (void)state;
  assert_refused(SERVER, "username: me, password: secret", "`--applier kubectl` still does");
  assert_refused(SERVER, "auth-provider: {name: gcp}", "gcp auth-provider has been removed");
  assert_refused(SERVER, "auth-provider: {name: oidc}", "`--applier kubectl` can");
  assert_refused("server: 'https://me:secret@h'", "token: t", "`--applier kubectl` can send it");
  assert_refused(SERVER ", insecure-skip-tls-verify: true, certificate-authority-data: Q0E=",
                 "token: t", "kubectl takes one of them");
  assert_refused(SERVER, "exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: x}",
                 "neither Headgate nor today's kubectl");
  assert_refused(SERVER, "token: \"secret\\nX: y\"", "has a line break");
}

/* What kubectl refuses, before it asks a server. */
static void test_contradictions(void **state) {
  (void)state;
  write_file("f", "x");
  assert_refused(SERVER ", certificate-authority: f, certificate-authority-data: Q0E=", "",
                 "has both certificate-authority-data and certificate-authority");
  assert_refused(SERVER ", certificate-authority: gone", "",
                 "unable to read certificate-authority");
  assert_refused(SERVER ", proxy-url: 'ftp://x'", "", "proxy-url of cluster");
  assert_refused(SERVER ", certificate-authority-data: '*'", "", "is no base64");
  assert_refused(SERVER ", insecure-skip-tls-verify: 'true'", "", "neither true nor false");
  assert_refused(SERVER, "client-certificate: f", "no client-key-data");
  assert_refused(SERVER, "client-certificate: f, client-certificate-data: Q0E=", "has both");
  assert_refused(SERVER, "client-certificate: f, client-key: f, client-key-data: Q0E=", "has both");
  assert_refused(SERVER, "token: t, username: u", "has both a token and");
  assert_refused(SERVER, "as-groups: [g]", "without 'as'");
  assert_refused(SERVER, "token: t, as: \"me\\nX: y\"", "which no header can have");
  assert_refused(SERVER, "token: t, as: me, as-groups: [\"g\\r\"]", "which no header can have");
  assert_refused(SERVER, "token: t, as: me, as-user-extra: {k: [\"\\x7f\"]}",
                 "which no header can have");
  assert_refused(SERVER, "token: 1", "'token' is a number, not a text: quote it");
  assert_refused(SERVER, "exec: {apiVersion: client.authentication.k8s.io/v1, command: x}",
                 "has no interactiveMode");
  assert_refused(SERVER, "exec: {command: x}", "has no apiVersion");
  assert_refused(SERVER, "exec: {apiVersion: client.authentication.k8s.io/v1beta1}",
                 "has no command");
}

static void test_a_pod(void **state) {
  struct credential_source *source;
  const struct hg_credentials *given;

  (void)state;
  sources.service_host = "fd00::1";
  sources.service_port = "443";
  sources.service_account = "account";
  assert_int_equal(mkdir("account", 0700), 0);
  write_file("account/token", "pod-token\n");
  write_file("account/ca.crt", "CA");
  write_file("account/namespace", "jobs\n");
  given = assert_given(&source);
  assert_string_equal(given->server, "https://[fd00::1]:443");
  assert_string_equal(given->token, "pod-token");
  assert_bytes(given->ca, "CA");
  assert_string_equal(given->default_namespace, "jobs");
  assert_int_equal(given->flags, HG_CREDENTIALS_IN_CLUSTER);
  credential_release(given);
  credential_source_destroy(source);
}

static void test_server_urls(void **state) {
  static const struct {
    const char *server;
    const char *url; /* NULL: refused */
  } rows[] = {{"https://h", "https://h"},
              {"HTTPS://h:6443//", "https://h:6443"},
              {"https://h/k8s/clusters/c-1/", "https://h/k8s/clusters/c-1"},
              {"h:8080", "http://h:8080"},
              {"localhost:8080/", "http://localhost:8080"},
              {"https://[fd00::1]:6443", "https://[fd00::1]:6443"},
              {"h/path", NULL},
              {"ftp://h", NULL},
              {"https://", NULL},
              {"https://a@h", NULL},
              {"https://h\r\nX: y", NULL}};
  struct arena arena;

  (void)state;
  arena_init(&arena);
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct hg_error error = HG_ERROR_INIT;
    const char *url = NULL;
    int32_t result = server_url_normalize(rows[i].server, &arena, &url, &error);

    assert_int_equal(result, rows[i].url ? 0 : -1);
    if (rows[i].url)
      assert_string_equal(url, rows[i].url);
  }
  arena_finish(&arena);
}

int main(void) {
#define TEST(function) cmocka_unit_test_setup_teardown(function, enter, leave_directory)
  const struct CMUnitTest tests[] = {
      TEST(test_a_certificate_of_data_and_of_files),
      TEST(test_nothing_is_read_for_a_server_without_tls),
      TEST(test_a_token_file_is_read_again_after_401),
      TEST(test_a_plugin_runs_once_until_401),
      TEST(test_the_users_policy_for_plugins),
      TEST(test_refusals_name_who_can),
      TEST(test_contradictions),
      TEST(test_a_pod),
      TEST(test_server_urls),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}

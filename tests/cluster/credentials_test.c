/* SPDX-License-Identifier: Apache-2.0 */
/* Many threads ask for credentials at once: the exec plugin runs once for all of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "cluster/credentials.h"
#include "own_directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { THREADS = 8 };

static struct credentials credentials;
static const struct hg_credentials *given[THREADS];

static int enter(void **state) {
  return enter_directory(state) < 0 ? -1 : setenv("HOME", *state, 1);
}

static void *ask(void *argument) {
  struct hg_error error = HG_ERROR_INIT;

  if (credentials_acquire(&credentials, NULL, NULL, NULL, argument, &error) < 0)
    (void)fprintf(stderr, "%s\n", error.message);
  return NULL;
}

/* Eight appliers that ask at once get the same, of one run of the plugin; and no core is made of a
 * process that holds it. */
static void test_a_plugin_runs_once_for_all(void **state) {
  pthread_t threads[THREADS];
  struct rlimit limit;
  FILE *file = fopen("config", "w");

  (void)state;
  assert_non_null(file);
  assert_true(fputs("current-context: x\ncontexts: [{name: x, context: {cluster: c, user: u}}]\n"
                    "clusters: [{name: c, cluster: {server: 'https://h'}}]\n"
                    "users: [{name: u, user: {exec: {command: ./plugin, apiVersion: "
                    "client.authentication.k8s.io/v1beta1}}}]\n",
                    file) >= 0);
  assert_int_equal(fclose(file), 0);
  file = fopen("plugin", "w");
  assert_non_null(file);
  assert_true(fputs("#!/bin/sh\necho x >>runs\necho '{\"kind\":\"ExecCredential\",\"apiVersion\":"
                    "\"client.authentication.k8s.io/v1beta1\",\"status\":{\"token\":\"t\"}}'\n",
                    file) >= 0);
  assert_int_equal(fclose(file), 0);
  assert_int_equal(chmod("plugin", 0700), 0);
  credentials_init(&credentials, "config", NULL);
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_create(&threads[i], NULL, ask, &given[i]), 0);
  for (int i = 0; i < THREADS; i++)
    assert_int_equal(pthread_join(threads[i], NULL), 0);
  assert_non_null(given[0]);
  assert_string_equal(given[0]->token, "t");
  for (int i = 1; i < THREADS; i++)
    assert_ptr_equal(given[0], given[i]);
  assert_int_equal(system("test $(wc -l <runs) -eq 1"), 0);
  assert_int_equal(getrlimit(RLIMIT_CORE, &limit), 0);
  assert_true(limit.rlim_cur <= 1);
  for (int i = 0; i < THREADS; i++)
    credentials_release(&credentials, given[i]);
  credentials_finish(&credentials);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_a_plugin_runs_once_for_all, enter, leave_directory)};

  return cmocka_run_group_tests(tests, NULL, NULL);
}

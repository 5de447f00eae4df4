/* SPDX-License-Identifier: Apache-2.0 */
#include "log_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

int log_setup(void **state) {
  struct log_fixture *fixture = calloc(1, sizeof *fixture);
  struct hg_error error = HG_ERROR_INIT;

  assert_non_null(fixture);
  (void)snprintf(fixture->directory, sizeof fixture->directory, "/tmp/headgate-logs-XXXXXX");
  assert_non_null(mkdtemp(fixture->directory));
  (void)snprintf(fixture->history, sizeof fixture->history, "%s/history.db", fixture->directory);
  assert_int_equal(log_store_init(&fixture->store, fixture->history, 7, 0, &error), 0);
  *state = fixture;
  return 0;
}

int log_teardown(void **state) {
  struct log_fixture *fixture = *state;
  char command[128];

  log_store_finish(&fixture->store);
  (void)snprintf(command, sizeof command, "rm -rf '%s'", fixture->directory);
  assert_int_equal(system(command), 0); // NOLINT(cert-env33-c)
  free(fixture);
  return 0;
}

struct kept_log *fixture_log(struct log_fixture *fixture) {
  struct hg_error error = HG_ERROR_INIT;
  struct kept_log *log = NULL;

  assert_int_equal(kept_log_open(&fixture->store, "ns/job/pod.main.0.log", &log, &error), 0);
  return log;
}

void append_text(struct kept_log *log, const char *text, uint32_t *more) {
  kept_log_append(log, (struct hg_bytes){text, strlen(text)}, more);
}

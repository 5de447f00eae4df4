/* SPDX-License-Identifier: Apache-2.0 */
/* A directory for logs, and one log in it. */
#ifndef TESTS_WATCH_LOG_FIXTURE_H
#define TESTS_WATCH_LOG_FIXTURE_H

#include "watch/kept_log.h"

/* cmocka fixtures. */
struct log_fixture {
  char directory[64];
  char history[96];
  struct log_store store; /* of run 7 */
};

int log_setup(void **state);
int log_teardown(void **state);

/* Opens ns/job/pod.main.0.log. */
struct kept_log *fixture_log(struct log_fixture *fixture);

void append_text(struct kept_log *log, const char *text, uint32_t *more);

#endif

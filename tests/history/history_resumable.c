/* SPDX-License-Identifier: Apache-2.0 */
#include "history_resumable.h"

#include "history/history_read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define MUST(call) assert_int_equal((call), 0)

static const char *const resume_argv[] = {"headgate", "resume", "it's"};
const struct history_run resume_call = {.command = "resume",
                                        .mode = HG_MODE_APPLY,
                                        .started_at_ms = INT64_C(1795511200000),
                                        .argv = resume_argv,
                                        .argv_count = 3,
                                        .version = "1.0.1"};

void record_attempt(struct fixture *fixture, struct history *history, uint64_t position,
                    uint32_t number, uint32_t status, bool last) {
  struct hg_job_result result = result_of(status, number);

  if (status == HG_STATUS_FAILED) {
    result.failure_class = "connection-refused";
    result.advice = "see whether the server lives";
  }
  MUST(start_attempt(history, position, number, 1000 * number, &fixture->error));
  MUST(history_finish_attempt(history, position, last, 1000 * number + 85, &result,
                              &fixture->error));
}

int64_t leave_run(struct fixture *fixture) {
  const struct history_job invalid = {.job.name = "bad",
                                      .job.namespace = "default",
                                      .job.path = "out/bad.yaml",
                                      .job.document_number = 1};
  int64_t run_id;
  struct history *history = begin_run(fixture, HG_MODE_APPLY, &run_id);

  for (uint64_t i = 1; i <= 5; i++)
    add_job(history, i, (int)i);
  MUST(history_add_job(history, 6, &invalid, &fixture->error));
  MUST(history_commit(history, &fixture->error));
  record_attempt(fixture, history, 1, 1, HG_STATUS_SUCCESS, true);
  record_attempt(fixture, history, 2, 1, HG_STATUS_FAILED, true);
  record_attempt(fixture, history, 3, 1, HG_STATUS_FAILED, false);
  MUST(start_attempt(history, 4, 1, 4000, &fixture->error));
  history_close(history);
  return run_id;
}

static int32_t take_first(void *context, const struct history_row_view *row, struct hg_error *err) {
  int64_t *run_id = context;

  (void)err;
  if (*run_id == 0)
    *run_id = history_cell(row, "run_id")->integer;
  return 0;
}

int64_t newest_resumable(struct history *history) {
  struct hg_error error = HG_ERROR_INIT;
  int64_t run_id = 0;

  return history_read(history, HISTORY_RESUMABLE, 0, 0, take_first, &run_id, &error) < 0 ? -1
                                                                                         : run_id;
}

struct history *resume_run(const struct fixture *fixture, int64_t run_id) {
  struct history *history = open_history(fixture);
  struct history_resumed_run run;
  struct hg_error error = HG_ERROR_INIT;

  if (history_resume_run(history, run_id, &resume_call, &run, &error) < 0)
    fail_msg("%s", error.message);
  return history;
}

void assert_not_resumed(struct fixture *fixture, int64_t run_id, int32_t code, const char *part) {
  struct history *history = open_history(fixture);
  struct history_resumed_run run;

  assert_int_equal(history_resume_run(history, run_id, &resume_call, &run, &fixture->error), -1);
  assert_int_equal(fixture->error.code, code);
  if (!strstr(fixture->error.message, part))
    fail_msg("\"%s\" does not hold \"%s\"", fixture->error.message, part);
  history_close(history);
}

void finish_run(struct fixture *fixture, struct history *history, const char *state) {
  MUST(history_finish_run(history, state, strcmp(state, "succeeded") == 0 ? 0 : 1,
                          INT64_C(1795511300000), NULL, &fixture->error));
  history_close(history);
}

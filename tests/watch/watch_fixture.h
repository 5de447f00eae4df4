/* SPDX-License-Identifier: Apache-2.0 */
/* A run of a few Jobs in a history of its own, and a watcher that does what a test tells it. */
#ifndef TESTS_WATCH_WATCH_FIXTURE_H
#define TESTS_WATCH_WATCH_FIXTURE_H

#include "history_fixture.h"
#include "watch/watching.h"

enum { FIXTURE_JOBS = 4 };

struct watch_fixture {
  struct fixture history; /* first: history_fixture's functions take it */
  int64_t run_id;
  struct plugin plugin;
  struct hg_plan plan;
  struct planned_job jobs[FIXTURE_JOBS];
  const struct hg_plan_item *items[FIXTURE_JOBS];
  struct watching_request request;
};

/* cmocka fixtures. The run has `job-1` to `job-4`, all applied; its process "lives" until the
 * teardown. */
int watch_setup(void **state);
int watch_teardown(void **state);

/* What the watcher does: `at_open` may be NULL. Both may return -1. */
typedef int32_t script(const struct hg_watch_sink *sink, struct hg_error *err);
void watch_script(struct watch_fixture *fixture, script *at_open, script *watch);

/* The uids that the watcher was told of when it was opened. */
extern const char *const *watch_known_uids;

/* The fake clock of the requests, in milliseconds. */
void watch_clock_advance(int64_t ms);

/* Opens; the test fails where that fails. */
struct watching *watch_begin(struct watch_fixture *fixture);

/* The same, started, with every Job settled as applied. */
struct watching *watch_begin_all(struct watch_fixture *fixture);

/* The next completion, whatever news is before it; the test fails where there is none. */
void watch_completion(struct watching *watching, struct watching_news *news);

/* Short words of the watcher. */
int32_t say_job(const struct hg_watch_sink *sink, uint64_t item, const char *uid, uint32_t phase);
int32_t say_reason(const struct hg_watch_sink *sink, uint64_t item, const char *uid, uint32_t phase,
                   const char *reason, const char *message);
int32_t say_pod(const struct hg_watch_sink *sink, uint64_t item, const char *job_uid,
                const char *pod, uint32_t container_state, const char *reason, int32_t exit_code);

/* A few milliseconds. */
void watch_pause(void);

/* Ticks until the Job is followed, or no longer. -1: the sink said stop. */
int32_t wait_until_followed(const struct hg_watch_sink *sink, uint64_t item);

/* Ticks as long as anything is wanted. */
int32_t tick_on(const struct hg_watch_sink *sink);

#endif

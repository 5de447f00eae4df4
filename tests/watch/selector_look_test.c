/* SPDX-License-Identifier: Apache-2.0 */
/* A look at a selector's Jobs, with a watcher that says too much, nonsense, or nothing. */
#include "watch/selector_look.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { MORE = 7 };

typedef int32_t script(const struct hg_watch_sink *sink, struct hg_error *err);

static script *open_script;
static script *watch_script;

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  (void)host;
  (void)err;
  *self = NULL;
  return 0;
}

static int32_t open_watch(void *self, const struct hg_watch_request *request,
                          const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)self;
  assert_true(request->flags & HG_WATCH_SNAPSHOT);
  assert_string_equal(request->selector, "app=test");
  assert_null(request->plan);
  return open_script ? open_script(sink, err) : 0;
}

static int32_t watch(void *self, const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)self;
  return watch_script ? watch_script(sink, err) : 0;
}

static void destroy(void *self) {
  (void)self;
}

static struct plugin plugin = {
    .ops.watcher = {.struct_size = sizeof(struct hg_watcher_ops),
                    .create = create,
                    .open = open_watch,
                    .watch = watch,
                    .destroy = destroy},
};

static int32_t take(struct selector_look *look, script *at_open, script *then,
                    struct hg_error *err) {
  static const struct look_request request = {
      .watcher = &plugin,
      .job_namespace = "batch",
      .selector = "app=test",
      .policy = {.start_grace_ms = 300000, .schedule_grace_ms = -1},
      .wants_logs = true,
  };

  open_script = at_open;
  watch_script = then;
  return selector_look_take(look, &request, err);
}

static int32_t say_job(const struct hg_watch_sink *sink, uint64_t item, uint32_t phase) {
  const struct hg_job_state state = {
      .struct_size = sizeof state, .phase = phase, .item = item, .uid = "j"};

  return sink->job(sink, &state);
}

static int32_t find_job(const struct hg_watch_sink *sink, uint64_t *item) {
  return sink->found(sink, "batch", "name", item);
}

static int32_t say_pod(const struct hg_watch_sink *sink, uint64_t item, const char *uid,
                       uint32_t state) {
  const struct hg_container_state run = {
      .struct_size = sizeof run, .kind = HG_CONTAINER_MAIN, .state = state, .name = "main"};
  const struct hg_container_state *const runs[] = {&run};
  const struct hg_pod_state pod = {
      .struct_size = sizeof pod,
      .item = item,
      .container_count = 1,
      .job_uid = "j",
      .uid = uid,
      .name = uid,
      .phase = "Running",
      .containers = runs,
  };

  return sink->pod(sink, &pod);
}

static int32_t find_very_many(const struct hg_watch_sink *sink, struct hg_error *err) {
  uint64_t item = 0;

  (void)err;
  for (int i = 0; i < LOOK_MOST_JOBS + MORE; i++) {
    assert_int_equal(find_job(sink, &item), 0);
    assert_int_equal(sink->wanted(sink, item),
                     i < LOOK_MOST_JOBS ? HG_WATCH_FOLLOW : HG_WATCH_NEVER);
    assert_int_equal(say_job(sink, item, HG_PHASE_COMPLETE), 0);
  }
  return 0;
}

static void very_many_jobs_are_said_and_not_kept(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct selector_look look;

  (void)state;
  assert_int_equal(take(&look, find_very_many, NULL, &error), 0);
  assert_int_equal(look.job_count, LOOK_MOST_JOBS);
  assert_int_equal(look.errors.count, 1);
  assert_string_equal(look.errors.items[0], "7 more Jobs are not looked at: name fewer with -l");
  selector_look_finish(&look);
}

static int32_t very_many_logs(const struct hg_watch_sink *sink, struct hg_error *err) {
  struct hg_log_resume resume = {.struct_size = sizeof resume};
  uint64_t item = 0;
  char uid[16];
  void *log;

  (void)err;
  assert_int_equal(find_job(sink, &item), 0);
  assert_int_equal(say_job(sink, item, HG_PHASE_RUNNING), 0);
  for (int i = 0; i < LOOK_MOST_CONTAINERS + MORE; i++) {
    (void)snprintf(uid, sizeof uid, "pod-%d", i);
    assert_int_equal(say_pod(sink, item, uid, HG_CONTAINER_RUNNING), 0);
    assert_int_equal(sink->log_open(sink, item, uid, "main", 0, &resume, &log), 0);
    assert_int_equal(log != NULL, i < LOOK_MOST_CONTAINERS);
    assert_int_equal(sink->log_close(sink, log, HG_LOG_GONE, "no"), 0);
  }
  return 0;
}

static void very_many_containers_and_errors_too(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct selector_look look;

  (void)state;
  assert_int_equal(take(&look, NULL, very_many_logs, &error), 0);
  assert_int_equal(look.container_count, LOOK_MOST_CONTAINERS);
  assert_int_equal(look.errors.count, LOOK_MOST_LOG_ERRORS + 2);
  assert_string_equal(look.errors.items[0], "the log of pod-0/main cannot be read: no");
  assert_string_equal(look.errors.items[LOOK_MOST_LOG_ERRORS],
                      "7 more containers are not shown: name fewer with -l");
  assert_string_equal(look.errors.items[LOOK_MOST_LOG_ERRORS + 1], "980 more logs cannot be read");
  selector_look_finish(&look);
}

static int32_t long_log(const struct hg_watch_sink *sink, struct hg_error *err) {
  static char bytes[1 << 20];
  struct hg_log_resume resume = {.struct_size = sizeof resume};
  struct hg_bytes lines = {bytes, sizeof bytes};
  uint64_t item = 0;
  uint32_t more;
  void *log;

  (void)err;
  memset(bytes, 'x', sizeof bytes);
  assert_int_equal(find_job(sink, &item), 0);
  assert_int_equal(say_job(sink, item, HG_PHASE_RUNNING), 0);
  assert_int_equal(say_pod(sink, item, "pod", HG_CONTAINER_RUNNING), 0);
  assert_int_equal(sink->log_open(sink, item, "pod", "main", 0, &resume, &log), 0);
  for (int i = 0; i < 64; i++) {
    assert_int_equal(sink->log_append(sink, log, lines, &more), 0);
    assert_int_equal(more, 1);
  }
  lines = (struct hg_bytes){"\n2026-11-30T10:00:00Z last", 26};
  assert_int_equal(sink->log_append(sink, log, lines, &more), 0);
  return sink->log_close(sink, log, HG_LOG_COMPLETE, "");
}

static void of_a_log_only_the_end_is_kept(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct selector_look look;
  const struct text_buffer *log;

  (void)state;
  assert_int_equal(take(&look, NULL, long_log, &error), 0);
  log = &look.containers[0]->log;
  assert_true(log->length <= 4096);
  assert_string_equal(log->data + log->length - 6, "x\nlast");
  selector_look_finish(&look);
}

static int32_t nonsense(const struct hg_watch_sink *sink, struct hg_error *err) {
  const struct hg_job_state small = {.struct_size = 16, .phase = 77, .item = 0};
  const struct hg_pod_state empty = {.struct_size = sizeof empty, .container_count = 9};
  const struct hg_cluster_event event = {.struct_size = sizeof event};
  struct hg_log_resume resume = {.struct_size = sizeof resume};
  const struct hg_bytes bytes = {"x", 1};
  uint32_t more = 1;
  uint64_t item = 0;
  void *log = &item;

  (void)err;
  assert_int_equal(sink->found(sink, NULL, NULL, &item), 0);
  assert_int_equal(say_job(sink, 5, HG_PHASE_COMPLETE), 0);
  assert_int_equal(sink->job(sink, &small), 0);
  assert_int_equal(sink->pod(sink, &empty), 0);
  assert_int_equal(sink->event(sink, &event), 0);
  assert_int_equal(say_pod(sink, 99, "pod", HG_CONTAINER_RUNNING), 0);
  assert_int_equal(sink->log_open(sink, 0, "nobody", "main", 0, &resume, &log), 0);
  assert_null(log);
  assert_int_equal(sink->log_append(sink, &item, bytes, &more), 0);
  assert_int_equal(more, 0);
  assert_int_equal(sink->log_resume(sink, NULL, &resume), 0);
  assert_int_equal(sink->log_close(sink, &item, 77, NULL), 0);
  return sink->done(sink, 99, NULL);
}

static void a_confused_watcher_does_no_harm(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct selector_look look;

  (void)state;
  assert_int_equal(take(&look, NULL, nonsense, &error), 0);
  assert_int_equal(look.job_count, 1);
  assert_int_equal(look.jobs[0]->verdict.phase, HG_PHASE_UNKNOWN);
  assert_int_equal(look.container_count, 0);
  selector_look_finish(&look);
}

static int32_t fail_silently(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)sink;
  (void)err;
  return -1;
}

static void a_failure_without_a_word_is_one(void **state) {
  script *const at_open[] = {fail_silently, NULL};
  script *const then[] = {NULL, fail_silently};

  (void)state;
  for (size_t i = 0; i < 2; i++) {
    struct hg_error error = HG_ERROR_INIT;
    struct selector_look look;

    assert_int_equal(take(&look, at_open[i], then[i], &error), -1);
    assert_false(look.is_whole);
    assert_int_equal(look.errors.count, 1);
    assert_string_equal(look.errors.items[0], "the watcher failed and did not say why");
    selector_look_finish(&look);
  }
}

static int32_t lose_and_end(const struct hg_watch_sink *sink, struct hg_error *err) {
  (void)err;
  return sink->connection(sink, 0, "reset");
}

static void a_watcher_that_ends_without_its_server_has_seen_nothing(void **state) {
  struct hg_error error = HG_ERROR_INIT;
  struct selector_look look;

  (void)state;
  assert_int_equal(take(&look, NULL, lose_and_end, &error), -1);
  assert_false(look.is_whole);
  assert_string_equal(error.message, "the cluster cannot be asked: reset");
  selector_look_finish(&look);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(very_many_jobs_are_said_and_not_kept),
      cmocka_unit_test(very_many_containers_and_errors_too),
      cmocka_unit_test(of_a_log_only_the_end_is_kept),
      cmocka_unit_test(a_confused_watcher_does_no_harm),
      cmocka_unit_test(a_failure_without_a_word_is_one),
      cmocka_unit_test(a_watcher_that_ends_without_its_server_has_seen_nothing),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

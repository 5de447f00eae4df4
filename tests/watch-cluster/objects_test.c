/* SPDX-License-Identifier: Apache-2.0 */
/* What single objects say, of old servers and new, and of writers that keep to other forms. */
#include "event_object.h"
#include "job_object.h"
#include "pod_object.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define METADATA                                                                                   \
  "\"metadata\":{\"name\":\"n\",\"namespace\":\"s\",\"uid\":\"u\",\"resourceVersion\":\"7\"}"
#define TRUE(type) "{\"type\":\"" type "\",\"status\":\"True\",\"reason\":\"R-" type "\"}"

static struct json_texts texts;

static struct json_slice slice(const char *text) {
  return (struct json_slice){text, strlen(text)};
}

static int tear_down(void **state) {
  (void)state;
  arena_finish(&texts.arena);
  return 0;
}

static void test_jobs(void **state) {
  static const struct {
    const char *rest;
    uint32_t phase;
    uint32_t flags;
    const char *reason;
  } rows[] = {
      {"", HG_PHASE_PENDING, 0, ""},
      {",\"status\":{\"active\":1,\"ready\":0}", HG_PHASE_PENDING, 0, ""},
      {",\"status\":{\"active\":1}", HG_PHASE_RUNNING, 0, ""},
      {",\"status\":{\"failed\":3,\"active\":1,\"ready\":0}", HG_PHASE_RUNNING, 0, ""},
      {",\"status\":{\"succeeded\":9,\"conditions\":[" TRUE("Strange") "]}", HG_PHASE_RUNNING, 0,
       ""},
      {",\"spec\":{\"suspend\":true}", HG_PHASE_SUSPENDED, 0, ""},
      {",\"spec\":{\"parallelism\":0}", HG_PHASE_SUSPENDED, HG_JOB_IDLE, ""},
      {",\"spec\":{\"parallelism\":0},\"status\":{\"active\":1}", HG_PHASE_RUNNING, HG_JOB_IDLE,
       ""},
      {",\"spec\":{\"parallelism\":2}", HG_PHASE_PENDING, 0, ""},
      {",\"spec\":{\"ttlSecondsAfterFinished\":0}", HG_PHASE_PENDING, HG_JOB_HAS_TTL, ""},
      {",\"spec\":{\"managedBy\":\"kueue.x-k8s.io/multikueue\"}", HG_PHASE_PENDING, HG_JOB_MANAGED,
       ""},
      {",\"spec\":{\"managedBy\":\"kubernetes.io/job-controller\"}", HG_PHASE_PENDING, 0, ""},
      {",\"status\":{\"conditions\":[" TRUE("SuccessCriteriaMet") "]}", HG_PHASE_ENDING,
       HG_JOB_SUCCEEDS, "R-SuccessCriteriaMet"},
      {",\"status\":{\"conditions\":[" TRUE("FailureTarget") "]}", HG_PHASE_ENDING, 0,
       "R-FailureTarget"},
      {",\"status\":{\"conditions\":[" TRUE("FailureTarget") "," TRUE("Failed") "]}",
       HG_PHASE_FAILED, 0, "R-Failed"},
      {",\"status\":{\"conditions\":[" TRUE("Complete") "," TRUE("SuccessCriteriaMet") "]}",
       HG_PHASE_COMPLETE, HG_JOB_SUCCEEDS, "R-Complete"},
      {",\"status\":{\"conditions\":[{\"type\":\"Complete\",\"status\":\"False\"}]}",
       HG_PHASE_PENDING, 0, ""},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct hg_error error = HG_ERROR_INIT;
    struct job_object job;
    char json[1024];

    (void)snprintf(json, sizeof json, "{" METADATA "%s}", rows[i].rest);
    assert_int_equal(job_object_read(slice(json), &texts, &job, &error), 0);
    if (job.state.phase != rows[i].phase || job.state.flags != rows[i].flags)
      fail_msg("row %zu: phase %u, flags %u", i, (unsigned)job.state.phase,
               (unsigned)job.state.flags);
    assert_string_equal(job.state.reason, rows[i].reason);
    assert_int_equal(job.version, 7);
    assert_int_equal(job.state.completions, -1);
  }
}

static void test_events_of_both_forms(void **state) {
  static const struct {
    const char *rest;
    const char *last;
    uint32_t count;
  } rows[] = {
      {"\"involvedObject\":{\"kind\":\"Job\",\"uid\":\"x\"},\"message\":\"m\",\"count\":4,"
       "\"firstTimestamp\":\"a\",\"lastTimestamp\":\"b\",\"eventTime\":null",
       "b", 4},
      {"\"regarding\":{\"kind\":\"Job\",\"uid\":\"x\"},\"note\":\"m\",\"eventTime\":\"e\","
       "\"series\":{\"count\":9,\"lastObservedTime\":\"s\"}",
       "s", 9},
      {"\"regarding\":{\"kind\":\"Job\",\"uid\":\"x\"},\"note\":\"m\",\"eventTime\":\"e\"", "e", 1},
  };

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct hg_error error = HG_ERROR_INIT;
    struct hg_cluster_event event;
    char json[1024];

    (void)snprintf(json, sizeof json, "{" METADATA ",%s}", rows[i].rest);
    assert_int_equal(event_object_read(slice(json), &texts, &event, &error), 0);
    assert_string_equal(event.last_at, rows[i].last);
    assert_string_equal(event.message, "m");
    assert_string_equal(event.object_uid, "x");
    assert_int_equal(event.count, rows[i].count);
  }
}

/* All containers, in the Pod's order; a sidecar; and the runs of one that waits for its third. */
static void test_a_pod(void **state) {
  static const char json[] =
      "{" METADATA
      ",\"spec\":{\"initContainers\":[{\"name\":\"i\"},{\"name\":\"s\",\"restartPolicy\":"
      "\"Always\"}],\"containers\":[{\"name\":\"b\"},{\"name\":\"a\"}]},\"status\":{\"phase\":"
      "\"Running\","
      "\"conditions\":[{\"type\":\"DisruptionTarget\",\"status\":\"True\",\"reason\":"
      "\"EvictionByEvictionAPI\"},"
      "{\"type\":\"PodScheduled\",\"status\":\"False\",\"reason\":\"Unschedulable\"}],"
      "\"initContainerStatuses\":[{\"name\":\"s\",\"restartCount\":0,\"state\":{\"running\":{}}},{"
      "\"name\":\"i\","
      "\"restartCount\":0,\"state\":{\"terminated\":{\"exitCode\":0}}}],\"containerStatuses\":[{"
      "\"name\":\"a\","
      "\"restartCount\":1,\"containerID\":\"c://"
      "2\",\"state\":{\"waiting\":{\"reason\":\"CrashLoopBackOff\"}},"
      "\"lastState\":{\"terminated\":{\"exitCode\":3,\"containerID\":\"c://"
      "2\",\"message\":\"nul:\\u0000.\"}}},"
      "{\"name\":\"b\",\"restartCount\":2,\"state\":{\"running\":{}},\"lastState\":{\"terminated\":"
      "{\"exitCode\":1}}}]}}";
  struct hg_error error = HG_ERROR_INIT;
  struct pod_object pod;
  char runs[256] = "";

  (void)state;
  assert_int_equal(pod_object_read(slice(json), &texts, &pod, &error), 0);
  for (uint32_t i = 0; i < pod.state.container_count; i++) {
    const struct hg_container_state *run = pod.state.containers[i];
    size_t at = strlen(runs);
    /* name, state, run, kind */
    (void)snprintf(runs + at, sizeof runs - at, "%s%u:%u/%u ", run->name, (unsigned)run->state,
                   (unsigned)run->restart, (unsigned)run->kind);
  }
  assert_string_equal(runs, "i3:0/2 s2:0/3 b3:1/1 b2:2/1 a3:1/1 a1:2/1 ");
  assert_string_equal(pod.state.reason, "EvictionByEvictionAPI");
  assert_string_equal(pod.state.containers[4]->message, "nul:.");
}

static void test_what_is_no_object(void **state) {
  static const char *const rows[] = {"",
                                     "[]",
                                     "{}",
                                     "{\"metadata\":{}}",
                                     "{\"metadata\":{\"name\":\"n\"}}",
                                     "{\"metadata\":{\"name\":\"n\",\"uid\":\"u\"}",
                                     "null",
                                     "{\"metadata\":7}",
                                     "{\"kind\":\"Other\"," METADATA "}"};

  (void)state;
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    struct hg_error error = HG_ERROR_INIT;
    struct hg_cluster_event event;
    struct job_object job;
    struct pod_object pod;

    assert_int_equal(job_object_read(slice(rows[i]), &texts, &job, &error), -1);
    assert_int_equal(pod_object_read(slice(rows[i]), &texts, &pod, &error), -1);
    assert_int_equal(event_object_read(slice(rows[i]), &texts, &event, &error), -1);
    assert_int_equal(error.code, HG_ERROR_INVALID);
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_teardown(test_jobs, tear_down),
      cmocka_unit_test_teardown(test_events_of_both_forms, tear_down),
      cmocka_unit_test_teardown(test_a_pod, tear_down),
      cmocka_unit_test_teardown(test_what_is_no_object, tear_down),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

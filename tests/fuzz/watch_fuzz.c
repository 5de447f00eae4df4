/* SPDX-License-Identifier: Apache-2.0 */
/* What an API server's watches and logs send, to the watcher without its network. The first byte of
 * the input says what the rest is. 'L': a log, with the size of its pieces in the second byte; it
 * is read once more in other pieces, and must be the same. Any other: lines, each with the letter
 * of its watch in front (j: Jobs, p: Pods, e: events), or one that ends all three (x: reset, g: the
 * version is too old), and '+' lets time pass. */
#include "cluster/log_stream.h"
#include "container_logs.h"
#include "fake_requests.h"
#include "namespace_watch.h"
#include "text/utf8.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void finding(const char *what) {
  (void)fprintf(stderr, "FINDING: %s\n", what);
  abort();
}

/* --- Logs ---------------------------------------------------------------------------------------
 */

static int32_t keep(void *context, const char *data, size_t length) {
  if (length == 0 || data[length - 1] != '\n')
    finding("lines that are not whole");
  for (const char *at = data; at < data + length;) {
    const char *feed = memchr(at, '\n', (size_t)(data + length - at));

    if (!log_line_is_stamped(at, (size_t)(feed - at)))
      finding("a line without its time");
    at = feed + 1;
  }
  text_buffer_append(context, data, length);
  return 0;
}

static void log_ended(void *context, enum log_stream_end end, const char *why) {
  (void)context;
  (void)end;
  if (!why)
    finding("no words");
}

static void read_log(const char *bytes, size_t length, size_t piece, struct text_buffer *kept) {
  const struct log_stream_owner owner = {kept, keep, log_ended};
  const struct log_stream_request request = {.pod_namespace = "n",
                                             .pod = "p",
                                             .container = "c",
                                             .since = length % 2 ? "2026-11-30T10:00:00Z" : "",
                                             .skip = length % 3};
  struct log_stream stream;

  text_buffer_init(kept);
  log_stream_init(&stream, fake_requests(), &owner);
  if (log_stream_start(&stream, &request, NULL) < 0)
    abort();
  for (size_t at = 0; at < length && fake_path("/log"); at += piece)
    (void)fake_feed("/log", bytes + at, piece < length - at ? piece : length - at);
  if (fake_path("/log"))
    fake_end("/log", EXCHANGE_ANSWERED, 200, "");
  text_buffer_append(kept, text_buffer_string(&stream.begun), stream.begun.length);
  log_stream_finish(&stream);
  fake_reset();
}

static void try_log(const char *bytes, size_t length, size_t piece) {
  struct text_buffer once;
  struct text_buffer again;

  read_log(bytes, length, piece, &once);
  read_log(bytes, length, length + 1, &again);
  if (strcmp(text_buffer_string(&once), text_buffer_string(&again)) != 0)
    finding("another log in other pieces");
  text_buffer_finish(&once);
  text_buffer_finish(&again);
}

/* --- Watches ------------------------------------------------------------------------------------
 */

static struct followed_jobs jobs;

static void check(const char *text) {
  if (!text)
    finding("no text at all");
  for (size_t length = strlen(text); length > 0;) {
    uint32_t codepoint;
    size_t taken = utf8_decode(text, length, &codepoint);

    if (taken == 0)
      finding("a text that is no UTF-8");
    text += taken;
    length -= taken;
  }
}

static uint32_t sink_wanted(const struct hg_watch_sink *sink, uint64_t item) {
  (void)sink;
  (void)item;
  return HG_WATCH_FOLLOW;
}

static int32_t sink_job(const struct hg_watch_sink *sink, const struct hg_job_state *job) {
  (void)sink;
  if (job->item != 0 || job->phase < HG_PHASE_PENDING || job->phase > HG_PHASE_UNKNOWN)
    finding("a Job of no plan, or in no phase");
  check(job->uid);
  check(job->reason);
  check(job->message);
  check(job->finished_at);
  return 0;
}

static int32_t sink_pod(const struct hg_watch_sink *sink, const struct hg_pod_state *pod) {
  (void)sink;
  if (pod->item != 0 || !followed_job_find(&jobs, pod->job_uid))
    finding("a Pod without its Job");
  check(pod->name);
  check(pod->reason);
  for (uint32_t i = 0; i < pod->container_count; i++) {
    check(pod->containers[i]->name);
    check(pod->containers[i]->message);
    check(pod->containers[i]->started_at);
  }
  return 0;
}

static int32_t sink_event(const struct hg_watch_sink *sink, const struct hg_cluster_event *event) {
  (void)sink;
  if (event->item != 0 || event->count == 0)
    finding("an event of nothing");
  check(event->message);
  check(event->last_at);
  return 0;
}

static int32_t sink_log_open(const struct hg_watch_sink *sink, uint64_t item, const char *pod_uid,
                             const char *container, uint32_t restart, struct hg_log_resume *resume,
                             void **log) {
  (void)sink;
  (void)item;
  (void)restart;
  (void)resume;
  check(pod_uid);
  check(container);
  *log = NULL;
  return 0;
}

static const char *const lists[] = {"jobs?limit", "pods?limit", "events?limit"};
static const char *const watches[] = {"jobs?watch", "pods?watch", "events?watch"};

/* Lists are empty, but for the Job that the watch may tell of. */
static void answer_lists(struct namespace_watch *watch) {
  static const char list[] = "{\"metadata\":{\"resourceVersion\":\"1\"},\"items\":[]}";

  for (int kind = 0; kind < WATCHED_COUNT; kind++)
    if (fake_path(lists[kind])) {
      (void)fake_feed(lists[kind], list, sizeof list - 1);
      fake_end(lists[kind], EXCHANGE_ANSWERED, 200, "");
    }
  (void)namespace_watch_step(watch, NULL);
}

static void let_time_pass(struct namespace_watch *watch) {
  fake_now_ms += 120000;
  (void)namespace_watch_step(watch, NULL);
  answer_lists(watch);
}

static void play(struct namespace_watch *watch, const char *line, size_t length) {
  static const char letters[] = "jpe";
  const char *letter = length > 0 ? memchr(letters, *line, 3) : NULL;

  if (letter && fake_path(watches[letter - letters])) {
    if (fake_feed(watches[letter - letters], line + 1, length - 1))
      (void)fake_feed(watches[letter - letters], "\n", 1);
  } else if (length > 0 && (*line == 'x' || *line == 'g')) {
    for (int kind = 0; kind < WATCHED_COUNT; kind++)
      if (fake_path(watches[kind]))
        fake_end(watches[kind], *line == 'x' ? EXCHANGE_RESET : EXCHANGE_ANSWERED,
                 *line == 'x' ? 0 : 410, "");
  }
  let_time_pass(watch);
}

static void try_watches(const char *bytes, size_t length) {
  static const struct hg_plan_item item = {
      .struct_size = sizeof item, .job_name = "one", .job_namespace = "n"};
  static const struct hg_plan_item *const items[] = {&item};
  static const struct hg_plan plan = {.struct_size = sizeof plan, .total_jobs = 1, .jobs = items};
  static const struct hg_watch_request request = {.struct_size = sizeof request,
                                                  .flags = HG_WATCH_LOGS,
                                                  .plan = &plan,
                                                  .job_namespace = "",
                                                  .selector = ""};
  static const struct hg_watch_sink sink = {.struct_size = sizeof sink,
                                            .wanted = sink_wanted,
                                            .job = sink_job,
                                            .pod = sink_pod,
                                            .event = sink_event,
                                            .log_open = sink_log_open};
  struct hg_error error = HG_ERROR_INIT;
  struct namespace_watch *watch;
  struct container_logs logs;

  fake_reset();
  if (followed_jobs_init(&jobs, &request, fake_clock, &error) < 0)
    abort();
  jobs.sink = &sink;
  jobs.items[0]->wanted = HG_WATCH_FOLLOW;
  container_logs_init(&logs, &request, fake_clock, 4, 1000, &jobs.is_stopped);
  logs.sink = &sink;
  logs.requests = fake_requests();
  jobs.logs = &logs;
  watch = namespace_watch_create(jobs.spaces);
  if (!watch)
    abort();
  for (int kind = 0; kind < WATCHED_COUNT; kind++)
    namespace_watch_begin(watch, (enum watched_kind)kind, fake_requests(), 1000, false);
  let_time_pass(watch);
  while (length > 0) {
    const char *feed = memchr(bytes, '\n', length);
    size_t line = feed ? (size_t)(feed - bytes) : length;

    play(watch, bytes, line);
    (void)container_logs_step(&logs, true, &error);
    bytes += feed ? line + 1 : line;
    length -= feed ? line + 1 : line;
  }
  container_logs_finish(&logs, "");
  fake_reset();
  namespace_watch_destroy(watch);
  followed_jobs_finish(&jobs);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *bytes = (const char *)data;

  if (size > 2 && *bytes == 'L')
    try_log(bytes + 2, size - 2, data[1] + 1u);
  else
    try_watches(bytes, size);
  return 0;
}

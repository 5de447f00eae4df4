/* SPDX-License-Identifier: Apache-2.0 */
/* usage: history_record_bench FILE JOBS [DIAGNOSTICS]
 *
 * What it costs to record a dry run of JOBS Jobs in FILE, with so many diagnostics for each. */
#include "history_fixture.h"
#include "text/timestamp.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <time.h>

static double seconds(clockid_t clock) {
  struct timespec now;

  (void)clock_gettime(clock, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static int32_t record_job(struct history *history, uint64_t position, long diagnostics,
                          struct hg_error *err) {
  static const struct hg_diagnostic diagnostic = {sizeof diagnostic,
                                                  HG_SEVERITY_WARNING,
                                                  12,
                                                  5,
                                                  "resources-limits",
                                                  "spec.template.spec.containers[0].resources",
                                                  "has no limits",
                                                  "set limits for cpu and memory"};
  unsigned long long number = position;
  char name[80];
  char path[192];

  (void)snprintf(name, sizeof name, "arb-tuning-d29-k8s--worker-%llu-%llu", number, number - 1);
  (void)snprintf(path, sizeof path, "outputs/d29_k8s_jobs/job-%05llu-%s.yaml", number, name);
  if (add_named_job(history, position, name, path, (int)(position & 0xff), err) < 0)
    return -1;
  for (long i = 0; i < diagnostics; i++)
    if (history_add_diagnostic(history, position, &diagnostic, err) < 0)
      return -1;
  return 0;
}

static int32_t record_run(const char *path, uint64_t jobs, long diagnostics, struct hg_error *err) {
  const struct history_run run = {.command = "apply",
                                  .mode = HG_MODE_DRY_RUN,
                                  .started_at_ms = timestamp_now_ms(),
                                  .version = "1.0.0",
                                  .jobs_dir = "outputs/d29_k8s_jobs"};
  struct history *history = NULL;
  int32_t result = -1;
  int64_t run_id;

  if (history_open(path, NULL, &history, err) < 0 ||
      history_begin_run(history, &run, &run_id, err) < 0)
    goto done;
  for (uint64_t position = 1; position <= jobs; position++)
    if (record_job(history, position, diagnostics, err) < 0)
      goto done;
  if (history_commit(history, err) < 0 ||
      history_skip_jobs(history, timestamp_now_ms(), "dry run", err) < 0)
    goto done;
  result = history_finish_run(history, "succeeded", 0, timestamp_now_ms(), NULL, err);
done:
  history_close(history);
  return result;
}

int main(int argc, char **argv) {
  struct hg_error error = HG_ERROR_INIT;
  long jobs = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
  long diagnostics = argc > 3 ? strtol(argv[3], NULL, 10) : 0;
  double wall = seconds(CLOCK_MONOTONIC);
  double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
  struct rusage usage;

  if (jobs < 1 || diagnostics < 0) {
    fprintf(stderr, "usage: %s FILE JOBS [DIAGNOSTICS]\n", argv[0]);
    return 2;
  }
  if (record_run(argv[1], (uint64_t)jobs, diagnostics, &error) < 0) {
    fprintf(stderr, "%s\n", error.message);
    return 1;
  }
  wall = seconds(CLOCK_MONOTONIC) - wall;
  cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
  (void)getrusage(RUSAGE_SELF, &usage);
  printf("%ld Jobs, %ld diagnostics each: %.2f us a Job, %.2f us of it processor time, %ld KiB\n",
         jobs, diagnostics, wall / (double)jobs * 1e6, cpu / (double)jobs * 1e6, usage.ru_maxrss);
  return 0;
}

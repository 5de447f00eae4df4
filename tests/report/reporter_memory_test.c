/* SPDX-License-Identifier: Apache-2.0 */
/* The bundled reporters need little memory, whatever they are told of: each run is told in a
 * process of its own, and the most that it ever held is asked of the kernel. */
#include "every_reporter.h"
#include "reporter_harness.h"
#include "sample_runs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* A sanitizer keeps what was freed: only that all goes well can be asked there. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif

/* 100,000 Jobs, or a fifth where nobody asks for more: reporter_memory_test 100000. What is kept
 * for each Job shows all the same: the limit is a hundred bytes or two a Job. */
enum { FULL_COUNT = 100000, FEW_COUNT = 20000, LIMIT_KIB = 4 * 1024 };
static uint64_t job_count = FEW_COUNT;

/* How much a report has at least, so that none is cheap by leaving Jobs out. Those that are not
 * named here write something. */
struct least {
  const char *reporter;
  uint64_t plan;
  uint64_t apply;
  uint64_t outputs;
};

#define MILLION UINT64_C(1000000)
static const struct least leasts[] = {
    {"report-text", 50 * MILLION, 40 * MILLION, 30 * MILLION},
    {"report-json", 50 * MILLION, 40 * MILLION, 30 * MILLION},
    {"report-junit", 30 * MILLION, 15 * MILLION, 5 * MILLION},
    {"report-tap", 30 * MILLION, 15 * MILLION, 5 * MILLION},
    {"report-prometheus", 1000, 3 * MILLION / 2, 1000},
    {"report-webhook", 0, 0, 0}, /* tells alerts alone */
};
static const struct least something = {"", 1, 1, 1};

static const struct least *least_of(const char *reporter) {
  for (size_t i = 0; i < sizeof leasts / sizeof leasts[0]; i++)
    if (strcmp(leasts[i].reporter, reporter) == 0)
      return &leasts[i];
  return &something;
}

/* The most memory that this process ever had in use, in KiB. */
static long peak_kib(void) {
  FILE *status = fopen("/proc/self/status", "r");
  char line[200];
  long peak = -1;

  if (!status)
    return -1;
  while (fgets(line, sizeof line, status))
    if (sscanf(line, "VmHWM: %ld kB", &peak) == 1)
      break;
  (void)fclose(status);
  return peak;
}

/* A run over many Jobs, and where its least size stands. */
struct telling {
  uint64_t count;
  size_t output_bytes;
  size_t least; /* offset in struct least */
  bool applies;
};

static _Noreturn void tell(const char *plugin, const struct telling *telling) {
  struct reporter_harness harness;
  uint64_t least_written;
  int32_t told;
  long before;
  long after;

  every_reporter_open(&harness, plugin);
  memcpy(&least_written, (const char *)least_of(harness.plugin->name) + telling->least,
         sizeof least_written);
  if (telling->count == job_count)
    least_written = least_written * job_count / FULL_COUNT;
  harness.forget = true;
  before = peak_kib();
  if (reporter_harness_create(&harness, HG_OUTPUT_FULL) != 0)
    _exit(2);
  told = sample_many_jobs(&harness, telling->count, telling->applies, telling->output_bytes);
  after = peak_kib();
  reporter_harness_destroy(&harness);
  reporter_harness_close(&harness);
  (void)fprintf(stderr, "%s: %llu Jobs, %llu bytes written, %ld KiB more memory\n",
                harness.plugin->name, (unsigned long long)telling->count,
                (unsigned long long)harness.written_bytes, after - before);
  if (told != 0 || before < 0 || harness.written_bytes < least_written)
    _exit(3);
#ifndef SANITIZED
  if (after - before > LIMIT_KIB)
    _exit(4);
#endif
  _exit(0);
}

static void tell_one(const char *plugin, void *context) {
  int status = -1;
  pid_t child = fork();

  assert_true(child >= 0);
  if (child == 0)
    tell(plugin, context);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

static void plan_of_many_jobs(void **state) {
  struct telling telling = {job_count, 0, offsetof(struct least, plan), false};

  (void)state;
  every_reporter_call(tell_one, &telling);
}

static void apply_of_many_jobs(void **state) {
  struct telling telling = {job_count, 10, offsetof(struct least, apply), true};

  (void)state;
  every_reporter_call(tell_one, &telling);
}

/* 1 MiB on each stream, made of what takes most room once it is spelled out. */
static void jobs_with_large_outputs(void **state) {
  struct telling telling = {4, 1024 * 1024, offsetof(struct least, outputs), true};

  (void)state;
  every_reporter_call(tell_one, &telling);
}

int main(int argc, char **argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plan_of_many_jobs),
      cmocka_unit_test(apply_of_many_jobs),
      cmocka_unit_test(jobs_with_large_outputs),
  };

  if (argc > 1)
    job_count = strtoull(argv[1], NULL, 10);
  return cmocka_run_group_tests(tests, NULL, NULL);
}

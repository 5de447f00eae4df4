/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "markdown" needs little memory, even where its lists have no limit: each run is told
 * in a process of its own, and the most that it ever held is asked of the kernel. */
#include "reporter_harness.h"
#include "sample_runs.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
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

enum { LIMIT_KIB = 8 * 1024 };

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

static void tell(uint64_t count, bool applies, size_t output_bytes) {
  struct reporter_harness harness;
  int32_t told;
  long before;
  long after;

  reporter_harness_open(&harness, PLUGIN);
  harness.forget = true;
  harness.option_name = "max-jobs";
  harness.option_value = "0";
  before = peak_kib();
  if (reporter_harness_create(&harness, HG_OUTPUT_FULL) != 0)
    _exit(2);
  told = sample_many_jobs(&harness, count, applies, output_bytes);
  after = peak_kib();
  reporter_harness_destroy(&harness);
  reporter_harness_close(&harness);
  (void)fprintf(stderr, "%s: %llu Jobs, %llu bytes written, %ld KiB more memory\n",
                harness.plugin->name, (unsigned long long)count,
                (unsigned long long)harness.written_bytes, after - before);
  if (told != 0 || before < 0 || harness.written_bytes == 0)
    _exit(3);
#ifndef SANITIZED
  if (after - before > LIMIT_KIB)
    _exit(4);
#endif
  _exit(0);
}

static void tell_in_a_child(uint64_t count, bool applies, size_t output_bytes) {
  int status = -1;
  pid_t child = fork();

  assert_true(child >= 0);
  if (child == 0)
    tell(count, applies, output_bytes);
  assert_int_equal(waitpid(child, &status, 0), child);
  assert_true(WIFEXITED(status));
  assert_int_equal(WEXITSTATUS(status), 0);
}

static void plan_of_many_jobs(void **state) {
  (void)state;
  tell_in_a_child(100000, false, 0);
}

static void apply_of_many_jobs(void **state) {
  (void)state;
  tell_in_a_child(100000, true, 10);
}

/* 1 MiB on each stream, made of what takes most room once it is spelled out. */
static void jobs_with_large_outputs(void **state) {
  (void)state;
  tell_in_a_child(40, true, 1024 * 1024);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(plan_of_many_jobs),
      cmocka_unit_test(apply_of_many_jobs),
      cmocka_unit_test(jobs_with_large_outputs),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

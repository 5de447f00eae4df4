/* SPDX-License-Identifier: Apache-2.0 */
/* Saves a sample plan, or loads one: 0 where it is taken, 1 with a line on standard error where it
 * is refused. */
#include "sealed_plan_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int32_t load(const char *path, struct hg_error *err) {
  struct expected_jobs expected;
  struct sealed_plan sealed;
  int32_t result;

  expected_jobs_init(&expected);
  sealed_plan_init(&sealed);
  result = sealed_plan_load(path, &expected, &sealed, err);
  if (result == 0)
    printf("%zu\n", expected.count);
  sealed_plan_finish(&sealed);
  expected_jobs_finish(&expected);
  return result;
}

int main(int argc, char **argv) {
  struct hg_error error = HG_ERROR_INIT;
  int32_t result;

  if (digest_init(&error) < 0)
    return 2;
  if (argc == 4 && strcmp(argv[1], "save") == 0)
    result = sample_save(argv[3], (unsigned)strtoul(argv[2], NULL, 10), &error);
  else if (argc == 3 && strcmp(argv[1], "load") == 0)
    result = load(argv[2], &error);
  else
    return 2;
  if (result < 0)
    fprintf(stderr, "%s\n", error.message);
  return result < 0;
}

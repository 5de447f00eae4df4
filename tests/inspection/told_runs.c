/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the lines of a run that `headgate plugin check` tells: told_runs RUN MODE. */
#include "inspection/trial_runs.h"

#include <headgate/run.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  check_run *run;
} runs[] = {
    {"no-events", check_no_events},
    {"no-jobs", check_no_jobs},
    {"every-event", check_every_event},
    {"many-jobs", check_many_jobs},
    {"odd-bytes", check_odd_bytes},
    {"early-end", check_early_end},
    {"no-end", check_no_end},
    {"unknown-events", check_unknown_events},
    {"unknown-values", check_unknown_values},
};

static int32_t print(void *context, const char *lines, size_t length, struct hg_error *err) {
  (void)context;
  return fwrite(lines, 1, length, stdout) == length ? 0 : hg_error_set(err, HG_ERROR_IO, "no room");
}

int main(int argc, char **argv) {
  struct hg_error error = HG_ERROR_INIT;
  struct check_teller teller;
  int32_t result = -1;

  if (argc != 3)
    return 2;
  check_teller_init(&teller, (uint32_t)atoi(argv[2]), print, NULL);
  for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
    if (strcmp(runs[i].name, argv[1]) == 0)
      result = runs[i].run(&teller, &error);
  check_teller_finish(&teller);
  if (result < 0)
    (void)fprintf(stderr, "%s\n", error.message);
  return result < 0;
}

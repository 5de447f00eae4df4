/* SPDX-License-Identifier: Apache-2.0 */
/* A recording of watches, as compact_recording.py writes it, in the structs of the interface. */
#ifndef TESTS_WATCH_RECORDED_H
#define TESTS_WATCH_RECORDED_H

#include "memory/arena.h"

#include <headgate/watcher.h>
#include <stddef.h>
#include <stdint.h>

/* One line: of `job`, `pod` and `event` the one of its kind. */
struct recorded_step {
  char kind; /* 'J', 'P', 'E' */
  int64_t ms;
  const char *job_name; /* of a Job's state */
  struct hg_job_state job;
  struct hg_pod_state pod;
  struct hg_cluster_event event;
  const char *job_uid; /* whose step it is; "": of nothing that was recorded */
};

struct recording {
  struct arena arena;
  struct recorded_step *steps;
  size_t count;
};

/* Fails the test where the file cannot be read. */
void recording_open(struct recording *recording, const char *path);
void recording_close(struct recording *recording);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* How well the Jobs are that are followed: those that were applied. */
#ifndef HOST_WATCH_WATCHING_HEALTH_H
#define HOST_WATCH_WATCHING_HEALTH_H

#include "watch/health.h"
#include "watch/watching.h"

enum { HEALTH_MOST_TROUBLED = 5, HEALTH_TROUBLE_SIZE = 512 };

struct watching_health {
  enum health overall;
  uint64_t counts[HEALTH_ERROR + 1];
  uint32_t troubled_count;
  char troubled[HEALTH_MOST_TROUBLED][HEALTH_TROUBLE_SIZE]; /* "NAME: WHY", the worst first */
};

/* A line of `troubled`. */
void health_describe_trouble(char text[HEALTH_TROUBLE_SIZE], const char *job_name, const char *why);

/* As it is now. A Job that was not seen yet says nothing against the others; one that cannot be
 * seen any longer is a warning. Main thread. */
void watching_judge(struct watching *watching, struct watching_health *health);

#endif

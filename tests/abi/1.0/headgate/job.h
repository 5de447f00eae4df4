/* SPDX-License-Identifier: Apache-2.0 */
/* What D30's plan (diagnostic.h says what D30 is) shows of a Job: its labels and its first
 * container. */
#ifndef HEADGATE_JOB_H
#define HEADGATE_JOB_H

#include <stdint.h>

/* A name with its value, both NUL-terminated UTF-8, never NULL. Stands in arrays, so
 * it never grows. */
struct hg_pair {
  const char *name;
  const char *value;
};

/* Borrowed, valid during the call. Lists are in document order; a pointer may be NULL where its
 * count is 0. */
struct hg_job_details {
  uint32_t struct_size;     /* sizeof(struct hg_job_details) as the host compiled it */
  uint32_t container_count; /* containers of the Pod template, init containers not counted */
  uint32_t label_count;
  uint32_t command_count;
  uint32_t arg_count;
  uint32_t env_count;
  uint32_t request_count;
  uint32_t limit_count;
  const char *image;            /* of the first container; "" where there is none */
  const struct hg_pair *labels; /* metadata.labels */
  const char *const *command;   /* of the first container, as are the rest */
  const char *const *args;
  /* Value "" where it comes from elsewhere (valueFrom), and always for a plugin in a process of its
   * own: a value may be a password. */
  const struct hg_pair *env;
  const struct hg_pair *requests;
  const struct hg_pair *limits;
};

#endif

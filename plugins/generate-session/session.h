/* SPDX-License-Identifier: Apache-2.0 */
/* A session: what its configuration says, in C. */
#ifndef GENERATE_SESSION_SESSION_H
#define GENERATE_SESSION_SESSION_H

#include "generate/config_problems.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits of the counts. Far above what a cluster takes, and low enough that a slip of the finger
 * does not fill a disk. */
enum { SESSION_MOST_WORKERS = 100000 };

/* Bytes of session_id that become part of the Jobs' names, which are the containers' too. */
enum { SESSION_SHORT_LENGTH = 8 };

/* A name with its value, from extra_env or resources. */
struct session_pair {
  const char *name;
  const char *value;
  struct config_position at; /* of the value */
  bool is_number;            /* to be written without quotes */
};

struct session_pairs {
  struct session_pair *items; /* in the file's order */
  size_t count;
  bool given; /* the key was there, with or without items */
};

/* The keys, in the order of the table in session_keys.c. */
enum session_key_id {
  SESSION_ID,
  SESSION_K8S_NAMESPACE,
  SESSION_IMAGE,
  SESSION_TOTAL_ITERATIONS,
  SESSION_WORKERS,
  SESSION_MODE,
  SESSION_ENV,
  SESSION_OPTIMIZER,
  SESSION_CONFIG_PATH,
  SESSION_BASE_OUTPUT_CSV,
  SESSION_RESOURCES,
  SESSION_EXTRA_ENV,
  SESSION_KEY_COUNT
};

/* Strings are UTF-8 without NULs, in the arena that the session was read into. A key that is not in
 * the file leaves NULL, 0 or nothing. */
struct session {
  const char *session_id;
  const char *k8s_namespace;
  const char *image;
  const char *mode;
  const char *env;
  const char *optimizer;
  const char *config_path;
  const char *base_output_csv;
  int64_t total_iterations;
  int64_t workers;
  struct session_pairs requests;
  struct session_pairs limits;
  struct session_pairs extra_env;
  struct config_position at[SESSION_KEY_COUNT]; /* of the values */
};

#endif

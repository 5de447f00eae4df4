/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 1: from a session's configuration to manifests on disk. */
#ifndef HEADGATE_GENERATOR_H
#define HEADGATE_GENERATOR_H

#include <headgate/error.h>
#include <headgate/host.h>
#include <stdint.h>

/* What is to be generated. Borrowed, valid during the call. */
struct hg_generate_request {
  uint32_t struct_size;            /* sizeof(struct hg_generate_request) as the host compiled it */
  uint32_t reserved;               /* 0 */
  const char *orchestrator_config; /* a file's path */
  const char *k8s_config;          /* a file's path */
  const char *output_dir;          /* made if missing, with its parents */
};

/* A manifest that now stands on disk. Borrowed, valid during the call. */
struct hg_generated_file {
  uint32_t struct_size; /* sizeof(struct hg_generated_file) as the plugin compiled it */
  uint32_t reserved;    /* 0 */
  uint64_t iterations;  /* this Job's share */
  const char *path;     /* output_dir, a slash, the file's name */
  const char *job_name;
  const char *worker_id;
  const char *args; /* the first words of the command, for the summary */
};

/* The host's; the plugin calls its functions, on the thread of generate(), with the sink itself as
 * first parameter. */
struct hg_generate_sink {
  uint32_t struct_size; /* sizeof(struct hg_generate_sink) as the host compiled it */
  uint32_t reserved;    /* 0 */
  void *context;        /* the host's own */

  /* One line of the summary, such as "Session ID" with its value. All of them come before the
   * first file. */
  void (*fact)(const struct hg_generate_sink *sink, const char *label, const char *value);

  /* One manifest, after it was renamed into place. Returns 0; -1: stop. */
  int32_t (*add)(const struct hg_generate_sink *sink, const struct hg_generated_file *file);
};

/* All functions are mandatory and are called on the main thread: create, generate, destroy. */
struct hg_generator_ops {
  uint32_t struct_size; /* sizeof(struct hg_generator_ops) as the plugin compiled it */
  uint32_t reserved;    /* 0 */

  /* Makes the plugin's object. `host` outlives it. */
  int32_t (*create)(const struct hg_host *host, void **self, struct hg_error *err);

  /* Writes the manifests. Each appears under its final name whole or not at all, and a file that
   * this generator did not write is never overwritten. */
  int32_t (*generate)(void *self, const struct hg_generate_request *request,
                      const struct hg_generate_sink *sink, struct hg_error *err);

  /* Accepts NULL. */
  void (*destroy)(void *self);
};

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Stage 1: from the plugin's own options to manifests on disk. */
#ifndef HEADGATE_GENERATOR_H
#define HEADGATE_GENERATOR_H

#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/job.h>
#include <stdint.h>

/* Of this header, in hg_plugin.stage_revision: raised by each change that is not a field or an
 * optional function at an end. */
#define HG_GENERATOR_REVISION 1u

/* Bits of hg_generate_request.flags. */
#define HG_GENERATE_SHOW 1u /* write nothing: hand over by hg_generate_sink.show what would be */

/* What is to be generated. From what is the plugin's own: its options say. Borrowed, valid during
 * the call. */
struct hg_generate_request {
  uint32_t struct_size;   /* sizeof(struct hg_generate_request) as the host compiled it */
  uint32_t flags;         /* HG_GENERATE_* */
  const char *output_dir; /* made if missing, with its parents; NULL with HG_GENERATE_SHOW */
};

/* A manifest that now stands on disk. Borrowed, valid during the call. */
struct hg_generated_file {
  uint32_t struct_size; /* sizeof(struct hg_generated_file) as the plugin compiled it */
  uint32_t fact_count;  /* of `facts` */
  const char *path;     /* output_dir, a slash, the file's name */
  const char *job_name;
  const char *job_namespace;   /* "" where the manifest names none */
  const struct hg_pair *facts; /* what else is worth a line in the summary; NULL where there is
                                * none. Names match [a-z][a-z0-9_]*. Of these, the summary shows
                                * "worker_id" as the worker, "iterations" (a whole number) as its
                                * share, "args" as the first words of the command, and "parameters"
                                * as "lr=0.1 batch=32". */
};

/* The host's; the plugin calls its functions, on the thread of generate(), with the sink itself as
 * first parameter. */
struct hg_generate_sink {
  uint32_t struct_size; /* sizeof(struct hg_generate_sink) as the host compiled it */
  uint32_t reserved;    /* 0 */
  void *context;        /* the host's own */

  /* One line of the summary, such as "Session ID" with its value; both are copied. All of them come
   * before the first file. */
  void (*fact)(const struct hg_generate_sink *sink, const char *label, const char *value);

  /* One manifest, after it was renamed into place; all of it is copied. Returns 0; -1: stop. */
  int32_t (*add)(const struct hg_generate_sink *sink, const struct hg_generated_file *file);

  /* A piece of what is shown, with HG_GENERATE_SHOW alone: UTF-8, made visible; copied. 0; -1:
   * stop. */
  int32_t (*show)(const struct hg_generate_sink *sink, const char *text, uint64_t length);
};

/* All functions are mandatory and are called on the main thread, in this order: create, generate
 * (once), destroy. What a function is given lives until it returns, but `host` longer. */
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

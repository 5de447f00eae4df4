/* SPDX-License-Identifier: Apache-2.0 */
/* The first stage: lets the generator work and remembers what it made. */
#ifndef HOST_RUN_GENERATION_H
#define HOST_RUN_GENERATION_H

#include "memory/arena.h"
#include "plugins/plugin.h"
#include "text/text_buffer.h"

/* What is to be generated. Strings are borrowed. */
struct generation_request {
  const char *generator; /* the plugin's name */
  const char *orchestrator_config;
  const char *k8s_config;
  const char *template_file;
  const char *sweep;
  const char *output_dir;
  bool shows; /* nothing is written: what would be goes to generation.shown */
};

/* One line of the summary. */
struct generated_fact {
  struct generated_fact *next;
  const char *label;
  const char *value;
};

/* One manifest. */
struct generated_manifest {
  struct generated_manifest *next;
  const char *path;
  const char *job_name;
  const struct hg_pair *facts;
  uint32_t fact_count;
};

/* Embedded in its owner. */
struct generation {
  struct arena arena;
  const struct plugin *generator;
  struct generated_fact *facts; /* in the order in which they came, as are the manifests */
  struct generated_fact *last_fact;
  struct generated_manifest *manifests;
  struct generated_manifest *last_manifest;
  uint64_t manifest_count;
  struct text_buffer shown;
  bool failed; /* memory was out */
};

void generation_init(struct generation *generation);
void generation_finish(struct generation *generation);

/* Lets the generator work. */
int32_t generation_run(struct generation *generation, struct plugin_set *plugins,
                       const struct generation_request *request, struct hg_error *err);

#endif

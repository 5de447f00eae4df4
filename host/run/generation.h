/* SPDX-License-Identifier: Apache-2.0 */
/* The first stage: lets the generator work and remembers what it made. */
#ifndef HOST_RUN_GENERATION_H
#define HOST_RUN_GENERATION_H

#include "memory/arena.h"
#include "plugins/plugin.h"

/* One line of the summary. */
struct generated_fact {
  struct generated_fact *next;
  const char *label;
  const char *value;
};

/* One manifest. */
struct generated_manifest {
  struct generated_manifest *next;
  struct hg_generated_file file; /* the strings are the generation's */
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
  bool failed; /* memory was out */
};

void generation_init(struct generation *generation);
void generation_finish(struct generation *generation);

/* Generates into `output_dir` from the two configurations of the settings. */
int32_t generation_run(struct generation *generation, struct plugin_set *plugins,
                       const char *output_dir, struct hg_error *err);

#endif

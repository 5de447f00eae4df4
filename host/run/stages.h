/* SPDX-License-Identifier: Apache-2.0 */
/* What a run runs with: the plugins that stand in its stages, and their objects. */
#ifndef HOST_RUN_STAGES_H
#define HOST_RUN_STAGES_H

#include "plan/expected_jobs.h"
#include "plugins/plugin.h"
#include "run/run_request.h"

enum { MOST_VALIDATORS = 16 };

/* Embedded in its owner; main thread. */
struct stages {
  struct plugin_set *plugins;
  const struct plugin *scanner;
  void *scan; /* NULL: not made */
  const struct plugin *validators[MOST_VALIDATORS];
  void *validator_objects[MOST_VALIDATORS]; /* NULL: not made */
  size_t validator_count;
  const struct plugin *applier; /* NULL: not opened */
  void *applier_object;
};

/* `plugins` outlives the stages. */
void stages_init(struct stages *stages, struct plugin_set *plugins);

/* Destroys the objects that were made. */
void stages_finish(struct stages *stages);

/* Loads the scanner and the validators that the request names. */
int32_t stages_load(struct stages *stages, const struct run_request *request, struct hg_error *err);

/* The Kubernetes version that the validators judge for; "" where none has such an option. */
const char *stages_kubernetes_version(const struct stages *stages);

/* Makes the objects of what was loaded, and opens the scanner: for the files of the expected Jobs
 * alone, where Jobs are expected (NULL: they are not). Where none of those is there, nothing is
 * looked at, and `scan` stays NULL. */
int32_t stages_open(struct stages *stages, const struct run_request *request,
                    const struct expected_jobs *expected, struct hg_error *err);

/* The files that the scanner found. */
uint64_t stages_file_count(const struct stages *stages);

/* The path of file `index`, from 0; valid as long as the stages. */
const char *stages_file_path(const struct stages *stages, uint64_t index);

/* Makes the object of an applier that was loaded, which lives as long as the stages. */
int32_t stages_open_applier(struct stages *stages, const struct plugin *applier,
                            struct hg_error *err);

#endif

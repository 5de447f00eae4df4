/* SPDX-License-Identifier: Apache-2.0 */
/* All Jobs of a template before the first is written: their names, whether each value fits its
 * field, what they ask for together. */
#ifndef GENERATE_TEMPLATE_BATCH_H
#define GENERATE_TEMPLATE_BATCH_H

#include "generate/output_directory.h"
#include "job_template.h"

/* Embedded in its owner. */
struct batch {
  struct job_template *template; /* borrowed, as is what follows */
  struct sweep *sweep;
  uint64_t count; /* of Jobs */
  struct job_text job;
  struct text_buffer name;
  struct text_buffer other_name;
  uint64_t *hashes; /* of the names */
  uint32_t *slots;  /* a Job's number and 1 by the hash of its name */
  uint32_t mask;
  uint8_t *exists; /* bits: one of our files has the Job's name */
  uint64_t misfits;
  struct arena arena;
  struct batch_demand demand;
  struct string_list namespaces;
  struct string_list queues;
  struct name_table known_namespaces;
  struct name_table known_queues;
};

void batch_init(struct batch *batch, struct job_template *template);
void batch_finish(struct batch *batch);

/* Looks at all Jobs. -1: what is wrong is told, and the first in *err. */
int32_t batch_check(struct batch *batch, struct hg_error *err);

/* Looks at the directory: no file of somebody else may have the name of a Job's, and what else of
 * ours lies there is warned of. */
int32_t batch_check_directory(struct batch *batch, const struct output_directory *directory,
                              struct hg_error *err);

/* Whether one of our files has the name of Job `number`, from 0. */
bool batch_file_exists(const struct batch *batch, uint64_t number);

#endif

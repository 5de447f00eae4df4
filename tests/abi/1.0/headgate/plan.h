/* SPDX-License-Identifier: Apache-2.0 */
/* What will be applied, in order (D31's plan; D31 is the safe apply layer, the stage that gives the
 * validated Jobs to the cluster). */
#ifndef HEADGATE_PLAN_H
#define HEADGATE_PLAN_H

#include <headgate/job.h>
#include <stdint.h>

/* One Job. Everything is the host's and valid until the run ends. */
struct hg_plan_item {
  uint32_t struct_size;           /* sizeof(struct hg_plan_item) as the host compiled it */
  uint32_t document_number;       /* 1-based number of the document in its file */
  uint32_t document_count;        /* documents of that file */
  uint32_t kubectl_command_count; /* strings in kubectl_command, the final NULL not counted */
  const char *job_name;
  const char *job_namespace; /* where the manifest names none, the default of the run's target;
                              * "" where that is not known */
  const char *yaml_path;
  const char *const *kubectl_command; /* argv, NULL-terminated; never passed to a shell */
  uint8_t sha256[32]; /* of the file, or of the document's bytes where document_count is over 1 */
  /* 1: kubectl_command says "-f -", and what kubectl reads are the very bytes that sha256 is of:
   * the file has several documents, or its path has bytes that kubectl might take for something
   * else than a file's name (a comma, a quote, a pattern, a URL). 0: it says "-f yaml_path". */
  uint32_t reads_standard_input;
  uint32_t parameter_count;         /* rows in `parameters` */
  const struct hg_pair *parameters; /* what annotation headgate.dev/parameters says, in its order;
                                     * NULL where parameter_count is 0 */
  /* 1: the cluster removes the Job by itself once it has finished (spec.ttlSecondsAfterFinished),
   * so that one that is not there may have run. An applier that lost the answer to a request for it
   * does not repeat that by itself: it looks whether the Job is there, or ends it as FAILED with
   * class "unknown-outcome". 0: it stays. */
  uint32_t vanishes;
  uint32_t reserved; /* 0 */
};

struct hg_plan {
  uint32_t struct_size;                   /* sizeof(struct hg_plan) as the host compiled it */
  uint32_t reserved;                      /* 0 */
  uint64_t total_jobs;                    /* pointers in `jobs` */
  const struct hg_plan_item *const *jobs; /* in file order, then document order */
};

#endif

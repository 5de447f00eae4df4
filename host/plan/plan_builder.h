/* SPDX-License-Identifier: Apache-2.0 */
/* The plan: one item a valid Job, with the exact command (D31's build_plan). */
#ifndef HOST_PLAN_PLAN_BUILDER_H
#define HOST_PLAN_PLAN_BUILDER_H

#include "memory/arena.h"
#include "memory/name_table.h"
#include "validation/judged_document.h"

#include <headgate/plan.h>

/* The applier whose plans are of requests and not of commands of kubectl. */
#define PLAN_SERVER_APPLIER "apply-server"

/* A plan item, and what only the host needs of it. */
struct planned_job {
  struct hg_plan_item item; /* first: the plan's pointers point here */
  uint64_t position;        /* in the history */
  uint64_t offset;          /* of the document in its file */
  uint64_t length;
  const struct job_demand *demand; /* NULL unless the document has it */
  const char *queue;               /* Kueue's, "" for none; NULL without demand */
  const char *kept;         /* the document's bytes, which no file gives again; NULL: a file does */
  uint32_t attempts_before; /* of earlier processes, in a run that goes on */
  uint32_t tries_before;    /* Jobs of this run that it tries again; 0: it is the first */
  const char *derived_from; /* the name of the Job that it tries again; "" */
  const char *replaces_uid; /* the object that is deleted before; NULL: none */
  const char *problem;      /* why it must not be applied after all; NULL: it may be */
  bool is_derived;          /* its bytes are made of the file's, by plan/derived_manifest.h */
  uint64_t tried_again_by;  /* the Job of this plan that tries it again, plus 1; 0: none */
  uint8_t source_sha256[DIGEST_SIZE]; /* of the file's bytes; as item.sha256 unless is_derived */
  bool is_doubtful;                   /* an earlier process may have applied it: nobody knows */
  bool is_open;                       /* its last attempt has no outcome */
  bool is_settled;                    /* an earlier process applied it */
};

/* Embedded in its owner. */
struct plan_builder {
  struct arena arena;         /* holds the items; names may be put here by the owner */
  const char *kubeconfig;     /* NULL: not given to kubectl */
  const char *context;        /* the same */
  const char *namespace_name; /* the same (-n); may be set after plan_builder_init */
  const char *server;         /* NULL: the plan is for kubectl */
  struct hg_plan plan;
  const struct hg_plan_item **jobs;
  size_t capacity;
  struct name_table places; /* the first `placed` Jobs by their position */
  uint64_t placed;
};

void plan_builder_init(struct plan_builder *builder, const char *kubeconfig, const char *context);

/* The plan is for the applier that asks the API server itself: a Job's command is [PATCH, URL], and
 * the applier is given each document's bytes. `server` is the server's URL, "" where it is not
 * known; copied. To be called before the first Job is added. */
int32_t plan_builder_use_server(struct plan_builder *builder, const char *server);
void plan_builder_finish(struct plan_builder *builder);

/* Room for so many Jobs: until there are more, plan.jobs stays where it is. */
int32_t plan_builder_reserve(struct plan_builder *builder, size_t capacity);

/* Adds a valid document. Its name and namespace are borrowed: they must outlive the plan, as must
 * its path. Returns the item; NULL where memory is out. */
struct planned_job *plan_builder_add(struct plan_builder *builder,
                                     const struct judged_document *document, uint64_t position);

/* Copies a Job's parameters into its item. -1: memory is out. */
int32_t plan_copy_parameters(struct hg_plan_item *item, const struct hg_pair *parameters,
                             uint32_t count, struct arena *arena);

/* The planned job that a plan's pointer stands for. */
const struct planned_job *planned_job_of(const struct hg_plan_item *item);

/* Job `item` of the plan, for those who find out more about it. */
struct planned_job *plan_builder_job(const struct plan_builder *builder, uint64_t item);

/* The Job at that place of the history in *found, NULL where the plan has none. -1: memory is out.
 */
int32_t plan_builder_find(struct plan_builder *builder, uint64_t position,
                          struct planned_job **found);

#endif

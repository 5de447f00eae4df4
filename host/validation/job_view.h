/* SPDX-License-Identifier: Apache-2.0 */
/* What the host itself reads from a document: the Job's name, and what D30's plan shows of it. */
#ifndef HOST_VALIDATION_JOB_VIEW_H
#define HOST_VALIDATION_JOB_VIEW_H

#include "memory/arena.h"

#include <headgate/job.h>
#include <headgate/node.h>
#include <stdbool.h>

/* metadata.name; "" where there is none that is a text. `*node` is its node, NULL where none. */
const char *job_view_name(const struct hg_node *root, const struct hg_node **node);

/* metadata.namespace's node; NULL where there is none. */
const struct hg_node *job_view_namespace_node(const struct hg_node *root);

/* metadata.namespace; "" where there is none. */
const char *job_view_namespace(const struct hg_node *root);

/* Whether the cluster removes the Job itself once it ended (spec.ttlSecondsAfterFinished). */
bool job_view_vanishes(const struct hg_node *root);

/* The text of an entry that is a scalar and no null; "" where there is none. */
const char *job_view_text(const struct hg_node *mapping, const char *name);

/* Copies labels and the first container into `arena`. NULL where memory is out. */
const struct hg_job_details *job_view_details(const struct hg_node *root, struct arena *arena);

#endif

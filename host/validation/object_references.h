/* SPDX-License-Identifier: Apache-2.0 */
/* The objects of its namespace that a Job's Pods need before they can run. */
#ifndef HOST_VALIDATION_OBJECT_REFERENCES_H
#define HOST_VALIDATION_OBJECT_REFERENCES_H

#include "memory/arena.h"

#include <headgate/node.h>

struct object_reference {
  struct object_reference *next;
  const char *kind; /* a constant: ConfigMap, Secret, PersistentVolumeClaim, ServiceAccount */
  const char *name; /* the arena's */
};

/* What the Job's volumes, environments, service account and pull secrets name, each as often as it
 * stands there; what is optional is left out. *first is NULL where there is nothing. -1: no memory.
 */
int32_t object_references_find(const struct hg_node *root, struct arena *arena,
                               struct object_reference **first);

#endif

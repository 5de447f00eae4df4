/* SPDX-License-Identifier: Apache-2.0 */
/* A label selector as kubectl's -l takes it (k8s.io/apimachinery, pkg/labels):
 *
 *   app=tuning,tier!=test,mode in (paper,shadow),env notin (prod),gpu,!spot
 */
#ifndef LIB_JOB_LABEL_SELECTOR_H
#define LIB_JOB_LABEL_SELECTOR_H

#include "memory/arena.h"

#include <headgate/error.h>
#include <headgate/node.h>
#include <stdbool.h>

struct label_requirement;

/* Its memory is the arena's. All of its requirements must hold; without one it selects all. */
struct label_selector {
  const struct label_requirement *first;
};

/* HG_ERROR_INVALID names what is wrong, and where. */
int32_t label_selector_parse(struct label_selector *selector, const char *text, struct arena *arena,
                             struct hg_error *err);

/* Whether the object's metadata.labels are selected. What is no text is no label. Any thread. */
bool label_selector_takes(const struct label_selector *selector, const struct hg_node *object);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings of this plugin, and how they are reported. */
#ifndef VALIDATE_CONVENTIONS_RECOMMENDATION_H
#define VALIDATE_CONVENTIONS_RECOMMENDATION_H

#include "settings.h"

#include <headgate/node.h>
#include <headgate/validator.h>
#include <stdbool.h>

/* One document's. */
struct recommender {
  const struct settings *settings;
  const struct hg_diagnostic_sink *sink;
  bool failed; /* the sink said stop */
};

/* A warning at the position of `node`. The field path is `parent`, which may be "", followed by
 * `field`; `parent` and `field` are joined as they are. */
void recommend(struct recommender *r, const char *rule, const struct hg_node *node,
               const char *parent, const char *field, const char *message, const char *advice);

/* The entry of a mapping; NULL where it is missing or null. */
const struct hg_node *find_set(const struct hg_node *mapping, const char *name);

/* Whether it is a scalar with that text. */
bool node_is_text(const struct hg_node *node, const char *text);

/* Whether a list or mapping has anything in it. Anything else counts as filled: its type is not for
 * this plugin to judge. */
bool is_filled(const struct hg_node *node);

/* container_conventions.c: every container of the Pod spec. */
void check_containers(struct recommender *r, const struct hg_node *pod_spec);

/* tuning_conventions.c: a Job that is labelled as a tuning Job; any other is left alone. */
void check_tuning(struct recommender *r, const struct hg_node *metadata);

#endif

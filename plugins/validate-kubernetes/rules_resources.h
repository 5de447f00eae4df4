/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and limits, of containers and of whole Pods. */
#ifndef VALIDATE_KUBERNETES_RULES_RESOURCES_H
#define VALIDATE_KUBERNETES_RULES_RESOURCES_H

#include "rules.h"

/* Reports at `place` a resource's name that is not allowed there. */
typedef void check_resource_name_function(struct validation *v, struct place place,
                                          struct text name);

/* rules_resources.c: `resources` may be NULL. */
void check_requirements(struct validation *v, const struct pod *pod, const struct object *resources,
                        check_resource_name_function *check_name);

/* A name of Kubernetes' own, or one with a domain. Returns how many errors it reported. */
unsigned check_standard_resource(struct validation *v, struct place place, struct text name);

bool is_huge_pages(struct text name);

/* rules_pod_resources.c: of the Pod as a whole, and against those of its containers. */
void check_pod_resources(struct validation *v, const struct pod *pod);

#endif

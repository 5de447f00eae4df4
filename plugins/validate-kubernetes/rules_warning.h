/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings that the server sends along with a Job that it accepts (pkg/api/pod/warnings.go,
 * pkg/api/job/warnings.go). Each function warns of its part of the Pod. */
#ifndef VALIDATE_KUBERNETES_RULES_WARNING_H
#define VALIDATE_KUBERNETES_RULES_WARNING_H

#include "rules.h"

/* rules_warning_port.c */
void warn_of_ports(struct validation *v, const struct object *spec);

/* rules_warning_volume.c */
void warn_of_volumes(struct validation *v, const struct object *spec);

/* rules_warning_node.c: node labels, selectors. */
void warn_of_scheduling(struct validation *v, const struct object *spec);

#endif

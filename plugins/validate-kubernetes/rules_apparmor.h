/* SPDX-License-Identifier: Apache-2.0 */
/* AppArmor profiles of Pods and containers. */
#ifndef VALIDATE_KUBERNETES_RULES_APPARMOR_H
#define VALIDATE_KUBERNETES_RULES_APPARMOR_H

#include "rules.h"

/* NULL where there is none. */
void check_apparmor_profile(struct validation *v, const struct object *profile);

/* Annotations that contradict the field, or should be one. Both objects may be absent ones. */
void check_apparmor_annotations(struct validation *v, const struct object *metadata,
                                const struct object *spec);

#endif

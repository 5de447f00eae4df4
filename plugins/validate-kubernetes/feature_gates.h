/* SPDX-License-Identifier: Apache-2.0 */
/* Fields behind a feature gate that is off by default. A server drops such a field before it
 * validates, without a word: the rules must not see it, and the user should hear of it.
 */
#ifndef VALIDATE_KUBERNETES_FEATURE_GATES_H
#define VALIDATE_KUBERNETES_FEATURE_GATES_H

#include "validation.h"

/* Takes the fields that v->minor drops out of an object that was just decoded, and warns of each.
 * Sets object->gone where the server then takes the whole object away. */
void drop_gated_fields(struct validation *v, struct object *object);

/* Says of what stands at `place` that the server drops it; `gate` is the gate's name. */
void warn_of_gate(struct validation *v, struct place place, const char *gate);

#endif

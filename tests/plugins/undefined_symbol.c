/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: it needs a function that nobody has. */
#define OPS_DESTROY no_library_has_this
void no_library_has_this(void *self);
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: it has no functions. */
#define PLUGIN_OPS NULL
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: it counts options and has none. */
#include <stddef.h>

#define PLUGIN_OPTIONS NULL
#define PLUGIN_OPTION_COUNT 3
#include "plugin_skeleton.h"

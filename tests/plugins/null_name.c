/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: it has no name. */
#define PLUGIN_NAME NULL
#include "plugin_skeleton.h"

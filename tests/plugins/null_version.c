/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: it has no version. */
#define PLUGIN_VERSION NULL
#include "plugin_skeleton.h"

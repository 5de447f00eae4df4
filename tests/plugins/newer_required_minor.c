/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: it cannot work with a host as old as this one. */
#define PLUGIN_MINOR (HG_ABI_MINOR + 1)
#define PLUGIN_MINOR_REQUIRED (HG_ABI_MINOR + 1)
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: it has no description. */
#define PLUGIN_DESCRIPTION NULL
#include "plugin_skeleton.h"

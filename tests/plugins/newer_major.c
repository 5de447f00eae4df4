/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: another major, under the symbol of this one. */
#define PLUGIN_MAJOR (HG_ABI_MAJOR + 1)
#include "plugin_skeleton.h"

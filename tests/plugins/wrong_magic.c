/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: its magic number is not Headgate's. */
#define PLUGIN_MAGIC (HG_PLUGIN_MAGIC + 1)
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: no host of this minor has such a stage. */
#define PLUGIN_STAGE (HG_STAGE_WATCHER + 1)
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: its file promises another name. */
#define PLUGIN_NAME "somebody-else"
#include "plugin_skeleton.h"

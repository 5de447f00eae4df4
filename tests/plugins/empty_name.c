/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: its name is empty. */
#define PLUGIN_NAME ""
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: its name has characters that no name has, among them one that a terminal obeys. */
#define PLUGIN_NAME "../\033[31mred"
#include "plugin_skeleton.h"

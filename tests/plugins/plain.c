/* SPDX-License-Identifier: Apache-2.0 */
/* Loads: nothing is wrong with it. */
#include "plugin_skeleton.h"

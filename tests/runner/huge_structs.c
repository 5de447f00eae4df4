/* SPDX-License-Identifier: Apache-2.0 */
/* Loads: its structs claim to be as large as a number can be, and hold what they must. */
#include <stdint.h>

#define PLUGIN_STRUCT_SIZE UINT32_MAX
#define OPS_STRUCT_SIZE UINT32_MAX
#include "plugin_skeleton.h"

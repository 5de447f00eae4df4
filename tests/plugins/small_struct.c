/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: its struct hg_plugin ends before that of interface 1.0. */
#define PLUGIN_STRUCT_SIZE (sizeof(struct hg_plugin) - sizeof(void *))
#include "plugin_skeleton.h"

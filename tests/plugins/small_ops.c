/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: its function table ends before that of interface 1.0. */
#define OPS_STRUCT_SIZE (sizeof(struct hg_reporter_ops) - sizeof(void *))
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: its function table ends before that of interface 1.0. */
#define OPS_STRUCT_SIZE (offsetof(struct hg_reporter_ops, destroy))
#include "plugin_skeleton.h"

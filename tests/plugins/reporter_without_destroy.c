/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a reporter must have destroy. */
#define OPS_DESTROY NULL
#include "plugin_skeleton.h"

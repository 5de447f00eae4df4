/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a reporter must have create. */
#define OPS_CREATE NULL
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a reporter must have run_finished. */
#define OPS_RUN_FINISHED NULL
#include "plugin_skeleton.h"

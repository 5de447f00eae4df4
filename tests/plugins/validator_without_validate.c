/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a validator must have validate. */
#define OPS_VALIDATE NULL
#include "validator_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Loads: what one thread needs is nothing, so it has no workers. */
#include "validator_skeleton.h"

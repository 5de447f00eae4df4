/* SPDX-License-Identifier: Apache-2.0 */
/* Loads: built for a later minor, in which reporters have grown, but for this revision of its
 * stage. */
#define PLUGIN_MINOR (HG_ABI_MINOR + 1)
#include "validator_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: an option of a type that this host does not have. */
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_CONSENT + 1, "shape", NULL, NULL, "What it is for", 0, 0},
};
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 1
#include "plugin_skeleton.h"

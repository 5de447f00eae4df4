/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: more options than anybody could have, so the count is wrong. */
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_STRING, "shape", NULL, NULL, "What it is for", 0, 0},
};
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 100000
#include "plugin_skeleton.h"

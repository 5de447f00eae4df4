/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: the default of its option is no truth value, and holds what a terminal would obey. */
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_BOOLEAN, "loud", "\033[31myes", NULL, "What it is for", 0,
     0},
};
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 1
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter with two options of one name. */
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 3
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_STRING, "title", "", NULL, "Its title", 0, 0},
    {sizeof(struct hg_option), HG_OPTION_STRING, "color", "", NULL, "Its colour", 0, 0},
    {sizeof(struct hg_option), HG_OPTION_STRING, "title", "", NULL, "Its other title", 0, 0},
};

#include "plugin_skeleton.h"

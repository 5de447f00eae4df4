/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: rows of different sizes: the table cannot be stepped through. */
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_STRING, "good", NULL, NULL, "What it is for", 0, 0},
    {sizeof(struct hg_option) + 8, HG_OPTION_STRING, "better", NULL, NULL, "What it is for", 0, 0},
};
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 2
#include "plugin_skeleton.h"

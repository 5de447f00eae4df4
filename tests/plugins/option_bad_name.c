/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: the name of its second option could not stand on a command line. */
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_STRING, "good", NULL, NULL, "What it is for", 0, 0},
    {sizeof(struct hg_option), HG_OPTION_STRING, "Not Good", NULL, NULL, "What it is for", 0, 0},
};
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 2
#include "plugin_skeleton.h"

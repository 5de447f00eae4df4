/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: the default of its option is none of the choices. */
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_CHOICE, "shape", "round", "square,flat", "What it is for",
     0, 0},
};
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 1
#include "plugin_skeleton.h"

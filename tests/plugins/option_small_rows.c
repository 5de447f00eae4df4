/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: rows shorter than those of interface 1.0. */
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option) - sizeof(void *), HG_OPTION_STRING, "shape", NULL, NULL,
     "What it is for", 0, 0},
};
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 1
#include "plugin_skeleton.h"

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: the default of its second option is no number. */
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "height", "-9223372036854775808", NULL,
     "How high", 0, 0},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "width", "9223372036854775808", NULL, "How wide",
     0, 0},
};
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 2
#include "plugin_skeleton.h"

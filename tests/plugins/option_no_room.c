/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: no number is between the option's least and its most. */
#include <headgate/option.h>
#include <stddef.h>

static const struct hg_option option_rows[] = {{.struct_size = sizeof(struct hg_option),
                                                .type = HG_OPTION_INTEGER,
                                                .name = "width",
                                                .help = "How wide it is",
                                                .least = 2,
                                                .most = 1}};

#define PLUGIN_OPTIONS option_rows
#define PLUGIN_OPTION_COUNT 1
#include "plugin_skeleton.h"

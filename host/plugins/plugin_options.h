/* SPDX-License-Identifier: Apache-2.0 */
/* The values that a plugin's options get. */
#ifndef HOST_PLUGINS_PLUGIN_OPTIONS_H
#define HOST_PLUGINS_PLUGIN_OPTIONS_H

#include "plugins/plugin.h"

#include <stdbool.h>

enum { PLUGIN_OPTION_RANGE_SIZE = 64 };

/* Writes "1 to 64" or "0 or more" where the option is a number with limits. False: it is not. */
bool plugin_option_range(const struct hg_option *option, char *text, size_t size);

/* Whether `value` is in the text form of the option's type, and within its limits (option.h). */
bool plugin_option_takes(const struct hg_option *option, const char *value);

/* Sets plugin->values from `options`, each value checked against its row of the plugin's table. */
int32_t plugin_options_set(const struct option_list *options, struct plugin *plugin,
                           struct hg_error *err);

/* The value of an option; NULL where there is no such option or no value. */
const char *plugin_options_get(const struct plugin *plugin, const char *name);

#endif

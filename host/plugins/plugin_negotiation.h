/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin says of itself, against what this host is. */
#ifndef HOST_PLUGINS_PLUGIN_NEGOTIATION_H
#define HOST_PLUGINS_PLUGIN_NEGOTIATION_H

#include "plugins/plugin.h"

/* Checks `theirs` in the order that headgate/plugin.h promises and copies it, its functions, its
 * option table and its rule table into `plugin`, zeroed by the caller. `path` is for messages and
 * for the name that the plugin must have: a file headgate-NAME.so holds the plugin NAME. */
int32_t plugin_negotiate(struct arena *arena, const char *path, const struct hg_plugin *theirs,
                         struct plugin *plugin, struct hg_error *err);

#endif

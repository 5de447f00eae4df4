/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin says of itself, as JSON: for people, and from the runner to the host, which does
 * not load the plugins of strangers itself. */
#ifndef HOST_PLUGINS_PLUGIN_DESCRIPTION_H
#define HOST_PLUGINS_PLUGIN_DESCRIPTION_H

#include "plugins/plugin.h"

struct json_t;

/* name, stage, version, description, path, abi_major, abi_minor, abi_minor_required, options (each
 * with name, type, choices, default, value, help), rules (their names). NULL: memory is out, or a
 * text of the plugin's is no UTF-8. The caller's. */
struct json_t *plugin_description_json(const struct plugin *plugin);

/* Fills in *plugin, which is zero, from the above, but for its path, which the caller knows better;
 * texts are the arena's. Of a rule, its name alone is known. The json may have been made by
 * anybody. */
int32_t plugin_description_read(struct arena *arena, const struct json_t *json,
                                struct plugin *plugin, struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What a plugin is, without loading a stranger's code into this process. */
#ifndef HOST_INSPECTION_PLUGIN_INSPECT_H
#define HOST_INSPECTION_PLUGIN_INSPECT_H

#include "plugins/plugin.h"

/* Gives the plugin `name` (or an absolute path), of any stage: Headgate's own are loaded, all
 * others are described by `headgate plugin-runner`. One that cannot be loaded says why; so does one
 * that crashes or hangs while it is: it has `timeout_s` for it. */
int32_t plugin_inspect(struct plugin_set *set, uint32_t timeout_s, const char *name,
                       const struct plugin **plugin, struct hg_error *err);

/* The same for the file `path`, which plugin_find gave; Headgate's own are not loaded either. */
int32_t plugin_describe(struct plugin_set *set, uint32_t timeout_s, const char *path,
                        const struct plugin **plugin, struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What `headgate plugin list` and `show` print of plugins. */
#ifndef HOST_INSPECTION_PLUGIN_LISTING_H
#define HOST_INSPECTION_PLUGIN_LISTING_H

#include "plugins/plugin.h"
#include "text/text_buffer.h"

struct json_t;

/* Plugins, in the order of adding. Embedded in its owner. */
struct plugin_listing {
  struct plugin_set *set;
  const struct plugin **plugins;
  size_t count;
};

void plugin_listing_init(struct plugin_listing *listing, struct plugin_set *set);
void plugin_listing_finish(struct plugin_listing *listing);

int32_t plugin_listing_add(struct plugin_listing *listing, const struct plugin *plugin,
                           struct hg_error *err);

/* A table, with a line for each. */
void plugin_listing_append(const struct plugin_listing *listing, struct text_buffer *text);

/* All that is known of one, with its options and their values. */
void plugin_listing_append_one(struct plugin_set *set, const struct plugin *plugin,
                               struct text_buffer *text);

/* The description (plugin_description.h), with owner and runs_in ("host", "process"). NULL: memory
 * is out. The caller's. */
struct json_t *plugin_listing_json(struct plugin_set *set, const struct plugin *plugin);

#endif

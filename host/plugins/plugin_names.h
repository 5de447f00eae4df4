/* SPDX-License-Identifier: Apache-2.0 */
/* Which plugins a directory has, by the names of its files: none is opened. */
#ifndef HOST_PLUGINS_PLUGIN_NAMES_H
#define HOST_PLUGINS_PLUGIN_NAMES_H

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

/* The NAME of each headgate-NAME.so, sorted. Embedded in its owner. */
struct plugin_names {
  char **items;
  size_t count;
};

/* Fills it; a directory that cannot be read has none. To be finished whatever comes out. */
int32_t plugin_names_read(struct plugin_names *names, const char *directory, struct hg_error *err);
void plugin_names_finish(struct plugin_names *names);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter with everybody else's names beside its own: names_of_the_host.c, and second_entry.c in
 * a library that it needs. */
#include <headgate/plugin.h>

int second_entry_is_linked(void);

#define PLUGIN_ENTRY() (second_entry_is_linked() ? &skeleton_plugin : NULL)
#include "plugin_skeleton.h"

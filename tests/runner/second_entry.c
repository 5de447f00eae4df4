/* SPDX-License-Identifier: Apache-2.0 */
/* A library that a plugin needs, with an entry function of its own. */
#include <headgate/plugin.h>
#include <stddef.h>

__attribute__((visibility("default"))) int second_entry_is_linked(void);

int second_entry_is_linked(void) {
  return 1;
}

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return NULL;
}

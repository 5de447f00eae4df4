/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: its entry function has nothing to say. */
#include <headgate/plugin.h>

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return NULL;
}

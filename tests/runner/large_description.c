/* SPDX-License-Identifier: Apache-2.0 */
/* Describes itself in more bytes than anybody would read. */
#include <string.h>

static char large[2 * 1024 * 1024];

static int fill(void) {
  memset(large, 'd', sizeof large - 1);
  return 1;
}

#define PLUGIN_DESCRIPTION large
#define PLUGIN_ENTRY() (fill() ? &skeleton_plugin : NULL)
#include "plugin_skeleton.h"

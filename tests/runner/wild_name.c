/* SPDX-License-Identifier: Apache-2.0 */
/* Its name is a pointer to nowhere. */
#include <stdint.h>

#define PLUGIN_NAME ((const char *)(uintptr_t)16)
#include "plugin_skeleton.h"

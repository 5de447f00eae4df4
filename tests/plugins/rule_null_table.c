/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: it counts rules and has none. */
#include <headgate/diagnostic.h>
#include <headgate/rule.h>
#include <stddef.h>

#define PLUGIN_RULES NULL
#define PLUGIN_RULE_COUNT 2
#include "plugin_skeleton.h"

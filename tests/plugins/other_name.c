/* Refused: its file promises another name. */
#define PLUGIN_NAME "somebody-else"
#include "plugin_skeleton.h"

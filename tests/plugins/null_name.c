/* Refused: it has no name. */
#define PLUGIN_NAME NULL
#include "plugin_skeleton.h"

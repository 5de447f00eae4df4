/* Refused: it has no version. */
#define PLUGIN_VERSION NULL
#include "plugin_skeleton.h"

/* Refused: its name is empty. */
#define PLUGIN_NAME ""
#include "plugin_skeleton.h"

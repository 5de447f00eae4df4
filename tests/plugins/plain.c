/* Loads: nothing is wrong with it. */
#include "plugin_skeleton.h"

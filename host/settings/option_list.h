/* SPDX-License-Identifier: Apache-2.0 */
/* Values for options of plugins, in the order in which they were given. */
#ifndef HOST_SETTINGS_OPTION_LIST_H
#define HOST_SETTINGS_OPTION_LIST_H

#include "memory/arena.h"

#include <headgate/error.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A value for a plugin's option. */
struct option_setting {
  const char *plugin; /* "scan-directory" */
  const char *option; /* "recursive" */
  const char *value;
  const char *origin;          /* where it was set, for messages: "--set", "headgate.yaml:3:5" */
  const char *directory;       /* where a relative path in it starts; NULL: where the process is */
  bool from_working_directory; /* by a file there, which may be somebody else's */
};

/* Embedded in its owner; zeroed, it is empty. The last of a name wins. */
struct option_list {
  const struct option_setting *items; /* the arena's, as are the strings */
  size_t count;
};

/* Adds a copy of `added`. The items move: a list that was copied as a struct keeps the old ones. */
int32_t option_list_add(struct option_list *list, struct arena *arena,
                        const struct option_setting *added, struct hg_error *err);

#endif

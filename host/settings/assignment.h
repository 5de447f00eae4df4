/* SPDX-License-Identifier: Apache-2.0 */
/* A value of a flag on its way to its place in the settings. */
#ifndef HOST_SETTINGS_ASSIGNMENT_H
#define HOST_SETTINGS_ASSIGNMENT_H

#include "settings/flag_table.h"

struct assignment {
  struct arena *arena; /* of the copies that are made */
  const struct flag_row *flag;
  const char *value;     /* NULL for switches */
  const char *origin;    /* for messages */
  const char *directory; /* of an option: where a path starts; NULL: where the process is */
  enum settings_source source;
  bool is_stronger; /* than what has set the place before */
};

/* Checks the value and puts it into `place`, which is of the flag's kind, or into `options` where
 * the flag stands for a plugin's option. */
int32_t assignment_make(const struct assignment *assignment, void *place,
                        struct option_list *options, struct hg_error *err);

#endif

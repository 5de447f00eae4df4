/* SPDX-License-Identifier: Apache-2.0 */
/* Who calls Headgate, and where. */
#ifndef HOST_HISTORY_HISTORY_CALLER_H
#define HOST_HISTORY_HISTORY_CALLER_H

#include <limits.h>
#include <stdint.h>

struct history_caller {
  char user[256]; /* the real user, by number where it has no name */
  char host[HOST_NAME_MAX + 1];
  int64_t pid;
};

void history_caller_find(struct history_caller *caller);

#endif

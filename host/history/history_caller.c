/* SPDX-License-Identifier: Apache-2.0 */
#include "history/history_caller.h"

#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

void history_caller_find(struct history_caller *caller) {
  struct passwd entry;
  struct passwd *found = NULL;
  char buffer[4096];

  if (getpwuid_r(getuid(), &entry, buffer, sizeof buffer, &found) == 0 && found)
    (void)snprintf(caller->user, sizeof caller->user, "%s", found->pw_name);
  else
    (void)snprintf(caller->user, sizeof caller->user, "%lu", (unsigned long)getuid());
  if (gethostname(caller->host, sizeof caller->host) < 0)
    caller->host[0] = '\0';
  caller->host[sizeof caller->host - 1] = '\0';
  caller->pid = (int64_t)getpid();
}

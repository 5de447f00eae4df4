/* SPDX-License-Identifier: Apache-2.0 */
/* What `watch -l` and `health` have in common: whom they ask, and for which Jobs. */
#ifndef HOST_COMMANDS_LOOK_COMMAND_H
#define HOST_COMMANDS_LOOK_COMMAND_H

#include "cluster/credentials.h"
#include "cluster/target_cluster.h"
#include "plugins/plugin.h"
#include "settings/settings.h"
#include "watch/selector_look.h"

/* Exit code: the cluster could not be asked. */
enum { NOBODY_KNOWS = 3 };

/* Embedded in its owner; stays where it is. */
struct look_command {
  struct target_cluster target;
  struct credentials credentials;
  struct credential_provider lender; /* of `credentials`, to the watcher */
  struct plugin_set *plugins;
  struct look_request request;
};

/* Asks nobody yet. Finish it, whatever it returns. */
int32_t look_command_begin(struct look_command *command, const struct settings *settings,
                           struct plugin_set *plugins, bool wants_logs, struct hg_error *err);

/* Logs that the cluster could not be asked, and, where nobody answered, which that was. */
void look_command_say_failed(struct look_command *command, const char *tag,
                             const struct hg_error *failure);

void look_command_finish(struct look_command *command);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Where a plugin's file is, and whether it may be loaded. */
#ifndef HOST_PLUGINS_PLUGIN_FILE_H
#define HOST_PLUGINS_PLUGIN_FILE_H

#include "memory/arena.h"
#include "memory/string_list.h"

#include <headgate/error.h>
#include <stdbool.h>

/* Appends the directories that are searched after the user's own: ~/.local/share/headgate/plugins
 * (XDG_DATA_HOME) and the one that belongs to this binary, found relative to it; *own_dir is that
 * one, NULL where it does not exist. */
int32_t plugin_file_default_dirs(struct arena *arena, struct string_list *dirs,
                                 const char **own_dir, struct hg_error *err);

/* The name that the file's own name stands for: NAME of DIR/headgate-NAME.so; of any other file,
 * all after the last slash. The arena's; NULL where memory is out. */
const char *plugin_file_name(struct arena *arena, const char *path);

/* Whether `name` matches [a-z0-9-]+. */
bool plugin_name_is_valid(const char *name);

/* Opens the plugin `name`: a name is DIR/headgate-NAME.so in the first of `dirs` that has it, an
 * absolute path is itself, anything else is refused. The file is opened once, without following a
 * final symbolic link, and must be regular, owned by root or the user, and not writable by group or
 * others. `*path` is the arena's.
 * Returns the descriptor, which is what is to be loaded; -1 with err set. */
int plugin_file_open(struct arena *arena, const struct string_list *dirs, const char *name,
                     const char **path, struct hg_error *err);

#endif

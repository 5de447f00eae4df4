/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration files: headgate.yaml in the working directory, and the user's own
 * $XDG_CONFIG_HOME/headgate/config.yaml.
 *
 *   jobs-dir: jobs
 *   reporter: [json=run.json]
 *   strict: true
 *   options:
 *     report-json:
 *       indent: 0
 *
 * Keys are the flags' long names. A file in the working directory may have come with somebody
 * else's project: which keys it may have is a column of flag_table. Of options, it may set those of
 * reporters, and turn on what others have.
 */
#ifndef HOST_SETTINGS_SETTINGS_FILE_H
#define HOST_SETTINGS_SETTINGS_FILE_H

#include "settings/settings.h"

/* Reads both files where they exist, the user's first. Errors name file, line and column. */
int32_t configuration_load(struct settings *settings, struct hg_error *err);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The completion scripts of the shells, as packaging/completion has them. */
#ifndef HOST_COMMANDS_COMPLETION_SCRIPTS_H
#define HOST_COMMANDS_COMPLETION_SCRIPTS_H

struct completion_script {
  const char *shell; /* NULL: the end */
  const char *text;
};

extern const struct completion_script completion_scripts[];

#endif

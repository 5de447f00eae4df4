/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/commands.h"
#include "commands/completion_scripts.h"
#include "terminal/log.h"

#include <headgate/host.h>
#include <string.h>

enum { WRONG_OPERANDS = 2 }; /* exit code */

int command_completion(const struct settings *settings, struct plugin_set *plugins) {
  const char *shell = settings->operands.count > 0 ? settings->operands.items[0] : "";
  struct text_buffer text;

  (void)plugins;
  for (const struct completion_script *script = completion_scripts; script->shell; script++)
    if (strcmp(script->shell, shell) == 0) {
      text_buffer_init(&text);
      text_buffer_append_string(&text, script->text);
      return command_print(&text, 0);
    }
  log_line(HG_LOG_ERROR, NULL, "'headgate completion' takes bash, zsh or fish%s%.60s%s",
           *shell ? ", not '" : ": see `headgate help completion`", shell, *shell ? "'" : "");
  return WRONG_OPERANDS;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "text/workflow_commands.h"

#include <stdlib.h>
#include <string.h>

bool workflow_commands_are_obeyed(void) {
  const char *value = getenv("GITHUB_ACTIONS");

  return value && strcmp(value, "true") == 0;
}

void workflow_commands_break(struct text_buffer *text, const char *data, size_t length,
                             unsigned *hashes) {
  size_t plain = 0; /* bytes that wait to be appended as they are */

  for (size_t i = 0; i < length; i++) {
    if (data[i] == '[' && *hashes >= 2) {
      text_buffer_append(text, data + plain, i - plain);
      text_buffer_append_string(text, "\\u005b");
      plain = i + 1;
    }
    *hashes = data[i] == '#' ? *hashes + 1 : 0;
  }
  text_buffer_append(text, data + plain, length - plain);
}

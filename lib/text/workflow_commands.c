/* SPDX-License-Identifier: Apache-2.0 */
#include "text/workflow_commands.h"

#include <stdlib.h>
#include <string.h>

bool workflow_commands_are_obeyed(void) {
  const char *value = getenv("GITHUB_ACTIONS");

  return value && strcmp(value, "true") == 0;
}

/* Bytes that may be no more than blanks, or nothing, to the runner: all but those of ASCII that are
 * printed. That breaks a little more than it must, never less. */
static bool may_be_nothing(unsigned char byte) {
  return byte <= ' ' || byte >= 0x7f;
}

/* Whether the byte would complete the beginning of a command. */
static bool completes(struct workflow_text *before, char byte) {
  bool is_blank = byte == ' ' || byte == '\t';

  if (byte == '\n' || byte == '\r') {
    memset(before, 0, sizeof *before);
    return false;
  }
  if (may_be_nothing((unsigned char)byte)) {
    if (is_blank)
      before->hashes = 0;
    if (is_blank && before->colons > 0)
      before->is_inside = true;
    return false;
  }
  if ((byte == '[' && before->hashes >= 2) ||
      (byte == ':' && before->colons == 1 && !before->is_inside)) {
    before->hashes = 0;
    before->is_inside = true;
    return true;
  }
  before->hashes = byte == '#' ? before->hashes + 1 : 0;
  if (byte == ':' && !before->is_inside)
    before->colons++;
  else
    before->is_inside = true;
  return false;
}

void workflow_commands_break(struct text_buffer *text, const char *data, size_t length,
                             struct workflow_text *before) {
  size_t plain = 0; /* bytes that wait to be appended as they are */

  for (size_t i = 0; i < length; i++) {
    if (!completes(before, data[i]))
      continue;
    text_buffer_append(text, data + plain, i - plain);
    text_buffer_append_string(text, data[i] == '[' ? "\\u005b" : "\\u003a");
    plain = i + 1;
  }
  text_buffer_append(text, data + plain, length - plain);
}

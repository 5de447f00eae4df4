/* SPDX-License-Identifier: Apache-2.0 */
/* Writes annotations for commands_test.py: of each text on standard input (each has a NUL behind
 * it) one where it is the file, the title and both lines of the message. */
#include "annotation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MOST = 1024 * 1024 };

int main(void) {
  char *input = calloc(1, INPUT_MOST + 1);
  struct text_buffer text;
  size_t length;
  int status = 1;

  if (!input)
    return 1;
  length = fread(input, 1, INPUT_MOST, stdin);
  text_buffer_init(&text);
  for (const char *at = input; at < input + length; at += strlen(at) + 1) {
    const struct annotation annotation = {
        .file = at, .line = 3, .column = 5, .title = at, .messages = {at, at}};

    annotation_append(&text, ANNOTATION_ERROR, &annotation);
  }
  if (!text.failed && fwrite(text.data, 1, text.length, stdout) == text.length &&
      fflush(stdout) == 0)
    status = 0;
  text_buffer_finish(&text);
  free(input);
  return status;
}

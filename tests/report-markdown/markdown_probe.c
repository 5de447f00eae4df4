/* SPDX-License-Identifier: Apache-2.0 */
/* Writes Markdown for reader_test.py: standard input holds texts, each with a NUL behind it. They
 * come out as the rows of a table, then as the items of a list, then as the summaries of <details>
 * blocks, then as fenced blocks, each with a line of its own before it. */
#include "report/markdown_text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { INPUT_MOST = 4 * 1024 * 1024 };

static void append_forms(struct text_buffer *text, const char *input, size_t length) {
  const char *end = input + length;

  text_buffer_append_string(text, "| text | end |\n|---|---|\n");
  for (const char *at = input; at < end; at += strlen(at) + 1) {
    text_buffer_append_string(text, "| ");
    markdown_code_append(text, at);
    text_buffer_append_string(text, " | end |\n");
  }
  text_buffer_append_char(text, '\n');
  for (const char *at = input; at < end; at += strlen(at) + 1) {
    text_buffer_append_string(text, "- ");
    markdown_code_append(text, at);
    text_buffer_append_char(text, '\n');
  }
  text_buffer_append_char(text, '\n');
  for (const char *at = input; at < end; at += strlen(at) + 1) {
    text_buffer_append_string(text, "<details><summary>");
    markdown_code_append(text, at);
    text_buffer_append_string(text, "</summary></details>\n\n");
  }
  for (const char *at = input; at < end; at += strlen(at) + 1) {
    text_buffer_append_string(text, "\nblock\n\n");
    markdown_block_append(text, at, strlen(at));
  }
}

int main(void) {
  char *input = calloc(1, INPUT_MOST + 1);
  struct text_buffer text;
  size_t length;
  int status = 1;

  if (!input)
    return 1;
  length = fread(input, 1, INPUT_MOST, stdin);
  text_buffer_init(&text);
  append_forms(&text, input, length);
  if (!text.failed && fwrite(text.data, 1, text.length, stdout) == text.length &&
      fflush(stdout) == 0)
    status = 0;
  text_buffer_finish(&text);
  free(input);
  return status;
}

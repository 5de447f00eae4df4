/* SPDX-License-Identifier: Apache-2.0 */
#include "report/markdown_text.h"

#include "text/utf8.h"
#include "text/visible_text.h"

#include <stdbool.h>
#include <string.h>

enum { SHORTEST_FENCE = 3 };

/* What may begin or end something other than text. An autolink needs a colon, an "@" or "www.", a
 * row of a table ends at a bar even inside of code. */
static const char special[] = "&<>\"'`*_~[]|\\$:";

static bool is_special(const char *start, const char *at) {
  if (*at == '.') /* of "www.", whose beginning may stand in the text before */
    return at == start || at[-1] == 'w' || at[-1] == 'W';
  return strchr(special, *at) != NULL;
}

static void append_escaped(struct text_buffer *text, const struct text_buffer *visible) {
  const char *start = text_buffer_string(visible);
  const char *plain = start; /* from here on nothing was appended */

  for (const char *at = start; *at; at++) {
    if (*at != '@' && !is_special(start, at))
      continue;
    text_buffer_append(text, plain, (size_t)(at - plain));
    text_buffer_printf(text, "&#%d;", *at);
    /* Autolinks of mail addresses and mentions are found in the text as it is read, references
     * resolved: what cannot be seen parts it. */
    if (*at == '@')
      text_buffer_append_string(text, "<!-- -->");
    plain = at + 1;
  }
  text_buffer_append_string(text, plain);
}

void markdown_text_append(struct text_buffer *text, const char *string) {
  size_t length = strlen(string);
  size_t shown = utf8_piece(string, length, MARKDOWN_TEXT_MOST);
  struct text_buffer visible;

  text_buffer_init(&visible);
  visible_text_append(&visible, string, shown);
  append_escaped(text, &visible);
  if (shown < length)
    text_buffer_append_string(text, "…");
  text->failed = text->failed || visible.failed;
  text_buffer_finish(&visible);
}

void markdown_code_append(struct text_buffer *text, const char *string) {
  if (!*string)
    return;
  text_buffer_append_string(text, "<code>");
  markdown_text_append(text, string);
  text_buffer_append_string(text, "</code>");
}

static size_t longest_run_of_backticks(const char *text) {
  size_t longest = 0;
  size_t run = 0;

  for (; *text; text++) {
    run = *text == '`' ? run + 1 : 0;
    if (run > longest)
      longest = run;
  }
  return longest;
}

static void append_fence(struct text_buffer *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    text_buffer_append_char(text, '`');
}

void markdown_block_append(struct text_buffer *text, const char *data, size_t length) {
  struct text_buffer visible;
  size_t fence;

  text_buffer_init(&visible);
  visible_lines_append(&visible, data, utf8_piece(data, length, MARKDOWN_BLOCK_MOST), "");
  fence = longest_run_of_backticks(text_buffer_string(&visible)) + 1;
  if (fence < SHORTEST_FENCE)
    fence = SHORTEST_FENCE;
  append_fence(text, fence);
  text_buffer_append_string(text, "text\n");
  text_buffer_append_string(text, text_buffer_string(&visible));
  text_buffer_append_char(text, '\n');
  append_fence(text, fence);
  text_buffer_append_char(text, '\n');
  text->failed = text->failed || visible.failed;
  text_buffer_finish(&visible);
}

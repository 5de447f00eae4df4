/* SPDX-License-Identifier: Apache-2.0 */
/* Text from outside inside GitHub-flavoured Markdown, so that it stays text.
 *
 * It is written as character references where it could mean anything to a Markdown parser (GFM
 * 0.29, with tables and autolinks) or to HTML, and meant to stand between <code> and </code>: what
 * GitHub does to a page afterwards (mentions, issue numbers, emoji, formulas) it leaves alone
 * there. The same spelling holds in a table's cell, in a list, in a paragraph and inside an HTML
 * block.
 */
#ifndef PLUGINS_REPORT_MARKDOWN_TEXT_H
#define PLUGINS_REPORT_MARKDOWN_TEXT_H

#include "text/text_buffer.h"

#include <stddef.h>

enum {
  MARKDOWN_TEXT_MOST = 1000,  /* bytes of one text that are shown */
  MARKDOWN_BLOCK_MOST = 4096, /* bytes of an output that are shown */
};

/* Appends one text: control characters made visible (visible_text.h), then escaped, all on one
 * line. Of a text longer than MARKDOWN_TEXT_MOST bytes the beginning, and then "…". */
void markdown_text_append(struct text_buffer *text, const char *string);

/* The same between <code> and </code>; nothing where `string` is empty. */
void markdown_code_append(struct text_buffer *text, const char *string);

/* Appends the first MARKDOWN_BLOCK_MOST bytes of any output as a fenced block, whose fence is
 * longer than any run of backticks inside, line feeds kept. Ends in a line feed. */
void markdown_block_append(struct text_buffer *text, const char *data, size_t length);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What every page begins and ends with. */
#ifndef LIB_HTML_PAGE_FRAME_H
#define LIB_HTML_PAGE_FRAME_H

#include "text/text_buffer.h"

#include <stdint.h>

/* Appends the page up to "Headgate" in the first line of its <header>, which stays open: the policy
 * that lets in its own style sheet and script alone, and `title`, which is markup already. */
void page_open(struct text_buffer *text, const char *title);

/* Appends a link of the navigation to section `id`, with how long the list in it is; nothing for 0.
 */
void page_link(struct text_buffer *text, const char *id, const char *label, uint64_t count);

/* Appends the search over all lists, which the script shows, to the end of the navigation. */
void page_search(struct text_buffer *text, const char *placeholder);

/* Ends <main> and the page. `writer` is what wrote it. */
void page_close(struct text_buffer *text, const char *writer);

#endif

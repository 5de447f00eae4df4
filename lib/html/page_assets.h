/* SPDX-License-Identifier: Apache-2.0 */
/* The page's style sheet (page.css) and script (page.js). The build makes them with
 * compile_page_assets.c. */
#ifndef LIB_HTML_PAGE_ASSETS_H
#define LIB_HTML_PAGE_ASSETS_H

#include <stddef.h>

/* The text, in ASCII, without a final NUL; and "sha256-...", as a Content-Security-Policy names it.
 */
extern const char page_style[];
extern const size_t page_style_length;
extern const char page_style_hash[];
extern const char page_script[];
extern const size_t page_script_length;
extern const char page_script_hash[];

#endif

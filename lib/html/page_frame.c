/* SPDX-License-Identifier: Apache-2.0 */
#include "html/page_frame.h"

#include "html/measure.h"
#include "html/page_assets.h"

void page_open(struct text_buffer *text, const char *title) {
  text_buffer_printf(text,
                     "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\" />\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src '%s'; script-src '%s'; base-uri 'none'; form-action 'none'\" />\n",
                     page_style_hash, page_script_hash);
  text_buffer_append_string(
      text, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\n"
            "<meta name=\"color-scheme\" content=\"light dark\" />\n"
            "<meta name=\"referrer\" content=\"no-referrer\" />\n"
            "<meta name=\"generator\" content=\"Headgate " HEADGATE_VERSION "\" />\n");
  text_buffer_printf(text, "<title>%s - Headgate</title>\n<style>", title);
  text_buffer_append(text, page_style, page_style_length);
  text_buffer_append_string(text, "</style>\n</head>\n<body>\n"
                                  "<a class=\"skip\" href=\"#results\">Skip to the results</a>\n"
                                  "<header>\n<p class=\"brand\">Headgate");
}

void page_link(struct text_buffer *text, const char *id, const char *label, uint64_t count) {
  if (count == 0)
    return;
  text_buffer_printf(text, "<a href=\"#%s\">%s <span data-count=\"%s\">", id, label, id);
  measure_count(text, count);
  text_buffer_append_string(text, "</span></a>\n");
}

void page_search(struct text_buffer *text, const char *placeholder) {
  text_buffer_printf(text,
                     "<search hidden=\"\"><label for=\"q\">Search</label> "
                     "<input id=\"q\" type=\"search\" autocomplete=\"off\" "
                     "spellcheck=\"false\" placeholder=\"%s\" />"
                     "<span class=\"spoken\" role=\"status\"></span></search>\n",
                     placeholder);
}

void page_close(struct text_buffer *text, const char *writer) {
  text_buffer_printf(
      text, "</main>\n<footer>Written by Headgate " HEADGATE_VERSION ", %s</footer>\n<script>",
      writer);
  text_buffer_append(text, page_script, page_script_length);
  text_buffer_append_string(text, "</script>\n</body>\n</html>\n");
}

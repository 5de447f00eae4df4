/* SPDX-License-Identifier: Apache-2.0 */
#include "html/page_text.h"

#include "html/html_text.h"
#include "html/measure.h"
#include "memory/no_memory.h"

#include <inttypes.h>

enum { SHOWN_ROWS = 1000 /* of a list at first, as in page.css and page.js */ };

int32_t page_write(const struct hg_output *output, struct text_buffer *text, struct hg_error *err) {
  if (text->failed)
    return no_memory(err);
  if (text->length > 0 && output->write(output, text->data, text->length, err) < 0)
    return -1;
  text_buffer_reset(text);
  return 0;
}

void page_fact_open(struct text_buffer *text, const char *label) {
  text_buffer_printf(text, "<div><dt>%s</dt><dd>", label);
}

void page_fact_close(struct text_buffer *text) {
  text_buffer_append_string(text, "</dd></div>\n");
}

void page_fact(struct text_buffer *text, const char *label, const char *value) {
  if (!*value)
    return;
  page_fact_open(text, label);
  html_text_string(text, value);
  page_fact_close(text);
}

void page_fact_time(struct text_buffer *text, const char *label, const char *time) {
  if (!*time)
    return;
  page_fact_open(text, label);
  measure_time(text, time, "");
  page_fact_close(text);
}

void page_name(struct text_buffer *text, const char *name) {
  if (*name)
    html_text_string(text, name);
  else
    text_buffer_append_string(text, "<span class=\"none\">no name</span>");
}

void page_file(struct text_buffer *text, const char *path, uint32_t document) {
  html_text_string(text, path);
  if (document > 1)
    text_buffer_printf(text, "<span class=\"part\"> document %" PRIu32 "</span>", document);
}

void page_section_open(struct text_buffer *text, const char *id, const char *heading,
                       uint64_t count) {
  text_buffer_printf(text, "<section id=\"%s\" aria-labelledby=\"%s-heading\">\n", id, id);
  text_buffer_printf(text, "<h2 id=\"%s-heading\">%s", id, heading);
  if (count > 0) {
    text_buffer_printf(text, " <span class=\"count\" data-count=\"%s\">", id);
    measure_count(text, count);
    text_buffer_append_string(text, "</span>");
  }
  text_buffer_append_string(text, "</h2>\n");
}

static void append_filter(struct text_buffer *text, const struct page_filter *filter) {
  text_buffer_printf(text, "<button type=\"button\" value=\"%s\" aria-pressed=\"%s\">%s <span>",
                     filter->status, *filter->status ? "false" : "true", filter->label);
  measure_count(text, filter->count);
  text_buffer_append_string(text, "</span></button>\n");
}

void page_filters(struct text_buffer *text, const struct page_filter *filters, uint32_t count) {
  struct page_filter all = {"", "All", 0};
  uint32_t kinds = 0;

  for (uint32_t i = 0; i < count; i++) {
    all.count += filters[i].count;
    kinds += filters[i].count > 0;
  }
  if (kinds < 2)
    return;
  text_buffer_append_string(text, "<div class=\"filters\" role=\"group\" aria-label=\"Jobs to "
                                  "show\" hidden=\"\">\n");
  append_filter(text, &all);
  for (uint32_t i = 0; i < count; i++)
    if (filters[i].count > 0)
      append_filter(text, &filters[i]);
  text_buffer_append_string(text, "</div>\n");
}

void page_rows_open(struct text_buffer *text, const char *id, uint64_t count) {
  text_buffer_printf(text, "<tbody data-list=\"%s\"%s>\n", id,
                     count > SHOWN_ROWS ? " class=\"long\"" : "");
}

void page_nothing_found(struct text_buffer *text, const char *id) {
  text_buffer_printf(text,
                     "<p class=\"nothing\" data-nothing=\"%s\" hidden=\"\">Nothing here "
                     "matches.</p>\n",
                     id);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "passed_over_list.h"

#include <inttypes.h>
#include <string.h>

void passed_over_list_init(struct passed_over_list *list, const struct layout *layout) {
  memset(list, 0, sizeof *list);
  list->layout = layout;
  section_init(&list->rows, SECTION_MEMORY);
}

void passed_over_list_finish(struct passed_over_list *list) {
  section_finish(&list->rows);
}

int32_t passed_over_list_add(struct passed_over_list *list, const struct hg_passed_over *object,
                             struct hg_error *err) {
  struct text_buffer *text = &list->rows.text;

  passed_over_tally_add(&list->tally, object);
  if (object->needed_by == 0 && !list->layout->full)
    return 0;
  layout_mark(text, list->layout, object->needed_by > 0 ? MARK_WARNING : MARK_SKIPPED);
  layout_visible(text, object->yaml_path);
  if (object->line > 0)
    text_buffer_printf(text, ":%" PRIu32 ":%" PRIu32, object->line, object->column);
  text_buffer_append_string(text, ": ");
  layout_visible(text, *object->kind ? object->kind : "the file holds no document");
  if (*object->kind) {
    text_buffer_append_char(text, ' ');
    layout_visible(text, object->object_namespace);
    text_buffer_append_char(text, '/');
    layout_visible(text, object->name);
  }
  if (object->needed_by > 0) {
    text_buffer_printf(text, ": %" PRIu64 " Job%s it first (", object->needed_by,
                       object->needed_by == 1 ? " needs" : "s need");
    layout_visible(text, object->advice);
    text_buffer_append_char(text, ')');
  }
  text_buffer_append_char(text, '\n');
  return section_keep(&list->rows, err);
}

void passed_over_list_summarize(const struct passed_over_list *list, struct text_buffer *text,
                                const struct hg_result *result) {
  struct text_buffer tally;

  if (result->unselected_jobs > 0)
    layout_count(text, "Not selected:", result->unselected_jobs);
  if (list->tally.count == 0)
    return;
  text_buffer_init(&tally);
  passed_over_tally_append(&tally, &list->tally);
  layout_value(text, "Passed over:", text_buffer_string(&tally));
  text->failed = text->failed || tally.failed;
  text_buffer_finish(&tally);
}

int32_t passed_over_list_write(const struct passed_over_list *list, const struct hg_output *output,
                               struct hg_error *err) {
  return layout_write_list(list->layout, output, "[PASSED OVER]", &list->rows, err);
}

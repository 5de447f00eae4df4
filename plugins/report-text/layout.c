/* SPDX-License-Identifier: Apache-2.0 */
#include "layout.h"

#include "memory/no_memory.h"
#include "text/shell_quote.h"
#include "text/visible_text.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

enum { VALUE_COLUMN = 25, RULE_LENGTH = 70 };

const char layout_indent[VALUE_COLUMN + 1] = "                         ";

static const char bold[] = "\x1b[1m";
static const char green[] = "\x1b[32m";
static const char red[] = "\x1b[31m";
static const char yellow[] = "\x1b[33m";
static const char normal[] = "\x1b[0m";

static const struct {
  const char *text;
  const char *color;
} marks[] = {
    [MARK_SUCCESS] = {"✓", green},
    [MARK_FAILURE] = {"✗", red},
    [MARK_SKIPPED] = {"⊘", yellow},
    [MARK_WARNING] = {"⚠", yellow},
};

void layout_init(struct layout *layout, const struct hg_output *output) {
  layout->color = (output->flags & HG_OUTPUT_COLOR) != 0;
  layout->full = (output->flags & HG_OUTPUT_FULL) != 0;
  layout->is_brief = (output->flags & HG_OUTPUT_TERMINAL) != 0 && !layout->full;
}

static void append_colored(struct text_buffer *text, const struct layout *layout, const char *color,
                           const char *string) {
  if (layout->color)
    text_buffer_append_string(text, color);
  text_buffer_append_string(text, string);
  if (layout->color)
    text_buffer_append_string(text, normal);
}

static void append_rule(struct text_buffer *text) {
  for (int i = 0; i < RULE_LENGTH; i++)
    text_buffer_append_char(text, '=');
  text_buffer_append_char(text, '\n');
}

void layout_title(struct text_buffer *text, const struct layout *layout, const char *title) {
  append_rule(text);
  layout_heading(text, layout, title);
  append_rule(text);
}

void layout_heading(struct text_buffer *text, const struct layout *layout, const char *heading) {
  append_colored(text, layout, bold, heading);
  text_buffer_append_char(text, '\n');
}

void layout_mark(struct text_buffer *text, const struct layout *layout, enum mark mark) {
  text_buffer_append_string(text, "  ");
  append_colored(text, layout, marks[mark].color, marks[mark].text);
  text_buffer_append_char(text, ' ');
}

void layout_label(struct text_buffer *text, const char *label) {
  size_t length = strlen(label);

  text_buffer_append(text, label, length);
  if (length < VALUE_COLUMN)
    text_buffer_append(text, layout_indent, VALUE_COLUMN - length);
}

void layout_count(struct text_buffer *text, const char *label, uint64_t count) {
  layout_label(text, label);
  text_buffer_printf(text, "%" PRIu64 "\n", count);
}

void layout_value(struct text_buffer *text, const char *label, const char *value) {
  if (*value)
    layout_label(text, label);
  else
    text_buffer_append_string(text, label);
  layout_visible(text, value);
  text_buffer_append_char(text, '\n');
}

void layout_command(struct text_buffer *text, const char *label, const char *const *words,
                    size_t count, struct text_buffer *scratch) {
  enum { KEEP = 64 * 1024 };

  text_buffer_reset(scratch);
  shell_quote_append(scratch, words, count);
  layout_label(text, label);
  visible_text_append(text, text_buffer_string(scratch), scratch->length);
  text_buffer_append_char(text, '\n');
  text->failed = text->failed || scratch->failed;
  if (scratch->capacity > KEEP)
    text_buffer_finish(scratch);
}

void layout_visible(struct text_buffer *text, const char *string) {
  visible_text_append(text, string, strlen(string));
}

void layout_name(struct text_buffer *text, const char *job_name, const char *yaml_path,
                 uint32_t document) {
  if (*job_name) {
    layout_visible(text, job_name);
    return;
  }
  layout_visible(text, yaml_path);
  if (document > 1)
    text_buffer_printf(text, "#%" PRIu32, document);
}

void layout_run_error(struct text_buffer *text, const struct layout *layout, const char *error) {
  if (!error || !layout->full)
    return;
  text_buffer_append_char(text, '\n');
  layout_heading(text, layout, "[ERROR]");
  layout_mark(text, layout, MARK_FAILURE);
  layout_visible(text, error);
  text_buffer_append_char(text, '\n');
}

int32_t layout_write(const struct hg_output *output, struct text_buffer *text,
                     struct hg_error *err) {
  int32_t status;

  if (text->failed)
    return no_memory(err);
  status = text->length > 0 ? output->write(output, text->data, text->length, err) : 0;
  text_buffer_reset(text);
  return status;
}

int32_t layout_write_list(const struct layout *layout, const struct hg_output *output,
                          const char *heading, const struct section *list, struct hg_error *err) {
  struct text_buffer text;
  int32_t status;

  if (section_is_empty(list))
    return 0;
  text_buffer_init(&text);
  text_buffer_append_char(&text, '\n');
  layout_heading(&text, layout, heading);
  status = layout_write(output, &text, err);
  if (status == 0)
    status = section_write(list, output, err);
  text_buffer_finish(&text);
  return status;
}

int32_t layout_write_good(const struct layout *layout, const struct hg_output *output,
                          const char *heading, enum mark mark, uint64_t count,
                          const struct section *list, const struct section *noted,
                          struct hg_error *err) {
  struct text_buffer text;
  int32_t status;

  if (!layout->is_brief || count <= LAYOUT_MOST_LISTED)
    return layout_write_list(layout, output, heading, list, err);
  text_buffer_init(&text);
  text_buffer_append_char(&text, '\n');
  layout_heading(&text, layout, heading);
  layout_mark(&text, layout, mark);
  text_buffer_printf(&text, "%" PRIu64 " Jobs\n", count);
  status = layout_write(output, &text, err);
  if (status == 0 && noted)
    status = section_write(noted, output, err);
  text_buffer_finish(&text);
  return status;
}

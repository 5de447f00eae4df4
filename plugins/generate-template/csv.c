/* SPDX-License-Identifier: Apache-2.0 */
#include "csv.h"

#include "text/utf8.h"

#include <string.h>

void csv_init(struct csv *csv, const char *text, size_t length, struct arena *arena) {
  size_t mark = length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;

  *csv = (struct csv){.text = text, .length = length, .at = mark, .line = 1, .column = 1};
  csv->arena = arena;
}

bool csv_is_over(const struct csv *csv) {
  return csv->at >= csv->length;
}

/* Bytes of the line break that comes next; 0 where none does. A CR alone is none. */
static size_t line_break(const struct csv *csv) {
  const char *next = csv->text + csv->at;
  size_t left = csv->length - csv->at;

  if (left > 0 && *next == '\n')
    return 1;
  return left > 1 && next[0] == '\r' && next[1] == '\n' ? 2 : 0;
}

/* Goes on behind one character. */
static void step(struct csv *csv) {
  uint32_t c;
  size_t count = utf8_decode(csv->text + csv->at, csv->length - csv->at, &c);

  if (csv->text[csv->at] == '\n') {
    csv->line++;
    csv->column = 1;
  } else {
    csv->column++;
  }
  csv->at += count > 0 ? count : 1;
}

static void skip_break(struct csv *csv) {
  csv->at += line_break(csv);
  csv->line++;
  csv->column = 1;
}

void csv_skip_empty_lines(struct csv *csv) {
  while (line_break(csv) > 0)
    skip_break(csv);
}

/* The field's text with its doubled quotes made one. */
static const char *undouble(struct csv *csv, struct csv_field *field) {
  char *copy = arena_alloc(csv->arena, field->length + 1);
  size_t length = 0;

  if (!copy)
    return "out of memory";
  for (size_t i = 0; i < field->length; i++) {
    copy[length++] = field->text[i];
    i += field->text[i] == '"';
  }
  copy[length] = '\0';
  field->text = copy;
  field->length = length;
  return NULL;
}

static const char *read_quoted(struct csv *csv, struct csv_field *field) {
  bool has_doubled = false;

  step(csv);
  field->text = csv->text + csv->at;
  for (;; step(csv)) {
    if (csv_is_over(csv))
      return "this quote is not closed";
    if (csv->text[csv->at] != '"')
      continue;
    if (csv->at + 1 >= csv->length || csv->text[csv->at + 1] != '"')
      break;
    has_doubled = true;
    step(csv);
  }
  field->length = (size_t)(csv->text + csv->at - field->text);
  step(csv);
  return has_doubled ? undouble(csv, field) : NULL;
}

static const char *read_plain(struct csv *csv, struct csv_field *field) {
  field->text = csv->text + csv->at;
  while (!csv_is_over(csv) && csv->text[csv->at] != ',' && line_break(csv) == 0) {
    if (csv->text[csv->at] == '"') {
      field->line = csv->line;
      field->column = csv->column;
      return "a quote inside a field: put the whole field into quotes, and double those in it";
    }
    step(csv);
  }
  field->length = (size_t)(csv->text + csv->at - field->text);
  return NULL;
}

/* Text is UTF-8 without NULs. */
static const char *check_text(const struct csv_field *field) {
  for (size_t i = 0; i < field->length;) {
    uint32_t c;
    size_t count = utf8_decode(field->text + i, field->length - i, &c);

    if (count == 0)
      return "this field is no UTF-8";
    if (c == 0)
      return "this field holds a NUL, which no manifest can";
    i += count;
  }
  return NULL;
}

const char *csv_next(struct csv *csv, struct csv_field *field) {
  const char *wrong;

  memset(field, 0, sizeof *field);
  field->line = csv->line;
  field->column = csv->column;
  wrong = !csv_is_over(csv) && csv->text[csv->at] == '"' ? read_quoted(csv, field)
                                                         : read_plain(csv, field);
  if (!wrong)
    wrong = check_text(field);
  if (wrong)
    return wrong;
  if (csv_is_over(csv)) {
    field->ends_record = true;
  } else if (line_break(csv) > 0) {
    field->ends_record = true;
    skip_break(csv);
  } else if (csv->text[csv->at] == ',') {
    step(csv);
  } else {
    field->line = csv->line;
    field->column = csv->column;
    return "text behind a closing quote: a quote inside a field is doubled";
  }
  return NULL;
}

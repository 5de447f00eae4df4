/* SPDX-License-Identifier: Apache-2.0 */
#include "csv_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static void append(struct csv_record *record, const char *bytes, size_t count) {
  if (record->failed)
    return;
  if (count > record->capacity - record->length) {
    size_t capacity = 2 * (record->length + count);
    char *text = capacity > count ? realloc(record->text, capacity) : NULL;

    if (!text) {
      record->failed = 1;
      return;
    }
    record->text = text;
    record->capacity = capacity;
  }
  memcpy(record->text + record->length, bytes, count);
  record->length += count;
}

static void append_string(struct csv_record *record, const char *string) {
  append(record, string, strlen(string));
}

void csv_record_begin(struct csv_record *record) {
  record->length = 0;
  record->is_begun = 0;
}

static void begin_cell(struct csv_record *record) {
  if (record->is_begun)
    append_string(record, ",");
  record->is_begun = 1;
}

void csv_record_open_cell(struct csv_record *record) {
  begin_cell(record);
  append_string(record, "\"");
  record->may_compute = 1;
}

/* Whether text that begins a cell would make a spreadsheet compute it. OWASP, "CSV Injection": the
 * full-width forms (U+FF1D, U+FF0B, U+FF0D, U+FF20) count where it speaks Chinese, Japanese or
 * Korean. */
static int begins_formula(const char *text) {
  static const char *const wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D",
                                     "\xEF\xBC\xA0"};

  for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
    if (strncmp(text, wide[i], strlen(wide[i])) == 0)
      return 1;
  return *text && strchr("=+-@\t\r\n", *text);
}

/* Bytes of the UTF-8 character (RFC 3629) that `text` begins with; 0 where it begins with none. */
static size_t character_length(const unsigned char *text) {
  static const struct {
    unsigned char first, last;               /* bytes that such characters begin with */
    unsigned char second_least, second_most; /* what may follow, so that none is spelt two ways */
    unsigned char length;
  } forms[] = {
      {0x01, 0x7F, 0x00, 0xFF, 1}, {0xC2, 0xDF, 0x80, 0xBF, 2}, {0xE0, 0xE0, 0xA0, 0xBF, 3},
      {0xE1, 0xEC, 0x80, 0xBF, 3}, {0xED, 0xED, 0x80, 0x9F, 3}, {0xEE, 0xEF, 0x80, 0xBF, 3},
      {0xF0, 0xF0, 0x90, 0xBF, 4}, {0xF1, 0xF3, 0x80, 0xBF, 4}, {0xF4, 0xF4, 0x80, 0x8F, 4}};

  for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
    if (*text < forms[i].first || *text > forms[i].last)
      continue;
    if (text[1] < forms[i].second_least || text[1] > forms[i].second_most)
      return 0;
    for (size_t at = 2; at < forms[i].length; at++)
      if ((text[at] & 0xC0) != 0x80)
        return 0;
    return forms[i].length;
  }
  return 0;
}

static int is_line_break(unsigned char byte) {
  return byte == '\n' || byte == '\r';
}

/* C0, DEL, or C1 (U+0080 to U+009F). */
static int is_control(const unsigned char *text) {
  return *text < ' ' || *text == 0x7F || (*text == 0xC2 && text[1] < 0xA0);
}

void csv_record_put(struct csv_record *record, const char *piece) {
  const char *word = piece + strspn(piece, " ");

  if (record->may_compute && begins_formula(word))
    append_string(record, "'");
  if (*word)
    record->may_compute = 0;
  while (*piece) {
    const unsigned char *text = (const unsigned char *)piece;
    size_t length = character_length(text);
    int stays = !is_control(text) || (is_line_break(*text) && !record->for_terminal);

    if (length == 0 || !stays)
      append_string(record, REPLACEMENT);
    else if (*piece == '"')
      append_string(record, "\"\"");
    else
      append(record, piece, length);
    piece += length > 0 ? length : 1;
  }
}

void csv_record_close_cell(struct csv_record *record) {
  append_string(record, "\"");
}

void csv_record_add_text(struct csv_record *record, const char *text) {
  csv_record_open_cell(record);
  csv_record_put(record, text);
  csv_record_close_cell(record);
}

void csv_record_add_number(struct csv_record *record, int64_t number) {
  char digits[24];

  (void)snprintf(digits, sizeof digits, "%" PRId64, number);
  begin_cell(record);
  append_string(record, digits);
}

void csv_record_add_nothing(struct csv_record *record) {
  begin_cell(record);
}

void csv_record_end(struct csv_record *record) {
  append_string(record, record->for_terminal ? "\n" : "\r\n");
}

void csv_record_finish(struct csv_record *record) {
  free(record->text);
  memset(record, 0, sizeof *record);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "text/visible_text.h"

#include "text/utf8.h"

#include <string.h>

/* Unicode's C1 controls and separators, and its Default_Ignorable_Code_Point
 * (DerivedCoreProperties) without what emoji and scripts are spelled with: joiners, variation
 * selectors, Khmer and Mongolian signs. */
static const struct range {
  uint32_t first;
  uint32_t last;
} hidden[] = {
    {0x0080, 0x009f},   /* C1 controls: some terminals obey them */
    {0x00ad, 0x00ad},   /* soft hyphen */
    {0x061c, 0x061c},   /* Arabic letter mark */
    {0x115f, 0x1160},   /* Hangul fillers */
    {0x180e, 0x180e},   /* Mongolian vowel separator */
    {0x200b, 0x200b},   /* zero width space */
    {0x200e, 0x200f},   /* left-to-right and right-to-left marks */
    {0x2028, 0x202e},   /* line and paragraph separators, embeddings, overrides */
    {0x2060, 0x206f},   /* word joiner, invisible operators, isolates, deprecated formats */
    {0x3164, 0x3164},   /* Hangul filler */
    {0xfeff, 0xfeff},   /* byte order mark */
    {0xffa0, 0xffa0},   /* halfwidth Hangul filler */
    {0xfff0, 0xfffb},   /* specials, interlinear annotations */
    {0x1bca0, 0x1bca3}, /* shorthand format controls */
    {0x1d173, 0x1d17a}, /* musical format controls */
    {0xe0000, 0xe00ff}, /* tags: a second, invisible ASCII */
    {0xe01f0, 0xe0fff}, /* the same block, without its variation selectors */
};

bool visible_text_hides(uint32_t codepoint) {
  size_t low = 0;
  size_t high = sizeof hidden / sizeof hidden[0];

  if (codepoint < 0x7f)
    return codepoint < 0x20;
  if (codepoint == 0x7f)
    return true;
  while (low < high) {
    size_t middle = (low + high) / 2;

    if (codepoint > hidden[middle].last)
      low = middle + 1;
    else
      high = middle;
  }
  return low < sizeof hidden / sizeof hidden[0] && codepoint >= hidden[low].first;
}

static void append_byte(struct text_buffer *text, unsigned char c) {
  static const char digits[] = "0123456789abcdef";
  char escape[4] = {'\\', 'x', digits[c >> 4], digits[c & 15]};

  text_buffer_append(text, escape, sizeof escape);
}

static void append_hidden(struct text_buffer *text, uint32_t c) {
  if (c == '\t')
    text_buffer_append_string(text, "\\t");
  else if (c == '\n')
    text_buffer_append_string(text, "\\n");
  else if (c == '\r')
    text_buffer_append_string(text, "\\r");
  else if (c < 0x80)
    append_byte(text, (unsigned char)c);
  else
    text_buffer_printf(text, "\\u{%04x}", (unsigned)c);
}

/* Appends the character at `data` in visible form and returns its length in bytes. */
static size_t append_character(struct text_buffer *text, const char *data, size_t length) {
  uint32_t c = 0;
  size_t count = utf8_decode(data, length, &c);

  if (count == 0) {
    append_byte(text, (unsigned char)*data);
    return 1;
  }
  if (visible_text_hides(c))
    append_hidden(text, c);
  else
    text_buffer_append(text, data, count);
  return count;
}

/* Eight at a time, because nearly all text is. Of a word's bytes one that is below 0x20, is 0x7f or
 * is above it leaves a high bit. */
size_t visible_text_printable_prefix(const char *data, size_t length) {
  const uint64_t ones = UINT64_C(0x0101010101010101);
  size_t plain = 0;
  uint64_t word;

  for (; length - plain >= sizeof word; plain += sizeof word) {
    memcpy(&word, data + plain, sizeof word);
    if ((word | (word + ones) | (word - ones * 0x20)) & (ones * 0x80))
      break;
  }
  while (plain < length && data[plain] >= 0x20 && data[plain] < 0x7f)
    plain++;
  return plain;
}

void visible_text_append(struct text_buffer *text, const char *data, size_t length) {
  while (length > 0) {
    size_t plain = visible_text_printable_prefix(data, length);
    size_t count;

    text_buffer_append(text, data, plain);
    data += plain;
    length -= plain;
    if (length == 0)
      break;
    count = append_character(text, data, length);
    data += count;
    length -= count;
  }
}

void visible_lines_append(struct text_buffer *text, const char *data, size_t length,
                          const char *indent) {
  if (length > 0 && data[length - 1] == '\n')
    length--;
  for (;;) {
    const char *end = length > 0 ? memchr(data, '\n', length) : NULL;
    size_t line = end ? (size_t)(end - data) : length;

    visible_text_append(text, data, line);
    if (!end)
      return;
    text_buffer_append_char(text, '\n');
    text_buffer_append_string(text, indent);
    data += line + 1;
    length -= line + 1;
  }
}

void valid_utf8_append(struct text_buffer *text, const char *data, size_t length) {
  size_t valid = 0; /* bytes before data[valid] are UTF-8 and wait to be appended */

  while (valid < length) {
    uint32_t c = 0;
    size_t count = utf8_decode(data + valid, length - valid, &c);

    if (count > 0) {
      valid += count;
      continue;
    }
    text_buffer_append(text, data, valid);
    text_buffer_append_string(text, "\xef\xbf\xbd");
    data += valid + 1;
    length -= valid + 1;
    valid = 0;
  }
  text_buffer_append(text, data, valid);
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void first_line_append(struct text_buffer *text, const char *data, size_t length, size_t most) {
  const char *end;

  while (length > 0 && is_blank(*data))
    data++, length--;
  if (length == 0)
    return;
  end = memchr(data, '\n', length);
  if (end)
    length = (size_t)(end - data);
  while (is_blank(data[length - 1]))
    length--;

  for (size_t shown = 0; length > 0;) {
    size_t start = text->length;
    size_t count = append_character(text, data, length);
    bool unchanged = text->length - start == count && memcmp(text->data + start, data, count) == 0;

    shown += unchanged ? 1 : text->length - start; /* an escape is ASCII */
    if (text->failed)
      return;
    if (shown > most) {
      text->length = start;
      text->data[start] = '\0';
      text_buffer_append_string(text, "…");
      return;
    }
    data += count;
    length -= count;
  }
}

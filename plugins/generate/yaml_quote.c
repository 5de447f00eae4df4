/* SPDX-License-Identifier: Apache-2.0 */
#include "generate/yaml_quote.h"

#include "text/utf8.h"

#include <stdint.h>
#include <string.h>

/* Words that some reader takes for a boolean, a null or a number, in any case of letters. What
 * begins with a digit, a sign, a dot or another indicator is never plain, so it is not here. */
static const char *const reserved[] = {"y",   "yes",  "n",    "no",  "true", "false", "on",
                                       "off", "null", "none", "nil", "nan",  "inf",   "infinity"};

/* Characters that are written as escapes: not printable in YAML 1.1 (5.1), or not visible to a
 * person. In order. U+xxFFFE and U+xxFFFF are dealt with in code. */
static const struct {
  uint32_t first;
  uint32_t last;
} escaped[] = {
    {0x00, 0x1f},     {0x7f, 0xa0},     {0xad, 0xad},     {0x034f, 0x034f},   {0x061c, 0x061c},
    {0x115f, 0x1160}, {0x1680, 0x1680}, {0x17b4, 0x17b5}, {0x180b, 0x180f},   {0x2000, 0x200f},
    {0x2028, 0x202f}, {0x205f, 0x206f}, {0x3000, 0x3000}, {0x3164, 0x3164},   {0xfe00, 0xfe0f},
    {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff0, 0xfffb}, {0xe0000, 0xe0fff},
};

static bool is_escaped(uint32_t c) {
  if ((c & 0xfffe) == 0xfffe)
    return true;
  for (size_t i = 0; i < sizeof escaped / sizeof escaped[0] && c >= escaped[i].first; i++)
    if (c <= escaped[i].last)
      return true;
  return false;
}

static bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c) {
  return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_reserved(const char *text, size_t length) {
  for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++) {
    size_t at = 0;

    while (at < length && reserved[i][at] == lower(text[at]) && reserved[i][at])
      at++;
    if (at == length && reserved[i][at] == '\0')
      return true;
  }
  return false;
}

/* A letter, '_', '/', any visible character outside ASCII; or an option such as --config, which
 * no reader can take for a number. */
static bool starts_plain(const char *text, size_t length) {
  if (length > 2 && text[0] == '-' && text[1] == '-')
    return is_letter(text[2]);
  return is_letter(*text) || *text == '_' || *text == '/' || (unsigned char)*text >= 0x80;
}

/* Whether the ASCII character `c` may stand inside plain text, with `next` after it (NUL: the
 * end). A colon before a blank makes a key, a blank at the end is lost. */
static bool continues_plain(char c, char next) {
  if (c == ':')
    return next != '\0' && next != ' ';
  if (c == ' ')
    return next != '\0' && next != ' ';
  return is_letter(c) || (c >= '0' && c <= '9') || (c != '\0' && strchr("_-./+=@,()", c));
}

/* Whether `text` can stand in a block collection as it is. True only for text that YAML 1.1 and
 * 1.2 readers alike (PyYAML, go-yaml 2 and 3, libyaml) take for a string: the rule is what is
 * surely safe, not what is surely not. */
static bool is_plain(const char *text, size_t length) {
  if (length == 0 || !starts_plain(text, length) || is_reserved(text, length))
    return false;
  for (size_t i = 0; i < length;) {
    uint32_t c = 0;
    size_t count = utf8_decode(text + i, length - i, &c);

    if (count == 0 || is_escaped(c))
      return false;
    if (count == 1 && !continues_plain(text[i], i + 1 < length ? text[i + 1] : '\0'))
      return false;
    i += count;
  }
  return true;
}

static void append_escape(struct text_buffer *out, uint32_t c) {
  switch (c) {
  case '\t':
    text_buffer_append_string(out, "\\t");
    break;
  case '\n':
    text_buffer_append_string(out, "\\n");
    break;
  case '\r':
    text_buffer_append_string(out, "\\r");
    break;
  default:
    text_buffer_printf(out,
                       c < 0x100     ? "\\x%02X"
                       : c < 0x10000 ? "\\u%04X"
                                     : "\\U%08X",
                       (unsigned)c);
  }
}

void yaml_quote_append(struct text_buffer *out, const char *text, size_t length) {
  if (is_plain(text, length))
    text_buffer_append(out, text, length);
  else
    yaml_quote_append_quoted(out, text, length);
}

void yaml_line_begin(struct text_buffer *out, size_t indent) {
  if (out->length == 0 || out->data[out->length - 1] == '\n')
    text_buffer_printf(out, "%*s", (int)indent, "");
}

void yaml_quote_append_quoted(struct text_buffer *out, const char *text, size_t length) {
  text_buffer_append_char(out, '"');
  for (size_t i = 0; i < length;) {
    uint32_t c = 0;
    size_t count = utf8_decode(text + i, length - i, &c);

    if (count == 0) {
      /* Not UTF-8: no YAML reader would have let it in. */
      c = 0xfffd;
      count = 1;
      append_escape(out, c);
    } else if (c == '"' || c == '\\') {
      text_buffer_append_char(out, '\\');
      text_buffer_append_char(out, (char)c);
    } else if (is_escaped(c)) {
      append_escape(out, c);
    } else {
      text_buffer_append(out, text + i, count);
    }
    i += count;
  }
  text_buffer_append_char(out, '"');
}

/* Lines of characters that a person sees, the first of which does not begin with a blank and none
 * of which ends with one, and at most one line feed at the end. */
static bool is_block(const char *text, size_t length) {
  const char *feed = memchr(text, '\n', length);

  if (!feed || feed == text || feed + 1 == text + length || *text == ' ' ||
      text[length - 2] == '\n')
    return false;
  for (size_t i = 0; i < length;) {
    uint32_t c = 0;
    size_t count = utf8_decode(text + i, length - i, &c);

    if (count == 0 || (is_escaped(c) && c != '\n') ||
        (c == ' ' && (i + 1 == length || text[i + 1] == '\n')))
      return false;
    i += count;
  }
  return true;
}

bool yaml_block_append(struct text_buffer *out, const char *text, size_t length, size_t indent) {
  if (length < 3 || !is_block(text, length))
    return false;
  text_buffer_append_string(out, text[length - 1] == '\n' ? "|" : "|-");
  if (text[length - 1] == '\n')
    length--;
  for (size_t at = 0; at < length;) {
    const char *feed = memchr(text + at, '\n', length - at);
    size_t line = feed ? (size_t)(feed - text) - at : length - at;

    text_buffer_append_char(out, '\n');
    for (size_t i = 0; i < indent && line > 0; i++)
      text_buffer_append_char(out, ' ');
    text_buffer_append(out, text + at, line);
    at += line + 1;
  }
  return true;
}

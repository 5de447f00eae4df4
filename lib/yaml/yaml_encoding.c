/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_encoding.h"

#include "text/utf8.h"
#include "yaml/yaml_problem.h"
#include "yaml/yaml_text.h"

#include <string.h>

/* Bytes that are looked at in one go; a constant, so that the compiler can do them side by side. */
enum { STRIDE = 64 };

/* Lines that start with %, as %TAG does: libyaml compares each directive with all others, and each
 * tag with all of them. */
enum { MAX_DIRECTIVES = 100 };

/* A byte order mark, read as a character, and how many bytes it has. */
enum { BYTE_ORDER_MARK_SIZE = 3, BYTE_ORDER_MARK_CHARACTER = 0xfeff };

/* What a text starts with that is Unicode, but not UTF-8. UTF-32's mark starts like UTF-16's. */
static const struct {
  const char *bytes;
  uint32_t length;
  const char *name;
} encodings[] = {
    {"\xff\xfe\x00\x00", 4, "UTF-32"},
    {"\x00\x00\xfe\xff", 4, "UTF-32"},
    {"\xff\xfe", 2, "UTF-16"},
    {"\xfe\xff", 2, "UTF-16"},
};

/* Whether none of STRIDE bytes is beyond ASCII or a control character other than tab, line feed and
 * carriage return. */
static bool is_plain_stride(const unsigned char *bytes) {
  unsigned char odd = 0;

  for (size_t i = 0; i < STRIDE; i++) {
    unsigned char byte = bytes[i];
    unsigned char space = (unsigned char)((byte == '\t') | (byte == '\n') | (byte == '\r'));
    odd |= (unsigned char)(((byte < 0x20) & !space) | (byte > 0x7e));
  }
  return !odd;
}

static bool is_printable(uint32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0x7e) || c == 0x85 ||
         (c >= 0xa0 && c <= 0xd7ff) || (c >= 0xe000 && c <= 0xfffd) ||
         (c >= 0x10000 && c <= 0x10ffff);
}

/* Says what is wrong with the byte at `offset`; `character` is what it starts, 0xffffffff where it
 * starts nothing. */
static int32_t refuse(struct yaml_problem *problem, const char *bytes, uint64_t length,
                      uint64_t offset, uint32_t character) {
  uint32_t line;
  uint32_t column;

  yaml_text_position(bytes, length, offset, &line, &column);
  if (character == UINT32_MAX)
    return yaml_problem_set(problem, YAML_RULE_ENCODING, line, column,
                            "not UTF-8: byte 0x%02x starts no character; save the file as UTF-8",
                            (unsigned)(unsigned char)bytes[offset]);
  if (character == 0)
    return yaml_problem_set(problem, YAML_RULE_ENCODING, line, column,
                            "a NUL byte is not allowed: the file is binary, cut short or UTF-16");
  return yaml_problem_set(problem, YAML_RULE_ENCODING, line, column,
                          "control character U+%04X is not allowed; remove it or write \"\\u%04x\" "
                          "in double quotes",
                          (unsigned)character, (unsigned)character);
}

/* Whether the byte ends a line, or is the last one of a character that does. */
static bool may_end_line(unsigned char byte) {
  return byte == '\n' || byte == '\r' || byte == 0x85 || byte == 0xa8 || byte == 0xa9;
}

static int32_t check_directives(const char *bytes, uint64_t length, struct yaml_problem *problem) {
  const char *end = bytes + length;
  uint32_t count = 0;

  for (const char *at = bytes; at < end; at++) {
    at = memchr(at, '%', (size_t)(end - at));
    if (!at)
      break;
    if ((at == bytes || may_end_line((unsigned char)at[-1])) && ++count > MAX_DIRECTIVES) {
      uint32_t line;
      uint32_t column;

      yaml_text_position(bytes, length, (uint64_t)(at - bytes), &line, &column);
      return yaml_problem_set(problem, YAML_RULE_LIMIT, line, column,
                              "more than %d lines start with %%", MAX_DIRECTIVES);
    }
  }
  return 0;
}

int32_t yaml_encoding_check(const char *bytes, uint64_t length, bool *ascii, bool *marked,
                            struct yaml_problem *problem) {
  uint64_t at = yaml_text_mark(bytes, length);

  *ascii = at == 0;
  *marked = false;
  for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++)
    if (length >= encodings[i].length &&
        memcmp(bytes, encodings[i].bytes, encodings[i].length) == 0)
      return yaml_problem_set(problem, YAML_RULE_ENCODING, 1, 1, "the file is %s; save it as UTF-8",
                              encodings[i].name);

  while (at < length) {
    uint32_t character;
    size_t size;

    if (length - at >= STRIDE && is_plain_stride((const unsigned char *)bytes + at)) {
      at += STRIDE;
      continue;
    }
    /* One character by another to the end of this stride. */
    for (uint64_t end = length - at > STRIDE ? at + STRIDE : length; at < end; at += size) {
      size = utf8_decode(bytes + at, length - at, &character);
      if (size == 0)
        return refuse(problem, bytes, length, at, UINT32_MAX);
      if (!is_printable(character))
        return refuse(problem, bytes, length, at, character);
      if (character == BYTE_ORDER_MARK_CHARACTER &&
          (at <= BYTE_ORDER_MARK_SIZE || bytes[at - 1] == '\n'))
        *marked = true;
      if (size > 1)
        *ascii = false;
    }
  }
  return check_directives(bytes, length, problem);
}

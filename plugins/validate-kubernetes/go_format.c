/* SPDX-License-Identifier: Apache-2.0 */
#include "go_format.h"

#include "text/utf8.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { LONGEST_SHOWN = 1024 };

static void append_escape(struct text_buffer *out, unsigned char c) {
  static const char letters[] = "abtnvfr"; /* 7 to 13 */

  if (c >= 7 && c <= 13)
    text_buffer_printf(out, "\\%c", letters[c - 7]);
  else
    text_buffer_printf(out, "\\x%02x", c);
}

void go_quote_append(struct text_buffer *out, struct text text) {
  size_t at = 0;

  text_buffer_append_char(out, '"');
  while (at < text.length && at < LONGEST_SHOWN) {
    unsigned char c = (unsigned char)text.data[at];
    uint32_t codepoint;
    size_t length = utf8_decode(text.data + at, text.length - at, &codepoint);

    if (length == 0 || c < 0x20 || c == 0x7f) {
      append_escape(out, c);
      length = 1;
    } else if (c == '"' || c == '\\') {
      text_buffer_append_char(out, '\\');
      text_buffer_append_char(out, (char)c);
    } else if ((codepoint >= 0x80 && codepoint <= 0xa0) || codepoint == 0xad ||
               (codepoint >= 0x2000 && codepoint <= 0x200f) ||
               (codepoint >= 0x2028 && codepoint <= 0x202f) || codepoint == 0xfeff) {
      text_buffer_printf(out, "\\u%04x", (unsigned)codepoint);
    } else {
      text_buffer_append(out, text.data + at, length);
    }
    at += length;
  }
  text_buffer_append_char(out, '"');
  if (at < text.length)
    text_buffer_append_string(out, "...");
}

/* The fewest significant digits that read back as the same number; returns the exponent. */
static int shortest_digits(double number, bool single, char digits[32]) {
  char text[40];
  int most = single ? 9 : 17;
  int exponent;
  size_t used = 0;

  for (int precision = 0; precision < most; precision++) {
    snprintf(text, sizeof text, "%.*e", precision, number);
    if (single ? (float)strtod(text, NULL) == (float)number : strtod(text, NULL) == number)
      break;
  }
  exponent = atoi(strchr(text, 'e') + 1);
  for (const char *c = text; *c != 'e'; c++)
    if (*c >= '0' && *c <= '9')
      digits[used++] = *c;
  while (used > 1 && digits[used - 1] == '0')
    used--;
  digits[used] = '\0';
  return exponent;
}

static void write_plain(const char *digits, int exponent, bool negative, char *out) {
  const char *sign = negative ? "-" : "";
  int count = (int)strlen(digits);

  if (exponent < 0)
    snprintf(out, GO_NUMBER_SIZE, "%s0.%0*d%s", sign, -exponent - 1, 0, digits);
  else if (count <= exponent + 1)
    snprintf(out, GO_NUMBER_SIZE, "%s%s%.*s", sign, digits, exponent + 1 - count,
             "00000000000000000000000");
  else
    snprintf(out, GO_NUMBER_SIZE, "%s%.*s.%s", sign, exponent + 1, digits, digits + exponent + 1);
  if (exponent == -1) /* no zeros between the point and the digits */
    snprintf(out, GO_NUMBER_SIZE, "%s0.%s", sign, digits);
}

static void write_exponent(const char *digits, int exponent, bool negative, int width, char *out) {
  snprintf(out, GO_NUMBER_SIZE, "%s%c%s%se%c%0*d", negative ? "-" : "", digits[0],
           digits[1] ? "." : "", digits + 1, exponent < 0 ? '-' : '+', width, abs(exponent));
}

void go_json_number(double number, char out[GO_NUMBER_SIZE]) {
  char digits[32];
  bool negative = signbit(number) != 0;
  double size = fabs(number);
  int exponent = shortest_digits(size, false, digits);

  if (size != 0 && (size < 1e-6 || size >= 1e21))
    write_exponent(digits, exponent, negative, exponent < 0 ? 1 : 2, out);
  else
    write_plain(digits, exponent, negative, out);
}

void go_key_number(double number, char out[GO_NUMBER_SIZE]) {
  char digits[32];
  bool negative = signbit(number) != 0;
  int exponent;

  if (isnan(number) || isinf(number) || fabs(number) > 3.5e38) {
    snprintf(out, GO_NUMBER_SIZE, "%s", isnan(number) ? ".nan" : negative ? "-.inf" : ".inf");
    return;
  }
  exponent = shortest_digits(fabs(number), true, digits);
  if (exponent < -4 || exponent >= 6)
    write_exponent(digits, exponent, negative, 2, out);
  else
    write_plain(digits, exponent, negative, out);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/go_number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The fewest significant digits that read back as the same number; returns the exponent. */
static int shortest_digits(double number, bool single, char digits[32]) {
  char text[40];
  int most = single ? 9 : 17;
  int precision;
  int exponent;
  size_t used = 0;
  const char *c;

  for (precision = 0; precision < most; precision++) {
    snprintf(text, sizeof text, "%.*e", precision, number);
    if (single ? (float)strtod(text, NULL) == (float)number : strtod(text, NULL) == number)
      break;
  }
  exponent = atoi(strchr(text, 'e') + 1);
  for (c = text; *c != 'e'; c++)
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

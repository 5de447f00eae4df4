/* SPDX-License-Identifier: Apache-2.0 */
#include "job/quantity.h"

#include <stdio.h>
#include <string.h>

static const char wrong_format[] = "quantities must match the regular expression "
                                   "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
static const char wrong_suffix[] = "unable to parse quantity's suffix";

static const struct {
  char text[3];
  int8_t base;
  int8_t exponent;
} suffixes[] = {
    {"", 10, 0},   {"n", 10, -9}, {"u", 10, -6}, {"m", 10, -3}, {"k", 10, 3},  {"M", 10, 6},
    {"G", 10, 9},  {"T", 10, 12}, {"P", 10, 15}, {"E", 10, 18}, {"Ki", 2, 10}, {"Mi", 2, 20},
    {"Gi", 2, 30}, {"Ti", 2, 40}, {"Pi", 2, 50}, {"Ei", 2, 60},
};

#define AMOUNT_MAX (((((quantity_amount)1) << 126) - 1) * 2 + 1)

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Decimal digits are one run, cut by at most one point; `places` of them stand behind it. */
struct decimal {
  const char *text;
  size_t length; /* point included */
  long places;
};

/* The digits times 10^power, rounded up, held at AMOUNT_MAX. */
static quantity_amount decimal_scale(const struct decimal *decimal, long power) {
  long keep; /* digits before the cut */
  quantity_amount value = 0;
  bool rest = false;
  long digits = 0;

  power -= decimal->places;
  for (size_t i = 0; i < decimal->length; i++)
    digits += is_digit(decimal->text[i]);
  keep = power < 0 ? digits + power : digits;
  for (size_t i = 0; i < decimal->length; i++) {
    char c = decimal->text[i];

    if (!is_digit(c))
      continue;
    if (keep-- > 0) {
      if (value > (AMOUNT_MAX - 9) / 10)
        return AMOUNT_MAX;
      value = value * 10 + (c - '0');
    } else if (c != '0') {
      rest = true;
    }
  }
  for (; power > 0 && value != 0; power--) {
    if (value > AMOUNT_MAX / 10)
      return AMOUNT_MAX;
    value *= 10;
  }
  return rest && value < AMOUNT_MAX ? value + 1 : value;
}

/* The number behind e or E, held within what makes a difference. */
static bool read_exponent(const char *text, size_t length, long *exponent) {
  bool negative = false;
  int64_t whole = 0;
  long value = 0;
  size_t i = 0;

  if (length > 0 && (text[0] == '-' || text[0] == '+'))
    negative = text[i++] == '-';
  if (i == length)
    return false;
  for (; i < length; i++) {
    if (!is_digit(text[i]))
      return false;
    if (whole > (INT64_MAX - 9) / 10)
      return false;
    whole = whole * 10 + (text[i] - '0');
    if (value < 100000)
      value = value * 10 + (text[i] - '0');
  }
  *exponent = negative ? -value : value;
  return true;
}

/* Sets base, exponent and format to what the suffix means. */
static bool read_suffix(const char *text, size_t length, int *base, long *exponent,
                        enum quantity_format *format) {
  for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++)
    if (strlen(suffixes[i].text) == length && memcmp(suffixes[i].text, text, length) == 0) {
      *base = suffixes[i].base;
      *exponent = suffixes[i].exponent;
      *format = *base == 2 ? QUANTITY_BINARY : QUANTITY_DECIMAL;
      return true;
    }
  *base = 10;
  *format = QUANTITY_EXPONENT;
  return length > 1 && (text[0] == 'e' || text[0] == 'E') &&
         read_exponent(text + 1, length - 1, exponent);
}

/* A text in its parts. */
struct parts {
  struct decimal decimal;
  bool negative;
  int base;
  long exponent;
  enum quantity_format format;
};

/* Blanks around it do not count. JSON writes other white space as escapes, which do. */
static const char *split(const char *text, size_t length, struct parts *parts) {
  size_t at = 0;
  size_t suffix;

  memset(parts, 0, sizeof *parts);
  while (length > 0 && text[0] == ' ') {
    text++;
    length--;
  }
  while (length > 0 && text[length - 1] == ' ')
    length--;
  if (length == 0)
    return wrong_format;
  if (text[0] == '-' || text[0] == '+')
    parts->negative = text[at++] == '-';
  parts->decimal.text = text + at;
  while (at < length && is_digit(text[at]))
    at++;
  if (at < length && text[at] == '.')
    for (at++; at < length && is_digit(text[at]); at++)
      parts->decimal.places++;
  parts->decimal.length = (size_t)(text + at - parts->decimal.text);
  suffix = at;
  while (at < length && text[at] != '\0' && strchr("eEinumkKMGTP", text[at]))
    at++;
  if (at < length && (text[at] == '-' || text[at] == '+'))
    at++;
  while (at < length && is_digit(text[at]))
    at++;
  if (at < length)
    return wrong_format;
  if (!read_suffix(text + suffix, length - suffix, &parts->base, &parts->exponent, &parts->format))
    return wrong_suffix;
  return NULL;
}

/* Digits before the point, without leading zeros but for a single one. */
static long whole_digits(const struct decimal *decimal) {
  long digits = (long)decimal->length - decimal->places;
  size_t zeros = 0;

  if (memchr(decimal->text, '.', decimal->length))
    digits--;
  while ((long)zeros < digits && decimal->text[zeros] == '0')
    zeros++;
  return digits > (long)zeros ? digits - (long)zeros : 1;
}

/* Whether the server keeps it as a big number: pkg/api/resource/quantity.go of apimachinery v0.26.1
 * and v0.36.2, ParseQuantity. */
static bool is_wide(const struct parts *parts) {
  long digits = whole_digits(&parts->decimal);

  if (parts->base == 2)
    return parts->decimal.places > 0 || digits + parts->exponent * 3 / 10 > 14;
  return digits + parts->decimal.places > 18 || parts->exponent - parts->decimal.places < -9;
}

const char *quantity_parse(const char *text, size_t length, struct quantity *quantity) {
  struct parts parts;
  const char *wrong = split(text, length, &parts);
  quantity_amount value;

  if (wrong)
    return wrong;
  quantity->wide = is_wide(&parts);
  if (parts.base == 2) {
    quantity_amount most = (quantity_amount)INT64_MAX * 1000000000;
    quantity_amount scale = (quantity_amount)1 << parts.exponent;

    /* Fractions finer than a billionth cannot matter: the factor is a power of 1,024. */
    value = decimal_scale(&parts.decimal, 9);
    value = value > AMOUNT_MAX / scale ? most : value * scale;
    if (value > most)
      value = most;
  } else {
    value = decimal_scale(&parts.decimal, parts.exponent + 9);
  }
  quantity->nano = parts.negative ? -value : value;
  quantity->format = (uint8_t)parts.format;
  return NULL;
}

bool quantity_is_whole(const struct quantity *quantity) {
  return quantity_wrapped(quantity, 1000000) % 1000 == 0;
}

int64_t quantity_wrapped(const struct quantity *quantity, int64_t unit) {
  quantity_amount size = quantity->nano < 0 ? -quantity->nano : quantity->nano;
  quantity_amount count = size / unit + (size % unit != 0);
  uint64_t bits;

  if (count > INT64_MAX && !quantity->wide)
    return 0;
  bits = (uint64_t)count; /* what is over wraps */
  return (int64_t)(quantity->nano < 0 ? 0 - bits : bits);
}

int64_t quantity_value(const struct quantity *quantity) {
  quantity_amount whole = quantity->nano / 1000000000;

  if (quantity->nano > 0 && quantity->nano % 1000000000 != 0)
    whole++;
  if (quantity->nano < 0 && quantity->nano % 1000000000 != 0)
    whole--;
  if (whole > INT64_MAX)
    return INT64_MAX;
  return whole < INT64_MIN ? INT64_MIN : (int64_t)whole;
}

void quantity_add(struct quantity *sum, const struct quantity *other) {
  if (sum->nano == 0)
    sum->format = other->format;
  if (__builtin_add_overflow(sum->nano, other->nano, &sum->nano))
    sum->nano = other->nano < 0 ? -AMOUNT_MAX : AMOUNT_MAX;
}

void quantity_multiply(struct quantity *quantity, uint64_t times) {
  bool is_negative = quantity->nano < 0;

  if (__builtin_mul_overflow(quantity->nano, (quantity_amount)times, &quantity->nano))
    quantity->nano = is_negative ? -AMOUNT_MAX : AMOUNT_MAX;
}

/* A whole number and what follows it. printf() knows no number that is that large. */
static void print_whole(quantity_amount number, const char *suffix, char text[QUANTITY_TEXT]) {
  char digits[QUANTITY_TEXT];
  size_t at = sizeof digits;
  bool negative = number < 0;

  digits[--at] = '\0';
  do {
    digits[--at] = (char)('0' + (int)(negative ? -(number % 10) : number % 10));
    number /= 10;
  } while (number != 0);
  if (negative)
    digits[--at] = '-';
  snprintf(text, QUANTITY_TEXT, "%s%s", digits + at, suffix);
}

void quantity_print(const struct quantity *quantity, char text[QUANTITY_TEXT]) {
  static const char *const binary_suffixes[] = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
  static const char *const decimal_suffixes[] = {"n", "u", "m", "", "k", "M", "G", "T", "P", "E"};
  const quantity_amount whole = 1000000000;
  quantity_amount number = quantity->nano;
  char exponent[16];
  size_t step = 0;

  if (quantity->format == QUANTITY_BINARY && number % whole == 0 &&
      (number >= 1024 * whole || number <= -1024 * whole)) {
    for (number /= whole; step < 6 && number % 1024 == 0; step++)
      number /= 1024;
    print_whole(number, binary_suffixes[step], text);
    return;
  }
  if (number == 0)
    step = 3;
  for (; number != 0 && step < 9 && number % 1000 == 0; step++)
    number /= 1000;
  if (quantity->format == QUANTITY_EXPONENT && step != 3) {
    (void)snprintf(exponent, sizeof exponent, "e%d", 3 * (int)step - 9);
    print_whole(number, exponent, text);
  } else {
    print_whole(number, decimal_suffixes[step], text);
  }
}

/* Whether the server keeps the text that it read: it does where its fast path takes the number
 * and finds nothing to shorten. */
static bool is_kept(const struct parts *parts) {
  const char *text = parts->decimal.text;
  size_t length = parts->decimal.length;
  long digits;
  long scale = parts->exponent - parts->decimal.places;
  int last = 0;

  while (length > 0 && *text == '0') {
    text++;
    length--;
  }
  digits = (long)length - (memchr(text, '.', length) != NULL);
  if (digits <= parts->decimal.places) /* 0 before the point, or nothing at all */
    return false;
  if (parts->base == 2) {
    for (; length > 0 && is_digit(*text); text++, length--)
      last = (last * 10 + (*text - '0')) % 8;
    return parts->decimal.places == 0 && digits + parts->exponent * 3 / 10 < 15 && last != 0;
  }
  if (digits > 18 || scale < -9 || scale % 3 != 0)
    return false;
  for (; length > 0; length--)
    if (text[length - 1] != '.' && (text[length - 1] != '0' || ++last == 3))
      break;
  return last < 3;
}

const char *quantity_show(const char *text, size_t length, const struct quantity *quantity,
                          char out[QUANTITY_TEXT]) {
  struct parts parts;
  bool kept = quantity->nano != 0 && split(text, length, &parts) == NULL && is_kept(&parts);

  if (kept && length < QUANTITY_TEXT && text[0] != ' ' && text[length - 1] != ' ')
    return text;
  quantity_print(quantity, out);
  return out;
}

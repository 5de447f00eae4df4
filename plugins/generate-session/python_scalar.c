/* SPDX-License-Identifier: Apache-2.0 */
#include "python_scalar.h"

#include <string.h>

#define DIGITS "0123456789"

/* The words of the YAML 1.1 types. PyYAML does not know y and n. */
static const struct {
  const char *text;
  enum python_scalar_type type;
} words[] = {
    {"", PYTHON_SCALAR_NULL},         {"~", PYTHON_SCALAR_NULL},
    {"null", PYTHON_SCALAR_NULL},     {"Null", PYTHON_SCALAR_NULL},
    {"NULL", PYTHON_SCALAR_NULL},     {"yes", PYTHON_SCALAR_BOOLEAN},
    {"Yes", PYTHON_SCALAR_BOOLEAN},   {"YES", PYTHON_SCALAR_BOOLEAN},
    {"no", PYTHON_SCALAR_BOOLEAN},    {"No", PYTHON_SCALAR_BOOLEAN},
    {"NO", PYTHON_SCALAR_BOOLEAN},    {"true", PYTHON_SCALAR_BOOLEAN},
    {"True", PYTHON_SCALAR_BOOLEAN},  {"TRUE", PYTHON_SCALAR_BOOLEAN},
    {"false", PYTHON_SCALAR_BOOLEAN}, {"False", PYTHON_SCALAR_BOOLEAN},
    {"FALSE", PYTHON_SCALAR_BOOLEAN}, {"on", PYTHON_SCALAR_BOOLEAN},
    {"On", PYTHON_SCALAR_BOOLEAN},    {"ON", PYTHON_SCALAR_BOOLEAN},
    {"off", PYTHON_SCALAR_BOOLEAN},   {"Off", PYTHON_SCALAR_BOOLEAN},
    {"OFF", PYTHON_SCALAR_BOOLEAN},   {".nan", PYTHON_SCALAR_FLOAT},
    {".NaN", PYTHON_SCALAR_FLOAT},    {".NAN", PYTHON_SCALAR_FLOAT},
    {".inf", PYTHON_SCALAR_FLOAT},    {".Inf", PYTHON_SCALAR_FLOAT},
    {".INF", PYTHON_SCALAR_FLOAT},    {"+.inf", PYTHON_SCALAR_FLOAT},
    {"+.Inf", PYTHON_SCALAR_FLOAT},   {"+.INF", PYTHON_SCALAR_FLOAT},
    {"-.inf", PYTHON_SCALAR_FLOAT},   {"-.Inf", PYTHON_SCALAR_FLOAT},
    {"-.INF", PYTHON_SCALAR_FLOAT},   {"<<", PYTHON_SCALAR_MERGE},
    {"=", PYTHON_SCALAR_VALUE},
};

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

static const char *after_sign(const char *text) {
  return *text == '+' || *text == '-' ? text + 1 : text;
}

/* Whether `text` is one character of `set` or more, and nothing else. */
static bool is_all(const char *text, const char *set) {
  return *text && text[strspn(text, set)] == '\0';
}

/* Steps over the parts ":59" of a number to the base of 60; NULL where there is none. */
static const char *after_sixties(const char *text) {
  const char *start = text;

  while (*text == ':' && is_digit(text[1])) {
    if (!is_digit(text[2]))
      text += 2;
    else if (text[1] <= '5')
      text += 3;
    else
      break;
  }
  return text == start ? NULL : text;
}

static bool is_integer(const char *text) {
  const char *end;

  text = after_sign(text);
  if (*text == '0') {
    if (text[1] == '\0')
      return true;
    if (text[1] == 'b')
      return is_all(text + 2, "01_");
    if (text[1] == 'x')
      return is_all(text + 2, DIGITS "abcdefABCDEF_");
    return is_all(text + 1, "01234567_");
  }
  if (!is_digit(*text))
    return false;
  text += strspn(text, DIGITS "_");
  if (*text == '\0')
    return true;
  end = after_sixties(text);
  return end && *end == '\0';
}

/* An exponent needs its sign in YAML 1.1. */
static bool is_exponent_or_end(const char *text) {
  if (*text == '\0')
    return true;
  return (*text == 'e' || *text == 'E') && (text[1] == '+' || text[1] == '-') &&
         is_all(text + 2, DIGITS);
}

static bool is_float(const char *text) {
  const char *end;

  if (*text == '.')
    return is_digit(text[1]) && is_exponent_or_end(text + 1 + strspn(text + 1, DIGITS "_"));
  text = after_sign(text);
  if (!is_digit(*text))
    return false;
  text += strspn(text, DIGITS "_");
  if (*text == '.')
    return is_exponent_or_end(text + 1 + strspn(text + 1, DIGITS "_"));
  end = after_sixties(text);
  return end && *end == '.' && end[1 + strspn(end + 1, DIGITS "_")] == '\0';
}

/* Steps over `least` to `most` digits; NULL where there are fewer, or where `text` is NULL. */
static const char *after_digits(const char *text, size_t least, size_t most) {
  size_t count = 0;

  if (!text)
    return NULL;
  while (count < most && is_digit(text[count]))
    count++;
  return count < least ? NULL : text + count;
}

static const char *after_char(const char *text, char c) {
  return text && *text == c ? text + 1 : NULL;
}

/* "Z", "+9", "-09:30", with blanks before, or nothing. */
static bool is_zone_or_end(const char *text) {
  const char *end;

  if (*text == '\0')
    return true;
  text += strspn(text, " \t");
  if (*text == 'Z')
    return text[1] == '\0';
  if (*text != '+' && *text != '-')
    return false;
  text = after_digits(text + 1, 1, 2);
  if (text && *text == ':')
    text++;
  else if (text && *text == '\0')
    return true;
  end = after_digits(text, 2, 2);
  return end && *end == '\0';
}

static bool is_timestamp(const char *text) {
  const char *month = after_char(after_digits(text, 4, 4), '-');
  const char *day = after_char(after_digits(month, 1, 2), '-');
  const char *end = after_digits(day, 1, 2);

  if (!end)
    return false;
  if (*end == '\0')
    return day - month == 3 && end - day == 2;
  if (*end == 'T' || *end == 't')
    end++;
  else if (*end == ' ' || *end == '\t')
    end += strspn(end, " \t");
  else
    return false;
  end = after_char(after_digits(end, 1, 2), ':');
  end = after_char(after_digits(end, 2, 2), ':');
  end = after_digits(end, 2, 2);
  if (!end)
    return false;
  if (*end == '.')
    end += 1 + strspn(end + 1, DIGITS);
  return is_zone_or_end(end);
}

enum python_scalar_type python_scalar_resolve(const char *text) {
  for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
    if (strcmp(text, words[i].text) == 0)
      return words[i].type;
  if (is_integer(text))
    return PYTHON_SCALAR_INTEGER;
  if (is_float(text))
    return PYTHON_SCALAR_FLOAT;
  return is_timestamp(text) ? PYTHON_SCALAR_TIMESTAMP : PYTHON_SCALAR_STRING;
}

enum python_scalar_type python_scalar_type(const struct hg_node *node) {
  if (node->tag)
    return strcmp(node->tag, "tag:yaml.org,2002:str") == 0 ? PYTHON_SCALAR_STRING
                                                           : PYTHON_SCALAR_TAGGED;
  return node->style == HG_STYLE_PLAIN ? python_scalar_resolve(node->text) : PYTHON_SCALAR_STRING;
}

const char *python_scalar_type_name(enum python_scalar_type type) {
  static const char *const names[] = {
      [PYTHON_SCALAR_STRING] = "text",           [PYTHON_SCALAR_NULL] = "empty",
      [PYTHON_SCALAR_BOOLEAN] = "a boolean",     [PYTHON_SCALAR_INTEGER] = "a number",
      [PYTHON_SCALAR_FLOAT] = "a number",        [PYTHON_SCALAR_TIMESTAMP] = "a date",
      [PYTHON_SCALAR_MERGE] = "a merge key",     [PYTHON_SCALAR_VALUE] = "a default value",
      [PYTHON_SCALAR_TAGGED] = "a tagged value",
  };

  return names[type];
}

bool python_scalar_is_decimal(const char *text) {
  text = after_sign(text);
  if (*text == '0')
    return text[1] == '\0';
  return is_all(text, DIGITS "_");
}

static int digit_value(char c) {
  if (is_digit(c))
    return c - '0';
  return (c | 0x20) - 'a' + 10;
}

/* Reads digits to `base` up to the end or a colon into *value, with `sign` (1 or -1) on each digit
 * so that the smallest int64_t can be read too. */
static int read_digits(const char **text, int base, int sign, int64_t *value) {
  int digits = 0;

  *value = 0;
  for (; **text && **text != ':'; ++*text) {
    if (**text == '_')
      continue;
    if (__builtin_mul_overflow(*value, base, value) ||
        __builtin_add_overflow(*value, sign * digit_value(**text), value))
      return -1;
    digits++;
  }
  return digits > 0 ? 0 : -1;
}

int python_scalar_integer(const char *text, int64_t *value) {
  int sign = *text == '-' ? -1 : 1;
  int64_t part;
  int base = 10;

  text = after_sign(text);
  if (*text == '0' && text[1] != '\0') {
    base = text[1] == 'b' ? 2 : text[1] == 'x' ? 16 : 8;
    if (base != 8)
      text += 2;
  }
  if (read_digits(&text, base, sign, value) != 0)
    return -1;
  while (*text == ':') {
    text++;
    if (read_digits(&text, 10, sign, &part) != 0 || __builtin_mul_overflow(*value, 60, value) ||
        __builtin_add_overflow(*value, part, value))
      return -1;
  }
  return 0;
}

int python_scalar_float(const char *text, char canonical[PYTHON_SCALAR_FLOAT_SIZE]) {
  const char *exponent = strpbrk(text, "eE");
  size_t length = 0;

  /* Letters other than the exponent's belong to .inf and .nan. */
  if (text[strspn(text, "+-_.eE" DIGITS)] != '\0')
    return -1;
  if (exponent && strlen(exponent) > strlen("e+99"))
    return -1;
  for (; *text; text++) {
    if (*text == '_')
      continue;
    if (length == PYTHON_SCALAR_FLOAT_SIZE - 1)
      return -1;
    canonical[length++] = *text;
  }
  canonical[length] = '\0';
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/go_scalar.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What a plain scalar may be by its first byte; 0: nothing but text. */
enum { HINT_WORD = 1, HINT_NUMBER = 2, HINT_POINT = 3 };

static const uint8_t hints[256] = {
    ['+'] = HINT_NUMBER, ['-'] = HINT_NUMBER, ['0'] = HINT_NUMBER, ['1'] = HINT_NUMBER,
    ['2'] = HINT_NUMBER, ['3'] = HINT_NUMBER, ['4'] = HINT_NUMBER, ['5'] = HINT_NUMBER,
    ['6'] = HINT_NUMBER, ['7'] = HINT_NUMBER, ['8'] = HINT_NUMBER, ['9'] = HINT_NUMBER,
    ['.'] = HINT_POINT,  ['~'] = HINT_WORD,   ['y'] = HINT_WORD,   ['Y'] = HINT_WORD,
    ['n'] = HINT_WORD,   ['N'] = HINT_WORD,   ['t'] = HINT_WORD,   ['T'] = HINT_WORD,
    ['f'] = HINT_WORD,   ['F'] = HINT_WORD,   ['o'] = HINT_WORD,   ['O'] = HINT_WORD,
};

enum word { WORD_NULL, WORD_TRUE, WORD_FALSE, WORD_NAN, WORD_INFINITY, WORD_MINUS_INFINITY };

/* Words by what they start with, a capital like its small letter; an empty text ends the row. */
struct word_form {
  char text[6];
  uint8_t length;
  uint8_t word; /* enum word */
};

enum { MOST_FORMS = 9 };

#define FORM(text, word)                                                                           \
  { text, sizeof(text) - 1, word }

static const struct word_form tilde_forms[MOST_FORMS] = {FORM("~", WORD_NULL)};
static const struct word_form y_forms[MOST_FORMS] = {FORM("y", WORD_TRUE), FORM("Y", WORD_TRUE),
                                                     FORM("yes", WORD_TRUE), FORM("Yes", WORD_TRUE),
                                                     FORM("YES", WORD_TRUE)};
static const struct word_form n_forms[MOST_FORMS] = {
    FORM("n", WORD_FALSE),   FORM("N", WORD_FALSE),  FORM("no", WORD_FALSE),
    FORM("No", WORD_FALSE),  FORM("NO", WORD_FALSE), FORM("null", WORD_NULL),
    FORM("Null", WORD_NULL), FORM("NULL", WORD_NULL)};
static const struct word_form t_forms[MOST_FORMS] = {
    FORM("true", WORD_TRUE), FORM("True", WORD_TRUE), FORM("TRUE", WORD_TRUE)};
static const struct word_form f_forms[MOST_FORMS] = {
    FORM("false", WORD_FALSE), FORM("False", WORD_FALSE), FORM("FALSE", WORD_FALSE)};
static const struct word_form o_forms[MOST_FORMS] = {
    FORM("on", WORD_TRUE),   FORM("On", WORD_TRUE),   FORM("ON", WORD_TRUE),
    FORM("off", WORD_FALSE), FORM("Off", WORD_FALSE), FORM("OFF", WORD_FALSE)};
static const struct word_form point_forms[MOST_FORMS] = {
    FORM(".nan", WORD_NAN),      FORM(".NaN", WORD_NAN),      FORM(".NAN", WORD_NAN),
    FORM(".inf", WORD_INFINITY), FORM(".Inf", WORD_INFINITY), FORM(".INF", WORD_INFINITY)};
static const struct word_form sign_forms[MOST_FORMS] = {
    FORM("+.inf", WORD_INFINITY),       FORM("+.Inf", WORD_INFINITY),
    FORM("+.INF", WORD_INFINITY),       FORM("-.inf", WORD_MINUS_INFINITY),
    FORM("-.Inf", WORD_MINUS_INFINITY), FORM("-.INF", WORD_MINUS_INFINITY)};

static const struct word_form *forms_of(char first) {
  switch (first) {
  case '~':
    return tilde_forms;
  case '.':
    return point_forms;
  case '+':
  case '-':
    return sign_forms;
  case 'y':
  case 'Y':
    return y_forms;
  case 'n':
  case 'N':
    return n_forms;
  case 't':
  case 'T':
    return t_forms;
  case 'f':
  case 'F':
    return f_forms;
  case 'o':
  case 'O':
    return o_forms;
  default:
    return NULL;
  }
}

enum { LONGEST_WORD = 5, LONGEST_NUMBER = 1000 };

static bool resolve_word(const char *text, size_t length, struct scalar *scalar) {
  const struct word_form *form;

  if (length == 0) {
    scalar->kind = SCALAR_NULL;
    return true;
  }
  if (length > LONGEST_WORD)
    return false;
  for (form = forms_of(text[0]); form && form->length; form++) {
    if (form->length != length || (length > 1 && form->text[1] != text[1]) ||
        memcmp(form->text, text, length) != 0)
      continue;
    switch ((enum word)form->word) {
    case WORD_NULL:
      scalar->kind = SCALAR_NULL;
      break;
    case WORD_TRUE:
    case WORD_FALSE:
      scalar->kind = SCALAR_BOOL;
      scalar->boolean = form->word == WORD_TRUE;
      break;
    case WORD_NAN:
      scalar->kind = SCALAR_FLOAT;
      scalar->number = (double)NAN;
      break;
    case WORD_INFINITY:
    case WORD_MINUS_INFINITY:
      scalar->kind = SCALAR_FLOAT;
      scalar->number = form->word == WORD_INFINITY ? (double)INFINITY : -(double)INFINITY;
      break;
    }
    return true;
  }
  return false;
}

/* Go's integer syntax with a base prefix: 0x, 0b, 0o, or 0 for octal. */
static bool resolve_integer(const char *text, struct scalar *scalar) {
  bool negative = *text == '-';
  unsigned base = 10;
  uint64_t value = 0;

  if (*text == '-' || *text == '+')
    text++;
  if (text[0] == '0' && text[1] != '\0') {
    char kind = (char)(text[1] | 0x20);

    base = kind == 'x' ? 16 : kind == 'b' ? 2 : 8;
    text += kind == 'x' || kind == 'b' || kind == 'o' ? 2 : 1;
  }
  if (*text == '\0')
    return false;
  for (; *text; text++) {
    unsigned digit = 99;

    if (*text >= '0' && *text <= '9')
      digit = (unsigned)(*text - '0');
    else if ((*text | 0x20) >= 'a' && (*text | 0x20) <= 'f')
      digit = (unsigned)((*text | 0x20) - 'a') + 10;
    if (digit >= base || value > (UINT64_MAX - digit) / base)
      return false;
    value = value * base + digit;
  }
  if (negative) {
    if (value > (uint64_t)INT64_MAX + 1)
      return false;
    scalar->kind = SCALAR_INT;
    scalar->integer = value == 0 ? 0 : -(int64_t)(value - 1) - 1;
  } else if (value <= (uint64_t)INT64_MAX) {
    scalar->kind = SCALAR_INT;
    scalar->integer = (int64_t)value;
  } else {
    scalar->kind = SCALAR_UINT;
    scalar->big = value;
  }
  return true;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool looks_like_float(const char *text) {
  size_t before;
  size_t after = 0;

  if (*text == '-' || *text == '+')
    text++;
  before = strspn(text, "0123456789");
  text += before;
  if (*text == '.') {
    text++;
    after = strspn(text, "0123456789");
    text += after;
  }
  if (before + after == 0)
    return false;
  if (*text == 'e' || *text == 'E') {
    size_t digits;

    text++;
    if (*text == '-' || *text == '+')
      text++;
    digits = strspn(text, "0123456789");
    if (digits == 0)
      return false;
    text += digits;
  }
  return *text == '\0';
}

static bool resolve_float(const char *text, struct scalar *scalar) {
  double number;

  if (!looks_like_float(text))
    return false;
  number = strtod(text, NULL);
  if (isinf(number)) /* Go calls it out of range, so it stays text */
    return false;
  scalar->kind = SCALAR_FLOAT;
  scalar->number = number;
  return true;
}

static bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

/* Underscores are passed over, behind a point at the start only between digits (strconv). */
static void resolve_number(const char *text, size_t length, unsigned hint, struct scalar *scalar) {
  char plain[LONGEST_NUMBER + 1];
  size_t used = 0;

  for (size_t i = 0; i < length; i++) {
    if (text[i] == '\0')
      return;
    if (text[i] != '_')
      plain[used++] = text[i];
    else if (hint == HINT_POINT &&
             !(is_digit(text[i - 1]) && i + 1 < length && is_digit(text[i + 1])))
      return;
  }
  plain[used] = '\0';
  if (used == 0 || (hint == HINT_NUMBER && resolve_integer(plain, scalar)))
    return;
  (void)resolve_float(plain, scalar);
}

/* Sets scalar->kind to what the text is, whatever the tag. */
static void resolve_text(const char *text, size_t length, struct scalar *scalar) {
  unsigned hint = length > 0 ? hints[(unsigned char)text[0]] : HINT_WORD;

  scalar->kind = SCALAR_STRING;
  if (hint != 0 && !resolve_word(text, length, scalar) && hint != HINT_WORD &&
      length <= LONGEST_NUMBER)
    resolve_number(text, length, hint, scalar);
}

/* Whether it is -x or --option: no number is. */
static bool is_option(const struct hg_node *node) {
  return node->text[0] == '-' && node->length > 1 &&
         (node->text[1] == '-' || (node->text[1] >= 'a' && node->text[1] <= 'z'));
}

bool scalar_is_plainly_string(const struct hg_node *node) {
  unsigned hint;

  if (node->tag)
    return false;
  if (node->style != HG_STYLE_PLAIN)
    return true;
  if (node->length == 0)
    return false;
  hint = hints[(unsigned char)node->text[0]];
  return hint == 0 || (hint == HINT_WORD && node->length > LONGEST_WORD) || is_option(node);
}

static bool is_date(const char *text, size_t length) {
  return length >= 8 && strspn(text, "0123456789") == 4 && text[4] == '-';
}

/* What an explicit tag makes of the text. */
static void resolve_tagged(const char *tag, const struct hg_node *node, struct scalar *scalar) {
  bool fits;

  if (strcmp(tag, "str") == 0) {
    scalar->kind = SCALAR_STRING;
    return;
  }
  if (strcmp(tag, "binary") == 0) {
    scalar->kind = SCALAR_BINARY;
    return;
  }
  if (strcmp(tag, "timestamp") == 0) {
    scalar->kind = is_date(node->text, node->length) ? SCALAR_STRING : SCALAR_MISTAGGED;
    return;
  }
  resolve_text(node->text, node->length, scalar);
  if (strcmp(tag, "int") == 0)
    fits = scalar->kind == SCALAR_INT || scalar->kind == SCALAR_UINT;
  else if (strcmp(tag, "bool") == 0)
    fits = scalar->kind == SCALAR_BOOL;
  else if (strcmp(tag, "null") == 0)
    fits = scalar->kind == SCALAR_NULL;
  else if (strcmp(tag, "float") == 0) {
    if (scalar->kind == SCALAR_INT) {
      scalar->kind = SCALAR_FLOAT;
      scalar->number = (double)scalar->integer;
    }
    fits = scalar->kind == SCALAR_FLOAT;
  } else {
    scalar->kind = SCALAR_STRING; /* a tag that nobody knows: the text as it is */
    return;
  }
  if (!fits)
    scalar->kind = SCALAR_MISTAGGED;
}

void scalar_resolve(const struct hg_node *node, struct scalar *scalar) {
  static const char yaml_tag[] = "tag:yaml.org,2002:";

  memset(scalar, 0, sizeof *scalar);
  if (node->tag) {
    if (strncmp(node->tag, yaml_tag, sizeof yaml_tag - 1) == 0)
      resolve_tagged(node->tag + sizeof yaml_tag - 1, node, scalar);
    else
      scalar->kind = SCALAR_STRING;
  } else if (node->style == HG_STYLE_PLAIN) {
    resolve_text(node->text, node->length, scalar);
  } else {
    scalar->kind = SCALAR_STRING;
  }
}

const char *node_json_type(const struct hg_node *node) {
  struct scalar scalar;

  if (node->kind == HG_NODE_SEQUENCE)
    return "array";
  if (node->kind == HG_NODE_MAPPING)
    return "object";
  scalar_resolve(node, &scalar);
  switch (scalar.kind) {
  case SCALAR_NULL:
    return "null";
  case SCALAR_BOOL:
    return "bool";
  case SCALAR_INT:
  case SCALAR_UINT:
  case SCALAR_FLOAT:
    return "number";
  default:
    return "string";
  }
}

bool node_is_null(const struct hg_node *node) {
  struct scalar scalar;

  if (node->kind != HG_NODE_SCALAR || scalar_is_plainly_string(node))
    return false;
  scalar_resolve(node, &scalar);
  return scalar.kind == SCALAR_NULL;
}

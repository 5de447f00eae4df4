/* SPDX-License-Identifier: Apache-2.0 */
#include "job/label_selector.h"

#include "memory/no_memory.h"

#include <stdlib.h>
#include <string.h>

enum label_operator { IS_IN, IS_NOT_IN, EXISTS, EXISTS_NOT, IS_GREATER, IS_LESS };

struct label_value {
  const struct label_value *next;
  const char *text;
};

struct label_requirement {
  const struct label_requirement *next;
  const char *key;
  enum label_operator how;
  const struct label_value *values;
};

struct parser {
  const char *text; /* all of it, for messages */
  const char *at;
  struct arena *arena;
  struct hg_error *err;
};

static int32_t refuse(const struct parser *parser, const char *what) {
  return hg_error_set(parser->err, HG_ERROR_INVALID,
                      "label selector '%.480s', at character %zu: %s", parser->text,
                      (size_t)(parser->at - parser->text) + 1, what);
}

static void skip_blanks(struct parser *parser) {
  parser->at += strspn(parser->at, " \t\r\n");
}

/* A word of what is neither a blank nor means something; may be empty. */
static int32_t take_word(struct parser *parser, const char **word) {
  size_t length;

  skip_blanks(parser);
  length = strcspn(parser->at, " \t\r\n=!(),<>");
  *word = arena_copy(parser->arena, parser->at, length);
  parser->at += length;
  return *word ? 0 : no_memory(parser->err);
}

static bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Letters, digits, '-', '_', '.', at most 63, the first and last a letter or digit. */
static bool is_name(const char *text, size_t length) {
  if (length == 0 || length > 63 || !is_alphanumeric(text[0]) || !is_alphanumeric(text[length - 1]))
    return false;
  for (size_t i = 0; i < length; i++)
    if (!is_alphanumeric(text[i]) && !strchr("-_.", text[i]))
      return false;
  return true;
}

/* A DNS name: lower-case labels with points between them. */
static bool is_prefix(const char *text, size_t length) {
  bool may_end = false;

  if (length > 253)
    return false;
  for (size_t i = 0; i < length; i++) {
    bool is_plain = is_alphanumeric(text[i]) && !(text[i] >= 'A' && text[i] <= 'Z');

    if (!is_plain && !(may_end && text[i] == '.') &&
        !(i > 0 && text[i - 1] != '.' && text[i] == '-'))
      return false;
    may_end = is_plain;
  }
  return may_end;
}

static bool is_key(const char *key) {
  const char *slash = strchr(key, '/');

  return (!slash || is_prefix(key, (size_t)(slash - key))) &&
         is_name(slash ? slash + 1 : key, strlen(slash ? slash + 1 : key));
}

static int32_t add_value(struct parser *parser, struct label_requirement *made) {
  struct label_value *value = arena_alloc(parser->arena, sizeof *value);

  if (!value)
    return no_memory(parser->err);
  if (take_word(parser, &value->text) < 0)
    return -1;
  if (*value->text && !is_name(value->text, strlen(value->text)))
    return refuse(parser, "no label has such a value");
  value->next = made->values;
  made->values = value;
  return 0;
}

/* "(a,b)" behind in and notin. */
static int32_t take_set(struct parser *parser, struct label_requirement *made) {
  skip_blanks(parser);
  if (*parser->at != '(')
    return refuse(parser, "in and notin need values in brackets");
  do {
    parser->at++;
    if (add_value(parser, made) < 0)
      return -1;
    skip_blanks(parser);
  } while (*parser->at == ',');
  if (*parser->at != ')')
    return refuse(parser, "a ',' or ')' is missing");
  parser->at++;
  return 0;
}

static bool is_number(const char *text) {
  size_t digits = strspn(text, "0123456789");

  return digits > 0 && digits < 19 && !text[digits];
}

/* What follows a key. */
static int32_t take_condition(struct parser *parser, struct label_requirement *made) {
  const char *word;

  skip_blanks(parser);
  made->how = EXISTS;
  if (!*parser->at || *parser->at == ',')
    return 0;
  if (*parser->at == '=' || (*parser->at == '!' && parser->at[1] == '=')) {
    made->how = *parser->at == '=' ? IS_IN : IS_NOT_IN;
    parser->at += parser->at[1] == '=' ? 2 : 1;
    return add_value(parser, made);
  }
  if (*parser->at == '<' || *parser->at == '>') {
    made->how = *parser->at == '>' ? IS_GREATER : IS_LESS;
    parser->at++;
    if (add_value(parser, made) < 0)
      return -1;
    return is_number(made->values->text) ? 0 : refuse(parser, "< and > need a whole number");
  }
  if (take_word(parser, &word) < 0)
    return -1;
  made->how = strcmp(word, "in") == 0 ? IS_IN : IS_NOT_IN;
  if (strcmp(word, "in") == 0 || strcmp(word, "notin") == 0)
    return take_set(parser, made);
  return refuse(parser, "expected one of =, ==, !=, in, notin, <, >");
}

static int32_t take_requirement(struct parser *parser, struct label_requirement *made) {
  bool is_absent;

  memset(made, 0, sizeof *made);
  skip_blanks(parser);
  is_absent = *parser->at == '!';
  parser->at += is_absent;
  if (take_word(parser, &made->key) < 0)
    return -1;
  if (!is_key(made->key))
    return refuse(parser,
                  *made->key ? "no label has such a name" : "the name of a label is missing");
  if (is_absent) {
    made->how = EXISTS_NOT;
    return 0;
  }
  return take_condition(parser, made);
}

int32_t label_selector_parse(struct label_selector *selector, const char *text, struct arena *arena,
                             struct hg_error *err) {
  struct parser parser = {text, text, arena, err};
  const struct label_requirement **end = &selector->first;

  selector->first = NULL;
  skip_blanks(&parser);
  while (*parser.at) {
    struct label_requirement *made = arena_alloc(arena, sizeof *made);

    if (!made)
      return no_memory(err);
    if (take_requirement(&parser, made) < 0)
      return -1;
    *end = made;
    end = &made->next;
    skip_blanks(&parser);
    if (!*parser.at)
      break;
    if (*parser.at != ',')
      return refuse(&parser, "expected ',' or the end");
    parser.at++;
    skip_blanks(&parser);
    if (!*parser.at)
      return refuse(&parser, "the name of a label is missing");
  }
  return 0;
}

static bool holds(const struct label_requirement *requirement, const char *value) {
  bool is_among = false;

  for (const struct label_value *one = requirement->values; one && value; one = one->next)
    is_among = is_among || strcmp(one->text, value) == 0;
  switch (requirement->how) {
  case IS_IN:
    return is_among;
  case IS_NOT_IN:
    return !is_among;
  case EXISTS:
    return value != NULL;
  case EXISTS_NOT:
    return value == NULL;
  default:
    if (!value || !is_number(value))
      return false;
    return requirement->how == IS_GREATER ? atoll(value) > atoll(requirement->values->text)
                                          : atoll(value) < atoll(requirement->values->text);
  }
}

bool label_selector_takes(const struct label_selector *selector, const struct hg_node *object) {
  const struct hg_node *labels = hg_node_get(hg_node_get(object, "metadata"), "labels");

  for (const struct label_requirement *one = selector->first; one; one = one->next) {
    const struct hg_node *label = hg_node_get(labels, one->key);

    if (!holds(one, label && label->kind == HG_NODE_SCALAR ? label->text : NULL))
      return false;
  }
  return true;
}

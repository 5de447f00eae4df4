/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_problem.h"

#include "yaml/yaml_text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* What libyaml says in a way that its author may not understand, and what to say instead. `next` is
 * the character at the place, 0: any. The first row that fits counts. */
static const struct {
  const char *problem;
  char next;
  const char *words;
} rewordings[] = {
    {"found character that cannot start any token", '\t',
     "a tab stands where only spaces may indent"},
    {"found character that cannot start any token", '@',
     "no value can start with @; put it in quotes"},
    {"found character that cannot start any token", '`',
     "no value can start with `; put it in quotes"},
    {"found character that cannot start any token", '%',
     "no value can start with %; put it in quotes"},
    {"found character that cannot start any token", 0, "no value can start with this character"},
    {"mapping values are not allowed in this context", 0,
     "a key is not allowed here: wrong indentation, or a value with \": \" that needs quotes"},
    {"did not find expected <document start>", 0, "expected a line with --- before this"},
    {"could not find expected ':'", 0, "this line should be a key with \":\" after it"},
    {"did not find expected key", 0, "expected a key: wrong indentation, or a quote too many"},
    {"found unexpected end of stream", 0, "the text ends too early"},
};

/* The context that says nothing. */
#define NO_CONTEXT "while scanning for the next token"

static uint32_t one_based(size_t n) {
  return n < UINT32_MAX ? (uint32_t)n + 1 : UINT32_MAX;
}

__attribute__((format(printf, 5, 0))) static int32_t set_words(struct yaml_problem *problem,
                                                               const char *rule, uint32_t line,
                                                               uint32_t column, const char *format,
                                                               va_list args) {
  problem->rule = rule;
  problem->line = line;
  problem->column = column;
  problem->is_of_file = strcmp(rule, YAML_RULE_ENCODING) == 0;
  (void)vsnprintf(problem->message, sizeof problem->message, format, args);
  return -1;
}

int32_t yaml_problem_set(struct yaml_problem *problem, const char *rule, uint32_t line,
                         uint32_t column, const char *format, ...) {
  va_list args;

  va_start(args, format);
  (void)set_words(problem, rule, line, column, format, args);
  va_end(args);
  return -1;
}

int32_t yaml_problem_at(struct yaml_problem *problem, const char *rule, const yaml_mark_t *mark,
                        const char *format, ...) {
  va_list args;

  va_start(args, format);
  (void)set_words(problem, rule, one_based(mark->line), one_based(mark->column), format, args);
  va_end(args);
  return -1;
}

int32_t yaml_problem_no_memory(struct yaml_problem *problem) {
  return yaml_problem_set(problem, YAML_RULE_NO_MEMORY, 0, 0, "out of memory");
}

static const char *reword(const char *words, char next) {
  for (size_t i = 0; i < sizeof rewordings / sizeof rewordings[0]; i++)
    if (strcmp(words, rewordings[i].problem) == 0 &&
        (!rewordings[i].next || rewordings[i].next == next))
      return rewordings[i].words;
  return words;
}

int32_t yaml_problem_of_parser(struct yaml_problem *problem, const yaml_parser_t *parser,
                               const char *bytes, uint64_t length) {
  const yaml_mark_t *mark = &parser->problem_mark;
  const char *words = parser->problem ? parser->problem : "the text is not YAML";
  const char *context = parser->context;
  uint32_t line;
  uint32_t column;
  uint64_t at;

  if (parser->error == YAML_MEMORY_ERROR)
    return yaml_problem_no_memory(problem);
  if (parser->error == YAML_READER_ERROR) {
    yaml_text_position(bytes, length, parser->problem_offset, &line, &column);
    return yaml_problem_set(problem, YAML_RULE_ENCODING, line, column, "%s", words);
  }

  at = yaml_text_advance(bytes, length, yaml_text_mark(bytes, length), mark->index);
  words = reword(words, at < length ? bytes[at] : '\0');
  line = one_based(mark->line);
  column = one_based(mark->column);
  /* libyaml puts the end of a text on a line of its own. */
  if (at == length)
    yaml_text_position(bytes, length, length, &line, &column);
  if (!context || strcmp(context, NO_CONTEXT) == 0)
    return yaml_problem_set(problem, YAML_RULE_SYNTAX, line, column, "%s", words);
  if (parser->context_mark.line == mark->line)
    return yaml_problem_set(problem, YAML_RULE_SYNTAX, line, column, "%s (%s)", words, context);
  return yaml_problem_set(problem, YAML_RULE_SYNTAX, line, column, "%s (%s that starts at line %u)",
                          words, context, (unsigned)one_based(parser->context_mark.line));
}

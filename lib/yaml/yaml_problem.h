/* SPDX-License-Identifier: Apache-2.0 */
/* Why a YAML text could not be read, in words for its author. */
#ifndef LIB_YAML_YAML_PROBLEM_H
#define LIB_YAML_YAML_PROBLEM_H

#include "yaml/yaml_tree.h"

#include <yaml.h>

/* Values of yaml_problem.rule. */
#define YAML_RULE_SYNTAX "yaml-syntax"
#define YAML_RULE_JSON "json-syntax"
#define YAML_RULE_KUBECTL "kubectl-stream"
#define YAML_RULE_LIMIT "yaml-limit"
#define YAML_RULE_ENCODING "yaml-encoding"
#define YAML_RULE_NO_MEMORY "no-memory"

/* Fills *problem in; a message that does not fit is cut. `line` and `column` are 1-based. Always
 * returns -1. */
__attribute__((format(printf, 5, 6))) int32_t yaml_problem_set(struct yaml_problem *problem,
                                                               const char *rule, uint32_t line,
                                                               uint32_t column, const char *format,
                                                               ...);

/* The same, at a place that libyaml names. */
__attribute__((format(printf, 4, 5))) int32_t yaml_problem_at(struct yaml_problem *problem,
                                                              const char *rule,
                                                              const yaml_mark_t *mark,
                                                              const char *format, ...);

/* No memory. */
int32_t yaml_problem_no_memory(struct yaml_problem *problem);

/* What made yaml_parser_parse fail. `bytes` is the text that the parser was given. */
int32_t yaml_problem_of_parser(struct yaml_problem *problem, const yaml_parser_t *parser,
                               const char *bytes, uint64_t length);

#endif

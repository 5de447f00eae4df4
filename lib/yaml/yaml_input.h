/* SPDX-License-Identifier: Apache-2.0 */
/* A text as libyaml takes it in: it decodes all that it is given at once. */
#ifndef LIB_YAML_YAML_INPUT_H
#define LIB_YAML_YAML_INPUT_H

#include <stdbool.h>
#include <stdint.h>
#include <yaml.h>

struct yaml_input {
  const char *text;
  uint64_t length; /* bytes that libyaml does not have yet */
  bool is_set_often;
};

/* Sets the parser, which is new, on the text; the input outlives it. `is_set_often`: it will be
 * again, for each escape, and gets little at a time. */
void yaml_input_set(struct yaml_input *input, yaml_parser_t *parser, const char *text,
                    uint64_t length, bool is_set_often);

#endif

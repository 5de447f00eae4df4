/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_input.h"

#include <string.h>

enum { LITTLE = 512 /* bytes */ };

static int give(void *context, unsigned char *buffer, size_t size, size_t *given) {
  struct yaml_input *input = context;

  if (input->is_set_often && size > LITTLE)
    size = LITTLE;
  *given = input->length < size ? (size_t)input->length : size;
  memcpy(buffer, input->text, *given);
  input->text += *given;
  input->length -= *given;
  return 1;
}

void yaml_input_set(struct yaml_input *input, yaml_parser_t *parser, const char *text,
                    uint64_t length, bool is_set_often) {
  *input = (struct yaml_input){text, length, is_set_often};
  yaml_parser_set_input(parser, give, input);
}

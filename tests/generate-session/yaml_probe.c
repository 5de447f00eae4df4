/* SPDX-License-Identifier: Apache-2.0 */
/* Shows what the generator makes of scalars, for a test that compares with PyYAML.
 *
 * Reads texts from standard input, each ended by a NUL.
 *
 *   yaml-probe resolve   writes the type of each, and the value where it is an integer
 *   yaml-probe quote     writes them as a YAML list, and, where short enough, as keys */
#include "generate/yaml_quote.h"
#include "python_scalar.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No key of the generator's is longer, and no reader takes more than 1,024 characters. */
enum { LONGEST_KEY = 317 };

static void resolve(const char *text) {
  static const char *const names[] = {
      [PYTHON_SCALAR_STRING] = "str",    [PYTHON_SCALAR_NULL] = "null",
      [PYTHON_SCALAR_BOOLEAN] = "bool",  [PYTHON_SCALAR_INTEGER] = "int",
      [PYTHON_SCALAR_FLOAT] = "float",   [PYTHON_SCALAR_TIMESTAMP] = "timestamp",
      [PYTHON_SCALAR_MERGE] = "merge",   [PYTHON_SCALAR_VALUE] = "value",
      [PYTHON_SCALAR_TAGGED] = "tagged",
  };
  enum python_scalar_type type = python_scalar_resolve(text);
  int64_t value;

  (void)printf("%s", names[type]);
  if (type == PYTHON_SCALAR_INTEGER && python_scalar_integer(text, &value) == 0)
    (void)printf(" %" PRId64, value);
  (void)putchar('\n');
}

static void quote(struct text_buffer *list, struct text_buffer *mapping, const char *text) {
  text_buffer_append_string(list, "    - ");
  yaml_quote_append(list, text, strlen(text));
  text_buffer_append_char(list, '\n');
  if (strlen(text) > LONGEST_KEY)
    return;
  text_buffer_append_string(mapping, "    - ");
  yaml_quote_append(mapping, text, strlen(text));
  text_buffer_append_string(mapping, ": ");
  yaml_quote_append(mapping, text, strlen(text));
  text_buffer_append_char(mapping, '\n');
}

int main(int argc, char **argv) {
  struct text_buffer list;
  struct text_buffer mapping;
  char *text = NULL;
  size_t size = 0;
  const int quoting = argc == 2 && strcmp(argv[1], "quote") == 0;

  text_buffer_init(&list);
  text_buffer_init(&mapping);
  while (getdelim(&text, &size, '\0', stdin) > 0) {
    if (quoting)
      quote(&list, &mapping, text);
    else
      resolve(text);
  }
  if (quoting)
    (void)printf("texts:\n%skeys:\n%s", text_buffer_string(&list), text_buffer_string(&mapping));
  text_buffer_finish(&list);
  text_buffer_finish(&mapping);
  free(text);
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Shows what the generator makes of scalars, for a test that compares with PyYAML.
 *
 * Reads texts from standard input, each ended by a NUL.
 *
 *   yaml-probe resolve   writes the type of each, and the value where it is an integer
 *   yaml-probe quote     writes them as a YAML list, and, where short enough, as keys */
#include "python_scalar.h"
#include "yaml_quote.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* No key of the generator's is longer, and no reader takes more than 1,024 characters. */
enum { LONGEST_KEY = 317 };

static void resolve(const char *text) {
  static const char *const names[] = {
      [YAML_SCALAR_STRING] = "str",    [YAML_SCALAR_NULL] = "null",
      [YAML_SCALAR_BOOLEAN] = "bool",  [YAML_SCALAR_INTEGER] = "int",
      [YAML_SCALAR_FLOAT] = "float",   [YAML_SCALAR_TIMESTAMP] = "timestamp",
      [YAML_SCALAR_MERGE] = "merge",   [YAML_SCALAR_VALUE] = "value",
      [YAML_SCALAR_TAGGED] = "tagged",
  };
  enum yaml_scalar_type type = yaml_scalar_resolve(text);
  int64_t value;

  (void)printf("%s", names[type]);
  if (type == YAML_SCALAR_INTEGER && yaml_scalar_integer(text, &value) == 0)
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

/* SPDX-License-Identifier: Apache-2.0 */
/* What a scalar of a session configuration is: text, a number, a boolean...
 *
 * The rules are YAML 1.1's (yaml.org/type) as PyYAML's safe loader applies them, because that is
 * what these configurations have always been read with: 0123 is the number 83, 1e5 is text, yes is
 * a boolean, 2001-01-01 is a date.
 */
#ifndef GENERATE_SESSION_PYTHON_SCALAR_H
#define GENERATE_SESSION_PYTHON_SCALAR_H

#include <headgate/node.h>
#include <stdbool.h>
#include <stdint.h>

enum python_scalar_type {
  PYTHON_SCALAR_STRING,
  PYTHON_SCALAR_NULL,
  PYTHON_SCALAR_BOOLEAN,
  PYTHON_SCALAR_INTEGER,
  PYTHON_SCALAR_FLOAT,
  PYTHON_SCALAR_TIMESTAMP,
  PYTHON_SCALAR_MERGE, /* << where it is no key */
  PYTHON_SCALAR_VALUE, /* = */
  PYTHON_SCALAR_TAGGED /* has an explicit tag other than !!str */
};

/* What `text`, written plain, is. */
enum python_scalar_type python_scalar_resolve(const char *text);

/* What the scalar `node` is, its quotes and its tag considered. */
enum python_scalar_type python_scalar_type(const struct hg_node *node);

/* With an article, for messages: "a number". */
const char *python_scalar_type_name(enum python_scalar_type type);

/* Whether an integer is written in tens, so that every reader takes it for the same number. */
bool python_scalar_is_decimal(const char *text);

/* The value of a text that resolves to an integer. 0; -1 where it has no digits or does not fit. */
int python_scalar_integer(const char *text, int64_t *value);

/* Writes a text that resolves to a float in a form that every reader takes for the same number.
 * 0; -1 where it has none (base 60, infinity, not a number) or is far outside what a quantity can
 * be. */
enum { PYTHON_SCALAR_FLOAT_SIZE = 48 };
int python_scalar_float(const char *text, char canonical[PYTHON_SCALAR_FLOAT_SIZE]);

#endif

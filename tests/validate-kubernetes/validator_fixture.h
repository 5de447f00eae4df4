/* SPDX-License-Identifier: Apache-2.0 */
/* A built validator plugin, fed with manifests as text. */
#ifndef TESTS_VALIDATOR_FIXTURE_H
#define TESTS_VALIDATOR_FIXTURE_H

#include <headgate/error.h>
#include <stddef.h>
#include <stdint.h>

struct validator_fixture;

/* A value for an option; a NULL name ends the list. */
struct fixture_option {
  const char *name;
  const char *value;
};

struct finding {
  uint32_t severity;
  uint32_t line;
  uint32_t column;
  char *rule;
  char *field;
  char *message;
  char *advice; /* "" where there is none */
};

struct findings {
  struct finding *items;
  size_t count;
};

/* Loads the plugin file and makes its object, for that applier, and one worker. Returns 0, or -1
 * with what create() said in `err`; anything else that goes wrong ends the test. */
int fixture_create(const char *plugin_file, const char *applier,
                   const struct fixture_option *options, struct validator_fixture **fixture,
                   struct hg_error *err);
void fixture_destroy(struct validator_fixture *fixture);

/* Validates every document of `text`. The result is in the order of lines and valid until the next
 * call. A text that is no YAML gives one finding with the rule "yaml". */
const struct findings *fixture_validate(struct validator_fixture *fixture, const char *text,
                                        size_t length);

#endif

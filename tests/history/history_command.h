/* SPDX-License-Identifier: Apache-2.0 */
/* headgate history, called as its tests need it. */
#ifndef TESTS_HISTORY_HISTORY_COMMAND_H
#define TESTS_HISTORY_HISTORY_COMMAND_H

#include "commands/commands.h"
#include "history_fixture.h"

#include <jansson.h>

/* Calls the command with up to three operands and returns its exit code; what it printed stays
 * valid until the next call. */
int call_command(struct fixture *fixture, enum output_format output, const char **printed,
                 const char *first, const char *second, const char *third);

/* The same, which must succeed. */
const char *print_text(struct fixture *fixture, const char *first, const char *second,
                       const char *third);

/* The same, as ASCII without control characters that parses; the caller's to drop. */
json_t *print_json(struct fixture *fixture, const char *first, const char *second,
                   const char *third);

/* "(none)" where there is no such string. */
const char *string_in(const json_t *object, const char *name);

/* The sample of history_sample.h as of 2026-11-24T09:05:07.042Z, with what differs from machine to
 * machine replaced. */
void write_sample(struct fixture *fixture);

#endif

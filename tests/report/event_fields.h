/* SPDX-License-Identifier: Apache-2.0 */
/* A run in JSON, made into the structs that reporters get. */
#ifndef TESTS_REPORT_EVENT_FIELDS_H
#define TESTS_REPORT_EVENT_FIELDS_H

#include "memory/arena.h"

#include <headgate/diagnostic.h>
#include <headgate/result.h>
#include <headgate/run.h>
#include <jansson.h>

/* Each fills in a struct from the members of `object` that are named as its fields. A member that
 * is missing leaves "", 0 or no list; one that no field has ends the program. Text is either a
 * string or {"hex": "DIGITS"}, for bytes that are no UTF-8. What is pointed at is the arena's. */
void read_run(struct arena *arena, const json_t *object, struct hg_run *run);
void read_validation(struct arena *arena, const json_t *object, struct hg_validation *validation);
void read_job_result(struct arena *arena, const json_t *object, struct hg_job_result *result);
void read_observation(struct arena *arena, const json_t *object,
                      struct hg_job_observation *observation);
void read_completion(struct arena *arena, const json_t *object,
                     struct hg_job_completion *completion);
void read_result(struct arena *arena, const json_t *object, struct hg_result *result);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the structs of the interface as text, a field a line, so that a test can compare what came
 * with what was sent. Compiled against the tree's headers or a simulated later minor's.
 */
#ifndef TESTS_ABI_FIELDS_H
#define TESTS_ABI_FIELDS_H

#include <stddef.h>
#include <stdio.h>

struct described_struct;
struct hg_node;

/* What the host makes and a plugin reads. */
extern const struct described_struct described_apply_sink;
extern const struct described_struct described_diagnostic_sink;
extern const struct described_struct described_document;
extern const struct described_struct described_document_sink;
extern const struct described_struct described_generate_request;
extern const struct described_struct described_generate_sink;
extern const struct described_struct described_host;
extern const struct described_struct described_job_completion;
extern const struct described_struct described_passed_over;
extern const struct described_struct described_job_observation;
extern const struct described_struct described_job_result;
extern const struct described_struct described_launch;
extern const struct described_struct described_output;
extern const struct described_struct described_plan;
extern const struct described_struct described_preflight_sink;
extern const struct described_struct described_limits_sink;
extern const struct described_struct described_result;
extern const struct described_struct described_run;
extern const struct described_struct described_scan_request;
extern const struct described_struct described_validate_request;
extern const struct described_struct described_validation;

/* Writes all fields of the struct at `pointer`, and of those that it points to, each line after
 * `depth` times two blanks. Text is quoted, with everything but printable ASCII as \xNN. */
void fields_write(FILE *file, int depth, const struct described_struct *what, const void *pointer);

/* Writes a node a line, then its children, keys before values, each level deeper by one. */
void fields_write_tree(FILE *file, int depth, const struct hg_node *node);

/* Writes one value as a text field is written. NULL is written as NULL. */
void fields_write_text(FILE *file, const char *text);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* What several reporters call things by: text as it is, to be escaped by whoever writes it. */
#ifndef PLUGINS_REPORT_REPORT_WORDING_H
#define PLUGINS_REPORT_REPORT_WORDING_H

#include "text/text_buffer.h"

#include <headgate/diagnostic.h>
#include <headgate/run.h>
#include <stdbool.h>
#include <stdint.h>

/* Appends what a Job is called: its name, or where its document stands when it has none, as in
 * "out/two.yaml (document 2)". */
void wording_append_job(struct text_buffer *text, const char *job_name, const char *yaml_path,
                        uint32_t document);

/* Appends "FIELD: MESSAGE (ADVICE)", without what is not known. */
void wording_append_message(struct text_buffer *text, const struct hg_diagnostic *diagnostic);

/* Appends "FILE:LINE:COLUMN: " and the message, as compilers do it, without what is not known;
 * "warning: " comes before the message of a warning. */
void wording_append_finding(struct text_buffer *text, const char *yaml_path,
                            const struct hg_diagnostic *diagnostic);

/* Appends why a run is not as it should be: `error`, or the exit code where that is NULL. */
void wording_append_run_error(struct text_buffer *text, const char *error, int32_t exit_code);

/* Whether there is a plan in a run of this mode: Jobs that are or would be applied. */
bool wording_mode_has_plan(uint32_t mode);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of the report that there are many of: documents with what is wrong in them, and the
 * Jobs' outcomes. schemas/run-report.schema.json describes them. */
#ifndef PLUGINS_REPORT_JSON_REPORT_MEMBERS_H
#define PLUGINS_REPORT_JSON_REPORT_MEMBERS_H

#include "json/json_stream.h"

#include <headgate/diagnostic.h>
#include <headgate/passed_over.h>
#include <headgate/result.h>

/* Each appends an item; failures stay in the stream. */
void report_add_document(struct json_stream *stream, const struct hg_validation *validation);
void report_add_job_result(struct json_stream *stream, const struct hg_job_result *result);
void report_add_completion(struct json_stream *stream, const struct hg_job_completion *completion);
void report_add_passed_over(struct json_stream *stream, const struct hg_passed_over *object);

#endif

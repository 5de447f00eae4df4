/* SPDX-License-Identifier: Apache-2.0 */
/* The cases of a JUnit report.
 *
 * What is written is what the schema junit-10.xsd of Jenkins' xunit plugin takes, and what GitLab's
 * page "Unit test reports" says that it reads. GitLab shows an element's content and not its
 * message, so what matters is in both.
 */
#ifndef PLUGINS_REPORT_JUNIT_JUNIT_CASES_H
#define PLUGINS_REPORT_JUNIT_JUNIT_CASES_H

#include "report/judged_cases.h"
#include "text/text_buffer.h"

#include <stdint.h>

/* What became of a Job that is not complete is a failure, where it is not known an error. */
extern const struct case_format junit_cases;

/* Appends NAME="VALUE" with a blank before it. */
void junit_append_attribute(struct text_buffer *text, const char *name, const char *value);

/* Appends NAME="SECONDS" with a blank before it. */
void junit_append_seconds(struct text_buffer *text, const char *name, int64_t milliseconds);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* The page that GitHub shows for a step: Markdown that is appended to a file which the runner names
 * (GitHub Docs, "Workflow commands for GitHub Actions", "Adding a job summary").
 */
#ifndef PLUGINS_REPORT_GITHUB_STEP_SUMMARY_H
#define PLUGINS_REPORT_GITHUB_STEP_SUMMARY_H

#include "report/markdown_report.h"

#include <stdbool.h>

/* Of a longer file nothing is shown, and the step gets an error: the limit is for all that the
 * step's commands wrote. */
enum { STEP_SUMMARY_MOST = 1024 * 1024 };

/* Appends the report to the regular file `path`, with what is there already never more than
 * STEP_SUMMARY_MOST bytes; *whole is false where it had to be cut for that. On failure the file is
 * as it was. */
int32_t step_summary_append(const char *path, struct markdown_report *report,
                            const struct hg_result *result, bool *whole, struct hg_error *err);

#endif

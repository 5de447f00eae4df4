/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of the history as lines for a person. */
#ifndef HOST_COMMANDS_HISTORY_LINES_H
#define HOST_COMMANDS_HISTORY_LINES_H

#include "history/history_read.h"
#include "text/text_buffer.h"

#include <stdint.h>

/* Each appends one row of a table, of which it is the `nth` from 0: the first one's heading comes
 * with it. Control characters in the row are made visible. */
typedef void history_line_function(struct text_buffer *text, const struct history_row_view *row,
                                   uint64_t nth);

history_line_function history_append_run_line;   /* history_read_runs */
history_line_function history_append_run_header; /* HISTORY_RUN */
history_line_function history_append_resumption; /* HISTORY_RESUMPTIONS */
history_line_function history_append_plugin;     /* HISTORY_PLUGINS */
history_line_function history_append_job;        /* HISTORY_JOBS */
history_line_function history_append_completion; /* HISTORY_COMPLETIONS */
history_line_function history_append_diagnostic; /* HISTORY_DIAGNOSTICS */
history_line_function history_append_reporter;   /* HISTORY_REPORTER_OUTCOMES */
history_line_function history_append_change;     /* HISTORY_CHANGES */
history_line_function history_append_job_run;    /* history_read_job_runs */
history_line_function history_append_old_run;    /* history_each_old_run */

#endif

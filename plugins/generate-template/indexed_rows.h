/* SPDX-License-Identifier: Apache-2.0 */
/* The rows of a sweep inside one Indexed Job: each container has a variable HEADGATE_ROW_N for each
 * row N, of which it looks at the one that JOB_COMPLETION_INDEX says. */
#ifndef GENERATE_TEMPLATE_INDEXED_ROWS_H
#define GENERATE_TEMPLATE_INDEXED_ROWS_H

#include "job_template.h"

/* What etcd keeps of one object, and what kubectl can put into its annotation. */
enum { INDEXED_MOST_BYTES = 1572864, INDEXED_MOST_BY_KUBECTL = 262144 };

/* Appends completions and completionMode to template->fixed. */
void indexed_rows_append_completions(struct job_template *template, size_t indent);

/* Whether a variable of that name could be a row's. */
bool indexed_rows_is_name(const char *name);

/* Appends the variables, as entries of a list; none once they cannot fit any more. */
void indexed_rows_append(struct job_template *template, size_t indent);

/* Whether they fit. -1 with *err: how many would. */
int32_t indexed_rows_check(struct job_template *template, struct hg_error *err);

#endif

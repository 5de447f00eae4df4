/* SPDX-License-Identifier: Apache-2.0 */
/* What kubectl says of a Job on standard output: "job.batch/NAME created". */
#ifndef APPLY_KUBECTL_CONFIRMATION_H
#define APPLY_KUBECTL_CONFIRMATION_H

#include <headgate/bytes.h>
#include <stdbool.h>

enum confirmation {
  CONFIRMATION_NONE, /* nothing, or nothing that is known */
  CONFIRMATION_CREATED,
  CONFIRMATION_UNCHANGED,
  CONFIRMATION_CONFIGURED,
  CONFIRMATION_SERVERSIDE_APPLIED,
};

/* Finds the line in `output` that confirms the Job `name`: the whole line, its line feed included,
 * so that neither a name that another one begins with nor an output that was cut is taken for it.
 * With `is_dry_run` the line must end in "(server dry run)", without it must not. *line is that
 * line; empty where there is none. */
enum confirmation confirmation_find(const struct hg_bytes *output, const char *name,
                                    bool is_dry_run, struct hg_bytes *line);

#endif

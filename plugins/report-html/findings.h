/* SPDX-License-Identifier: Apache-2.0 */
/* What validation said: errors, warnings, and the table of documents for a run that came to no
 * outcome. */
#ifndef PLUGINS_REPORT_HTML_FINDINGS_H
#define PLUGINS_REPORT_HTML_FINDINGS_H

#include "files/section.h"
#include "tally.h"
#include "text/text_buffer.h"

#include <headgate/diagnostic.h>
#include <headgate/reporter.h>
#include <stdint.h>

struct finding_list {
  struct section rows;
  struct tally rules;
  uint64_t count;
};

/* Embedded in its owner; one thread at a time. */
struct findings {
  struct finding_list errors;
  struct finding_list warnings;
  struct section documents; /* rows */
  uint64_t valid, invalid;  /* documents */
  struct text_buffer scratch;
};

void findings_init(struct findings *findings);
void findings_finish(struct findings *findings);

int32_t findings_add(struct findings *findings, const struct hg_validation *validation,
                     struct hg_error *err);

/* Frees the table of documents: there are outcomes, which say it better. */
void findings_drop_documents(struct findings *findings);

/* Write a section each; nothing where it would be empty. */
int32_t findings_write_errors(struct findings *findings, const struct hg_output *output,
                              struct hg_error *err);
int32_t findings_write_warnings(struct findings *findings, const struct hg_output *output,
                                struct hg_error *err);
int32_t findings_write_documents(struct findings *findings, const struct hg_output *output,
                                 struct hg_error *err);

#endif

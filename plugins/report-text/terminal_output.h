/* SPDX-License-Identifier: Apache-2.0 */
/* What is written on its way to a terminal: lines that fit, and no more than it can show. */
#ifndef PLUGINS_REPORT_TEXT_TERMINAL_OUTPUT_H
#define PLUGINS_REPORT_TEXT_TERMINAL_OUTPUT_H

#include "text/text_buffer.h"

#include <headgate/reporter.h>

/* Embedded in its owner, which does not move. */
struct terminal_output {
  struct hg_output output; /* what the report is written to */
  const struct hg_output *real;
  struct text_buffer line; /* as far as it is written */
  struct text_buffer shown;
};

/* Where to write: `real` itself, which it borrows, unless that is a terminal. */
const struct hg_output *terminal_output_init(struct terminal_output *terminal,
                                             const struct hg_output *real);
void terminal_output_finish(struct terminal_output *terminal);

#endif

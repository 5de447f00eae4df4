/* SPDX-License-Identifier: Apache-2.0 */
/* One annotation, as a workflow command of GitHub Actions: a line "::error file=...::message" on
 * standard output (GitHub Docs, "Workflow commands for GitHub Actions"; the escaping is that of the
 * runner's own parser, actions/runner, ActionCommand).
 */
#ifndef PLUGINS_REPORT_GITHUB_ANNOTATION_H
#define PLUGINS_REPORT_GITHUB_ANNOTATION_H

#include "text/text_buffer.h"

#include <stdint.h>

enum annotation_kind { ANNOTATION_ERROR, ANNOTATION_WARNING };

/* Texts may hold anything: control characters are made visible, the rest is escaped. NULL or "" is
 * left out. */
struct annotation {
  const char *file;
  uint32_t line;           /* 1-based; 0 where there is none */
  uint32_t column;         /* the same */
  const char *title;       /* one line */
  const char *messages[4]; /* lines of the message, up to the first NULL */
};

/* "error" or "warning". */
const char *annotation_kind_name(enum annotation_kind kind);

/* Appends the command and a line feed; nothing from outside can begin a line, or another command.
 */
void annotation_append(struct text_buffer *text, enum annotation_kind kind,
                       const struct annotation *annotation);

#endif

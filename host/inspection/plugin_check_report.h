/* SPDX-License-Identifier: Apache-2.0 */
/* What `headgate plugin check` found, for people and programs. */
#ifndef HOST_INSPECTION_PLUGIN_CHECK_REPORT_H
#define HOST_INSPECTION_PLUGIN_CHECK_REPORT_H

#include "plugins/plugin.h"
#include "text/text_buffer.h"

enum { CHECK_LINES = 48, CHECK_REASON = 320 };

/* One check. */
struct check_line {
  const char *name;
  bool passed;
  char reason[CHECK_REASON]; /* where it did not pass; one line, of anybody's bytes */
  int64_t elapsed_ms;        /* measured; -1: was not */
  int64_t peak_bytes;
};

/* Embedded in its owner. */
struct check_report {
  const char *path;
  const struct plugin *plugin; /* NULL: a program, or a file that is no plugin */
  struct check_line lines[CHECK_LINES];
  size_t count;
  size_t failed;
  bool is_refused; /* it cannot be used at all: the first line says why */
};

/* Adds a line that passed, to be filled in. */
struct check_line *check_report_add(struct check_report *report, const char *name);

/* The check did not pass. */
__attribute__((format(printf, 3, 4))) void
check_report_fail(struct check_report *report, struct check_line *line, const char *format, ...);

void check_report_append_text(struct text_buffer *text, const struct check_report *report);
void check_report_append_json(struct text_buffer *text, const struct check_report *report);

#endif

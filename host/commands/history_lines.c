/* SPDX-License-Identifier: Apache-2.0 */
#include "commands/history_lines.h"

#include "terminal/screen.h"
#include "text/duration.h"
#include "text/utf8.h"
#include "text/visible_text.h"

#include <inttypes.h>
#include <limits.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

/* What is shown of a failed Job's standard error. */
enum { MOST_ERROR_LINES = 5, MOST_ERROR_BYTES = 2000 };

static const char *cell_text(const struct history_row_view *row, const char *name) {
  return history_cell(row, name)->bytes;
}

static int64_t cell_integer(const struct history_row_view *row, const char *name) {
  return history_cell(row, name)->integer;
}

static bool cell_is_null(const struct history_row_view *row, const char *name) {
  return history_cell(row, name)->kind == CELL_NULL;
}

static void append_cell(struct text_buffer *text, const struct history_row_view *row,
                        const char *name) {
  const struct history_cell *cell = history_cell(row, name);

  visible_text_append(text, cell->bytes, cell->length);
}

/* The cell, or "-" where it is NULL, and blanks up to `width`. */
static void append_padded(struct text_buffer *text, const struct history_row_view *row,
                          const char *name, size_t width) {
  size_t start = text->length;

  if (cell_is_null(row, name))
    text_buffer_append_char(text, '-');
  else
    append_cell(text, row, name);
  while (!text->failed && text->length - start < width)
    text_buffer_append_char(text, ' ');
}

static void append_duration(struct text_buffer *text, const struct history_row_view *row) {
  if (cell_is_null(row, "duration_ms"))
    text_buffer_append_char(text, '-');
  else
    duration_append(text, cell_integer(row, "duration_ms"));
}

/* "staging (https://10.0.0.1:6443)" */
static void append_target(struct text_buffer *text, const struct history_row_view *row) {
  bool has_context = *cell_text(row, "target_context") != '\0';

  if (!*cell_text(row, "target_server")) {
    text_buffer_append_string(text, cell_is_null(row, "target_server") ? "-" : "(not known)");
    return;
  }
  if (has_context) {
    append_cell(text, row, "target_context");
    text_buffer_append_string(text, " (");
  }
  append_cell(text, row, "target_server");
  if (has_context)
    text_buffer_append_char(text, ')');
}

/* The columns of a run's line, from the terminal's width on where there is room for them. The last
 * may be as long as it is. */
static const struct run_column {
  const char *heading;
  const char *name;
  int width;
  bool is_right;
  size_t from;
} run_columns[] = {
    {"RUN", "run_id", 5, true, 0},
    {"STARTED", "started_at", 24, false, 0},
    {"COMMAND", "command", 8, false, 100},
    {"MODE", "mode", 8, false, 80},
    {"STATE", "state", 11, false, 0},
    {"TOTAL", "total", 6, true, 80},
    {"OK", "successful", 6, true, 100},
    {"FAILED", "failed", 6, true, 80},
    {"SKIPPED", "skipped", 7, true, 130},
    {"INVALID", "invalid", 7, true, 130},
    {"COMPLETE", "complete", 8, true, 80},
    {"DURATION", "duration_ms", 11, true, 130},
    {"TARGET", "target_server", 0, false, 150},
};

/* A day and a time to the minute: what a narrow terminal has room for. */
enum { MINUTES = 16 };

static void append_run_cell(struct text_buffer *text, const struct run_column *column,
                            const struct history_row_view *row, bool is_brief) {
  const struct history_cell *cell = history_cell(row, column->name);

  if (strcmp(column->name, "target_server") == 0 && is_brief && *cell_text(row, "target_context"))
    append_cell(text, row, "target_context");
  else if (strcmp(column->name, "target_server") == 0)
    append_target(text, row);
  else if (strcmp(column->name, "duration_ms") == 0)
    append_duration(text, row);
  else if (cell->kind == CELL_NULL)
    text_buffer_append_char(text, '-'); /* nobody looked */
  else if (cell->kind == CELL_INTEGER)
    text_buffer_printf(text, "%" PRId64, cell->integer);
  else
    append_cell(text, row, column->name);
}

/* `row` NULL: the headings. */
static void append_run_cells(struct text_buffer *text, const struct history_row_view *row) {
  size_t columns = screen_columns(STDOUT_FILENO);
  struct text_buffer cell;
  const char *gap = "";

  text_buffer_init(&cell);
  for (size_t i = 0; i < sizeof run_columns / sizeof *run_columns; i++) {
    const struct run_column *column = &run_columns[i];
    bool is_short = column->width == 24 && columns > 0 && columns < 150;
    int width = is_short ? MINUTES : column->width;

    if (columns > 0 && columns < column->from)
      continue;
    text_buffer_reset(&cell);
    if (row)
      append_run_cell(&cell, column, row, columns > 0);
    text_buffer_printf(text, column->is_right ? "%s%*.*s" : "%s%-*.*s", gap, width,
                       is_short ? MINUTES : INT_MAX,
                       row ? text_buffer_string(&cell) : column->heading);
    text->failed = text->failed || cell.failed;
    gap = "  ";
  }
  text_buffer_append_char(text, '\n');
  text_buffer_finish(&cell);
}

void history_append_run_line(struct text_buffer *text, const struct history_row_view *row,
                             uint64_t nth) {
  if (nth == 0)
    append_run_cells(text, NULL);
  append_run_cells(text, row);
}

static const struct {
  const char *label;
  const char *column;
} run_facts[] = {
    {"Command", "command"},
    {"Mode", "mode"},
    {"State", "state"},
    {"Exit code", "exit_code"},
    {"Error", "error"},
    {"Started", "started_at"},
    {"Finished", "finished_at"},
    {"Duration", "duration_ms"},
    {"Called as", "argv"},
    {"In", "working_dir"},
    {"Jobs from", "jobs_dir"},
    {"Kubeconfig", "kubeconfig"},
    {"Context", "context"},
    {"Target", "target_server"},
    {"As user", "target_user"},
    {"Namespace", "target_namespace"},
    {"User", "user"},
    {"Host", "host"},
    {"Commit", "git_commit"},
    {"Branch", "git_branch"},
    {"CI job", "ci_url"},
    {"Process", "pid"},
    {"Headgate", "version"},
};

void history_append_run_header(struct text_buffer *text, const struct history_row_view *row,
                               uint64_t nth) {
  (void)nth;
  text_buffer_printf(text, "[RUN %" PRId64 "]\n", cell_integer(row, "run_id"));
  for (size_t i = 0; i < sizeof run_facts / sizeof *run_facts; i++) {
    const struct history_cell *cell = history_cell(row, run_facts[i].column);
    bool is_empty = cell->kind == CELL_TEXT && cell->length == 0;

    if (cell->kind == CELL_NULL || (is_empty && strcmp(cell->name, "target_server") != 0))
      continue;
    text_buffer_printf(text, "%s:%*s", run_facts[i].label, (int)(12 - strlen(run_facts[i].label)),
                       "");
    if (strcmp(run_facts[i].column, "duration_ms") == 0)
      append_duration(text, row);
    else if (strcmp(run_facts[i].column, "target_server") == 0)
      append_target(text, row);
    else if (cell->kind == CELL_INTEGER)
      text_buffer_printf(text, "%" PRId64, cell->integer);
    else
      visible_text_append(text, cell->bytes, cell->length);
    text_buffer_append_char(text, '\n');
  }
  text_buffer_printf(text,
                     "Jobs:        %" PRId64 " total, %" PRId64 " successful, %" PRId64
                     " failed, %" PRId64 " skipped, %" PRId64 " invalid\n",
                     cell_integer(row, "total"), cell_integer(row, "successful"),
                     cell_integer(row, "failed"), cell_integer(row, "skipped"),
                     cell_integer(row, "invalid"));
}

static void append_title(struct text_buffer *text, uint64_t nth, const char *title) {
  if (nth == 0)
    text_buffer_printf(text, "\n[%s]\n", title);
}

void history_append_resumption(struct text_buffer *text, const struct history_row_view *row,
                               uint64_t nth) {
  append_title(text, nth, "RESUMED");
  text_buffer_append_string(text, "  ");
  append_cell(text, row, "resumed_at");
  text_buffer_append_string(text, " by ");
  append_cell(text, row, "user");
  text_buffer_append_string(text, " on ");
  append_cell(text, row, "host");
  text_buffer_printf(text, " (process %" PRId64 ", headgate ", cell_integer(row, "pid"));
  append_cell(text, row, "version");
  text_buffer_append_char(text, ')');
  if (!cell_is_null(row, "target_server")) {
    text_buffer_append_string(text, " to ");
    append_target(text, row);
  }
  if (*cell_text(row, "target_user")) {
    text_buffer_append_string(text, " as ");
    append_cell(text, row, "target_user");
  }
  text_buffer_append_string(text, ": ");
  append_cell(text, row, "argv");
  text_buffer_append_char(text, '\n');
}

void history_append_plugin(struct text_buffer *text, const struct history_row_view *row,
                           uint64_t nth) {
  append_title(text, nth, "PLUGINS");
  text_buffer_append_string(text, "  ");
  append_cell(text, row, "name");
  text_buffer_append_char(text, ' ');
  append_cell(text, row, "version");
  text_buffer_append_string(text, " (");
  append_cell(text, row, "stage");
  text_buffer_append_string(text, "): ");
  append_cell(text, row, "path");
  text_buffer_append_char(text, '\n');
}

static const char *mark_of(const char *status) {
  static const struct {
    const char *status;
    const char *mark;
  } marks[] = {{"SUCCESS", "✓"}, {"FAILED", "✗"}, {"INVALID", "✗"}, {"SKIPPED", "⊘"}};

  for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
    if (strcmp(marks[i].status, status) == 0)
      return marks[i].mark;
  return "·";
}

/* "namespace/name", or the place of a document that has no name. */
static void append_job_name(struct text_buffer *text, const struct history_row_view *row,
                            const char *path, const char *document) {
  if (*cell_text(row, "job_name")) {
    append_cell(text, row, "namespace");
    text_buffer_append_char(text, '/');
    append_cell(text, row, "job_name");
    return;
  }
  append_cell(text, row, path);
  if (cell_integer(row, document) > 0)
    text_buffer_printf(text, ", document %" PRId64, cell_integer(row, document));
}

/* The first lines of what kubectl wrote to standard error. */
static void append_error_lines(struct text_buffer *text, const struct history_row_view *row) {
  const struct history_cell *cell = history_cell(row, "stderr");
  size_t most = cell->length < MOST_ERROR_BYTES ? cell->length : MOST_ERROR_BYTES;
  size_t shown = 0;

  for (int lines = 0; lines < MOST_ERROR_LINES && shown < most; lines++) {
    const char *end = memchr(cell->bytes + shown, '\n', most - shown);

    shown = end ? (size_t)(end - cell->bytes) + 1 : most;
  }
  /* Not in the middle of a character. */
  while (shown > 0 && shown < cell->length && utf8_goes_on(cell->bytes[shown]))
    shown--;
  if (shown == 0)
    return;
  text_buffer_append_string(text, "      ");
  visible_lines_append(text, cell->bytes, shown, "      ");
  text_buffer_append_char(text, '\n');
  if (shown < cell->length)
    text_buffer_printf(text, "      … (%zu bytes more)\n", cell->length - shown);
}

void history_append_job(struct text_buffer *text, const struct history_row_view *row,
                        uint64_t nth) {
  const char *status = cell_text(row, "status");

  append_title(text, nth, "JOBS");
  text_buffer_printf(text, "  %s ", mark_of(status));
  append_padded(text, row, "status", 7);
  text_buffer_append_string(text, "  ");
  append_job_name(text, row, "yaml_path", "document");
  if (!cell_is_null(row, "duration_ms")) {
    text_buffer_append_string(text, "  ");
    append_duration(text, row);
  }
  if (cell_integer(row, "attempts") > 1)
    text_buffer_printf(text, "  %" PRId64 " attempts", cell_integer(row, "attempts"));
  if (!cell_is_null(row, "verb") && strcmp(cell_text(row, "verb"), "unchanged") == 0)
    text_buffer_append_string(text, "  (unchanged)");
  if (!cell_is_null(row, "of_job")) {
    text_buffer_append_string(text, "  (tries ");
    append_cell(text, row, "of_job");
    text_buffer_printf(text, " of run %" PRId64 " again)", cell_integer(row, "of_run"));
  }
  text_buffer_append_char(text, '\n');
  if (!cell_is_null(row, "warnings")) {
    const struct history_cell *warnings = history_cell(row, "warnings");

    text_buffer_append_string(text, "      Warning: ");
    visible_lines_append(text, warnings->bytes, warnings->length, "      Warning: ");
    text_buffer_append_char(text, '\n');
  }
  if (!cell_is_null(row, "reason")) {
    text_buffer_append_string(text, strcmp(status, "FAILED") == 0 ? "      Error: " : "      ");
    append_cell(text, row, "reason");
    text_buffer_append_char(text, '\n');
  }
  if (!cell_is_null(row, "advice")) {
    text_buffer_append_string(text, "      Advice: ");
    append_cell(text, row, "advice");
    text_buffer_append_char(text, '\n');
  }
  if (strcmp(status, "FAILED") == 0)
    append_error_lines(text, row);
}

void history_append_completion(struct text_buffer *text, const struct history_row_view *row,
                               uint64_t nth) {
  bool is_complete = strcmp(cell_text(row, "outcome"), "COMPLETE") == 0;

  append_title(text, nth, "COMPLETION");
  text_buffer_printf(text, "  %s ", is_complete ? "✓" : "✗");
  append_padded(text, row, "outcome", 13);
  text_buffer_append_string(text, "  ");
  append_job_name(text, row, "yaml_path", "document");
  if (!cell_is_null(row, "duration_ms")) {
    text_buffer_append_string(text, "  ");
    append_duration(text, row);
  }
  if (cell_integer(row, "is_earlier"))
    text_buffer_append_string(text, is_complete ? "  (already complete)" : "  (already failed)");
  text_buffer_append_char(text, '\n');
  if (!is_complete && !cell_is_null(row, "cause")) {
    text_buffer_append_string(text, "      Error: ");
    append_cell(text, row, "cause");
    text_buffer_append_char(text, '\n');
  }
  if (!is_complete && !cell_is_null(row, "advice")) {
    text_buffer_append_string(text, "      Advice: ");
    append_cell(text, row, "advice");
    text_buffer_append_char(text, '\n');
  }
}

void history_append_diagnostic(struct text_buffer *text, const struct history_row_view *row,
                               uint64_t nth) {
  append_title(text, nth, "DIAGNOSTICS");
  text_buffer_append_string(text, "  ");
  append_cell(text, row, "yaml_path");
  if (cell_integer(row, "line") > 0)
    text_buffer_printf(text, ":%" PRId64 ":%" PRId64, cell_integer(row, "line"),
                       cell_integer(row, "column"));
  text_buffer_append_string(text, ": ");
  append_cell(text, row, "severity");
  text_buffer_append_string(text, ": ");
  if (*cell_text(row, "field")) {
    append_cell(text, row, "field");
    text_buffer_append_string(text, ": ");
  }
  append_cell(text, row, "message");
  if (!cell_is_null(row, "advice")) {
    text_buffer_append_string(text, "; ");
    append_cell(text, row, "advice");
  }
  text_buffer_append_char(text, '\n');
}

void history_append_reporter(struct text_buffer *text, const struct history_row_view *row,
                             uint64_t nth) {
  append_title(text, nth, "REPORTERS");
  text_buffer_append_string(text, "  ");
  append_cell(text, row, "reporter");
  text_buffer_append_string(text, " to ");
  if (cell_is_null(row, "target"))
    text_buffer_append_string(text, "standard output");
  else
    append_cell(text, row, "target");
  text_buffer_append_string(text, ": ");
  append_cell(text, row, "outcome");
  if (*cell_text(row, "message")) {
    text_buffer_append_string(text, ": ");
    append_cell(text, row, "message");
  }
  text_buffer_append_char(text, '\n');
}

void history_append_change(struct text_buffer *text, const struct history_row_view *row,
                           uint64_t nth) {
  const char *change = cell_text(row, "change");
  bool is_second = strcmp(change, "only-in-second") == 0;
  bool is_first = strcmp(change, "only-in-first") == 0;

  (void)nth;
  text_buffer_append_string(text, is_first ? "- " : is_second ? "+ " : "~ ");
  append_job_name(text, row, is_second ? "second_yaml_path" : "first_yaml_path",
                  is_second ? "second_document" : "first_document");
  text_buffer_append_string(text, ": ");
  if (is_first || is_second) {
    text_buffer_printf(text, "only in the %s run, ", is_first ? "first" : "second");
    append_cell(text, row, is_first ? "first_status" : "second_status");
  }
  if (cell_integer(row, "outcome_changed")) {
    append_cell(text, row, "first_status");
    text_buffer_append_string(text, " -> ");
    append_cell(text, row, "second_status");
  }
  if (cell_integer(row, "manifest_changed"))
    text_buffer_printf(text, "%smanifest changed",
                       cell_integer(row, "outcome_changed") ? ", " : "");
  text_buffer_append_char(text, '\n');
}

/* How it ended in the cluster, and how long that took. */
static void append_end(struct text_buffer *text, const struct history_row_view *row) {
  if (cell_is_null(row, "outcome"))
    return;
  text_buffer_append_string(text, "  ");
  append_cell(text, row, "outcome");
  if (!cell_is_null(row, "job_ms")) {
    text_buffer_append_string(text, " in ");
    duration_append(text, cell_integer(row, "job_ms"));
  }
}

void history_append_job_run(struct text_buffer *text, const struct history_row_view *row,
                            uint64_t nth) {
  const char *cause = cell_is_null(row, "cause") ? "reason" : "cause";

  if (nth == 0)
    text_buffer_printf(text, "%5s  %-24s  %-8s  %-8s  %-10s  %s\n", "RUN", "STARTED", "MODE",
                       "STATUS", "VERB", "JOB");
  text_buffer_printf(text, "%5" PRId64 "  ", cell_integer(row, "run_id"));
  append_padded(text, row, "started_at", 24);
  text_buffer_append_string(text, "  ");
  append_padded(text, row, "mode", 8);
  text_buffer_append_string(text, "  ");
  append_padded(text, row, "status", 8);
  text_buffer_append_string(text, "  ");
  append_padded(text, row, "verb", 10);
  text_buffer_append_string(text, "  ");
  append_job_name(text, row, "yaml_path", "document");
  if (!cell_is_null(row, "image")) {
    text_buffer_append_string(text, "  ");
    append_cell(text, row, "image");
  }
  append_end(text, row);
  if (*cell_text(row, cause) && strcmp(cell_text(row, "status"), "SKIPPED") != 0) {
    text_buffer_append_string(text, ": ");
    append_cell(text, row, cause);
  }
  text_buffer_append_char(text, '\n');
}

void history_append_old_run(struct text_buffer *text, const struct history_row_view *row,
                            uint64_t nth) {
  if (nth == 0)
    text_buffer_printf(text, "%5s  %-24s  %-8s  %-11s  %6s  %s\n", "RUN", "STARTED", "COMMAND",
                       "STATE", "JOBS", "BYTES OF LOGS");
  text_buffer_printf(text, "%5" PRId64 "  ", cell_integer(row, "run_id"));
  append_padded(text, row, "started_at", 24);
  text_buffer_append_string(text, "  ");
  append_padded(text, row, "command", 8);
  text_buffer_append_string(text, "  ");
  append_padded(text, row, "state", 11);
  text_buffer_printf(text, "  %6" PRId64 "  %" PRId64 "\n", cell_integer(row, "jobs"),
                     cell_integer(row, "log_bytes"));
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "inspection/plugin_check.h"

#include "inspection/check_terminal.h"
#include "inspection/plugin_check_table.h"
#include "inspection/plugin_check_trial.h"
#include "inspection/plugin_inspect.h"
#include "memory/no_memory.h"
#include "plugins/plugin_file.h"
#include "reporters/reporter_program.h"
#include "runner/runner.h"
#include "terminal/interrupt.h"

#include <stdlib.h>
#include <string.h>

/* What is being checked, and what is known by now. */
struct plugin_check {
  struct check_subject subject;
  struct check_report *report;
  uint64_t whole_length; /* bytes of the usual report */
};

/* --- What it says of itself ------------------------------------------------------------------ */

static void check_names(struct check_report *report) {
  struct check_line *line =
      check_report_add(report, "its options and rules have names of their own");
  const struct plugin *plugin = report->plugin;

  for (uint32_t i = 0; i < plugin->info.option_count && line->passed; i++)
    for (uint32_t j = 0; j < i && line->passed; j++)
      if (strcmp(plugin->options[i].name, plugin->options[j].name) == 0)
        check_report_fail(report, line, "options %u and %u are both '%.100s'", j + 1, i + 1,
                          plugin->options[i].name);
  for (uint32_t i = 0; i < plugin->info.rule_count && line->passed; i++)
    for (uint32_t j = 0; j < i && line->passed; j++)
      if (strcmp(plugin->rules[i].name, plugin->rules[j].name) == 0)
        check_report_fail(report, line, "rules %u and %u are both '%.100s'", j + 1, i + 1,
                          plugin->rules[i].name);
}

/* --- What it does ---------------------------------------------------------------------------- */

/* Says how it ended, and in which function. */
static void fail_for_ending(struct check_report *report, struct check_line *line,
                            const struct check_outcome *outcome) {
  const char *call = outcome->readiness == REPORTER_REFUSED ? "create" : outcome->seen.call;

  check_report_fail(report, line, "%s%s%s", call, *call ? ": " : "", outcome->error.message);
}

static void judge_stop(const struct plugin_check *check, struct check_line *line,
                       const struct check_outcome *outcome) {
  bool is_right = check->subject.name
                      ? outcome->ending == REPORTER_FAILED &&
                            strcmp(outcome->error.message, RUNNER_EVENTS_STOPPED) == 0
                      : outcome->ending == REPORTER_OK || outcome->ending == REPORTER_FAILED;

  if (!is_right)
    fail_for_ending(check->report, line, outcome);
}

static void judge_full_disk(const struct plugin_check *check, struct check_line *line,
                            const struct check_outcome *outcome) {
  if (!outcome->is_watched ||
      (outcome->ending != REPORTER_OK && outcome->ending != REPORTER_FAILED))
    fail_for_ending(check->report, line, outcome);
  else if (*outcome->conduct[CONDUCT_REPORT])
    check_report_fail(check->report, line, "%s", outcome->conduct[CONDUCT_REPORT]);
}

static void judge_done(const struct plugin_check *check, const struct check_row *row,
                       struct check_line *line, const struct check_outcome *outcome) {
  const char *text = text_buffer_string(&outcome->report);
  size_t at = outcome->report.length;

  if (outcome->ending != REPORTER_OK) {
    fail_for_ending(check->report, line, outcome);
    return;
  }
  if (row->is_terminal)
    at = check_terminal_find(text, outcome->report.length);
  if (at < outcome->report.length)
    check_report_fail(check->report, line,
                      "byte %zu of its report is the control character \\x%02x", at + 1,
                      (unsigned)(unsigned char)text[at]);
  if (line->passed && row->is_measured) {
    line->elapsed_ms = outcome->elapsed_ms;
    line->peak_bytes = outcome->seen.peak_bytes;
  }
}

static int32_t try_row(struct plugin_check *check, const struct check_row *row,
                       struct hg_error *err) {
  const bool has_little_room = row->disk != DISK_LARGE;
  const struct check_trial trial = {
      .run = row->run,
      .mode = row->mode,
      .configuration = {.output_flags = row->output_flags,
                        .watches_conduct = has_little_room,
                        .tells_calls = !row->is_measured,
                        .destroys_null = row->destroys_null,
                        .output_limit = row->disk == DISK_FULL_HALFWAY && check->whole_length > 1
                                            ? check->whole_length / 2
                                            : has_little_room},
      .keeps_report = row->is_terminal};
  struct check_line *line = check_report_add(check->report, row->name);
  struct check_outcome outcome;

  if (plugin_check_try(&check->subject, &trial, &outcome, err) < 0)
    return -1;
  switch (row->expectation) {
  case EXPECT_DONE:
    judge_done(check, row, line, &outcome);
    break;
  case EXPECT_STOPPED:
    judge_stop(check, line, &outcome);
    break;
  case EXPECT_FULL_DISK:
    judge_full_disk(check, line, &outcome);
    break;
  }
  if (row->is_whole)
    check->whole_length = outcome.report_length;
  check_outcome_finish(&outcome);
  return 0;
}

/* One trial, and a line for each subject. */
static int32_t try_conduct(struct plugin_check *check, struct hg_error *err) {
  const struct check_trial trial = {
      .run = check_conduct_row.run,
      .mode = check_conduct_row.mode,
      .configuration = {.output_flags = check_conduct_row.output_flags,
                        .watches_conduct = true,
                        .tells_calls = true}};
  struct check_outcome outcome;
  struct check_line *line;

  if (plugin_check_try(&check->subject, &trial, &outcome, err) < 0)
    return -1;
  for (enum conduct_subject subject = 0; subject < CONDUCT_SUBJECTS; subject++) {
    line = check_report_add(check->report, check_conduct_names[subject]);
    if (!outcome.is_watched)
      fail_for_ending(check->report, line, &outcome);
    else if (*outcome.conduct[subject])
      check_report_fail(check->report, line, "%s", outcome.conduct[subject]);
  }
  line = check_report_add(check->report, CHECK_STANDARD_OUTPUT_NAME);
  if (outcome.seen.output_bytes > 0)
    check_report_fail(check->report, line, "%llu bytes: a reporter writes to hg_output",
                      (unsigned long long)outcome.seen.output_bytes);
  else if (!outcome.is_watched)
    fail_for_ending(check->report, line, &outcome);
  check_outcome_finish(&outcome);
  return 0;
}

static int32_t try_all(struct plugin_check *check, struct hg_error *err) {
  for (size_t i = 0; i < check_table_count; i++) {
    if (!check->subject.name && !check_table[i].for_programs)
      continue;
    if (try_row(check, &check_table[i], err) < 0)
      return -1;
    if (interrupt_requested())
      return hg_error_set(err, HG_ERROR_CANCELLED, "interrupted");
  }
  return check->subject.name ? try_conduct(check, err) : 0;
}

/* --- What it is ------------------------------------------------------------------------------ */

/* A name stays what it is, a file becomes an absolute path. */
static const char *absolute(struct arena *arena, const char *operand) {
  struct text_buffer path;
  const char *copy;
  char *here;

  if (*operand == '/' || plugin_name_is_valid(operand))
    return operand;
  here = realpath(".", NULL);
  text_buffer_init(&path);
  text_buffer_printf(&path, "%s/%s", here ? here : "", operand);
  copy = path.failed ? NULL : arena_copy(arena, path.data, path.length);
  text_buffer_finish(&path);
  free(here);
  return copy;
}

/* The first line of all: whether it can be used. */
static void add_verdict(struct check_report *report, const char *name, int32_t status,
                        const struct hg_error *error) {
  struct check_line *line = check_report_add(report, name);

  report->is_refused = status < 0;
  if (status < 0)
    check_report_fail(report, line, "%s", error->message);
}

static int32_t check_program(struct plugin_check *check, const char *operand,
                             struct hg_error *err) {
  const char *equals = strchr(operand, '=');
  const char *program = arena_copy(&check->subject.plugins->arena, operand,
                                   equals ? (size_t)(equals - operand) : strlen(operand));
  int32_t status;

  if (!program)
    return no_memory(err);
  check->subject.path = check->report->path = program;
  check->subject.argument = equals ? equals + 1 : NULL;
  status = reporter_program_check(program, err);
  add_verdict(check->report, "is a program that may be started", status, err);
  return status < 0 ? -1 : try_all(check, err);
}

static int32_t check_plugin(struct plugin_check *check, const char *operand, struct hg_error *err) {
  struct plugin_set *plugins = check->subject.plugins;
  const char *name = absolute(&plugins->arena, operand);
  struct check_report *report = check->report;
  int32_t status;
  bool is_own;

  report->path = operand;
  if (!name)
    return no_memory(err);
  status = plugin_find(plugins, name, &check->subject.path, &is_own, err);
  if (status == 0) {
    report->path = check->subject.path;
    status = plugin_describe(plugins, check->subject.timeout_s, check->subject.path,
                             &report->plugin, err);
  }
  add_verdict(report, "loads, and says what it is", status, err);
  if (status < 0)
    return -1;
  check->subject.name = report->plugin->info.name;
  check_names(report);
  return report->plugin->info.stage == HG_STAGE_REPORTER ? try_all(check, err) : 0;
}

int32_t plugin_check(struct plugin_set *plugins, uint32_t timeout_s, const char *operand,
                     struct check_report *report, struct hg_error *err) {
  static const char exec[] = "exec:";
  struct plugin_check check = {.subject = {.plugins = plugins, .timeout_s = timeout_s},
                               .report = report};

  if (strncmp(operand, exec, sizeof exec - 1) == 0)
    return check_program(&check, operand + sizeof exec - 1, err);
  return check_plugin(&check, operand, err);
}

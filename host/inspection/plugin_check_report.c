/* SPDX-License-Identifier: Apache-2.0 */
#include "inspection/plugin_check_report.h"

#include "plugins/plugin_description.h"
#include "text/visible_text.h"
#include "json/json_text.h"

#include <stdarg.h>
#include <string.h>

struct check_line *check_report_add(struct check_report *report, const char *name) {
  /* The table of checks is the program's own; were it longer, the last line would be lost. */
  size_t at = report->count < CHECK_LINES ? report->count++ : CHECK_LINES - 1;
  struct check_line *line = &report->lines[at];

  memset(line, 0, sizeof *line);
  line->name = name;
  line->passed = true;
  line->elapsed_ms = -1;
  return line;
}

void check_report_fail(struct check_report *report, struct check_line *line, const char *format,
                       ...) {
  va_list args;

  va_start(args, format);
  (void)vsnprintf(line->reason, sizeof line->reason, format, args);
  va_end(args);
  line->passed = false;
  report->failed++;
}

static void append_heading(struct text_buffer *text, const struct check_report *report) {
  const struct plugin *plugin = report->plugin;

  if (plugin) {
    text_buffer_printf(text, "%s ", plugin->info.name);
    visible_text_append(text, plugin->info.version, strlen(plugin->info.version));
    text_buffer_printf(text, ", a %s of interface %u.%u: ", plugin_stage_name(plugin->info.stage),
                       plugin->info.abi_major, plugin->info.abi_minor);
  }
  visible_text_append(text, report->path, strlen(report->path));
  text_buffer_append_string(text, "\n\n");
}

static void append_line(struct text_buffer *text, const struct check_line *line, int width) {
  bool says_more = !line->passed || line->elapsed_ms >= 0;

  text_buffer_printf(text, "%-6s  %-*s", line->passed ? "ok" : "not ok", says_more ? width : 0,
                     line->name);
  if (!line->passed) {
    text_buffer_append_string(text, "  ");
    visible_text_append(text, line->reason, strlen(line->reason));
  } else if (line->elapsed_ms >= 0) {
    text_buffer_printf(text, "  %.2f s, %.1f MiB of memory at its peak",
                       (double)line->elapsed_ms / 1000, (double)line->peak_bytes / (1 << 20));
  }
  text_buffer_append_char(text, '\n');
}

void check_report_append_text(struct text_buffer *text, const struct check_report *report) {
  size_t width = 0;

  append_heading(text, report);
  for (size_t i = 0; i < report->count; i++)
    if (strlen(report->lines[i].name) > width)
      width = strlen(report->lines[i].name);
  for (size_t i = 0; i < report->count; i++)
    append_line(text, &report->lines[i], (int)width);
  if (report->failed == 0)
    text_buffer_printf(text, "\nall %zu checks passed\n", report->count);
  else
    text_buffer_printf(text, "\n%zu of %zu checks did not pass\n", report->failed, report->count);
}

static json_t *line_json(const struct check_line *line) {
  json_t *json = json_pack("{s:s, s:b, s:o}", "name", line->name, "passed", line->passed, "reason",
                           line->passed ? json_null() : json_of_text(line->reason));

  if (json && line->elapsed_ms >= 0) {
    (void)json_object_set_new(json, "elapsed_ms", json_integer(line->elapsed_ms));
    (void)json_object_set_new(json, "peak_bytes", json_integer(line->peak_bytes));
  }
  return json;
}

void check_report_append_json(struct text_buffer *text, const struct check_report *report) {
  json_t *lines = json_array();
  json_t *root = json_pack(
      "{s:o, s:o?, s:b, s:I, s:o}", "path", json_of_text(report->path), "plugin",
      report->plugin ? plugin_description_json(report->plugin) : NULL, "passed",
      report->failed == 0, "failed", (json_int_t)report->failed, "checks", json_incref(lines));

  for (size_t i = 0; root && i < report->count; i++)
    (void)json_array_append_new(lines, line_json(&report->lines[i]));
  json_append_line(text, root, JSON_SHOWN);
  json_decref(lines);
}

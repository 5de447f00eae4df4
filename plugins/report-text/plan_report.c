/* SPDX-License-Identifier: Apache-2.0 */
#include "plan_report.h"

#include "memory/no_memory.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct namespace {
  struct namespace *before;
  const char *name;
};

static const struct equal_wording errors_wording = {MARK_FAILURE, "", "places", 4, 0};
static const struct equal_wording warnings_wording = {MARK_WARNING, "", "places", 4, 0};

static void init_list(struct finding_list *list, const struct equal_wording *wording) {
  section_init(&list->all, SECTION_MEMORY);
  section_init(&list->of_many_kinds, SECTION_MEMORY);
  equal_failures_init(&list->equal, wording);
  list->count = 0;
}

static void finish_list(struct finding_list *list) {
  section_finish(&list->all);
  section_finish(&list->of_many_kinds);
  equal_failures_finish(&list->equal);
}

void plan_report_init(struct plan_report *report, const struct layout *layout) {
  memset(report, 0, sizeof *report);
  report->layout = layout;
  section_init(&report->valid, SECTION_MEMORY);
  section_init(&report->invalid, SECTION_MEMORY);
  init_list(&report->errors, &errors_wording);
  init_list(&report->warnings, &warnings_wording);
  section_init(&report->details, SECTION_MEMORY);
  text_buffer_init(&report->place);
  arena_init(&report->arena);
  name_table_init(&report->namespaces);
  text_buffer_init(&report->scratch);
}

void plan_report_finish(struct plan_report *report) {
  section_finish(&report->valid);
  section_finish(&report->invalid);
  finish_list(&report->errors);
  finish_list(&report->warnings);
  section_finish(&report->details);
  text_buffer_finish(&report->place);
  arena_finish(&report->arena);
  text_buffer_finish(&report->scratch);
}

static void append_place(struct text_buffer *text, const char *yaml_path,
                         const struct hg_diagnostic *diagnostic) {
  text_buffer_append_string(text, yaml_path);
  if (diagnostic->line > 0)
    text_buffer_printf(text, ":%" PRIu32, diagnostic->line);
  if (diagnostic->line > 0 && diagnostic->column > 0)
    text_buffer_printf(text, ":%" PRIu32, diagnostic->column);
}

/* FIELD: MESSAGE (ADVICE), each part where there is one. */
static void append_finding(struct text_buffer *text, const struct hg_diagnostic *diagnostic) {
  if (*diagnostic->field)
    text_buffer_printf(text, "%s: ", diagnostic->field);
  text_buffer_append_string(text, diagnostic->message);
  if (diagnostic->advice && *diagnostic->advice)
    text_buffer_printf(text, " (%s)", diagnostic->advice);
}

/* PLACE: FINDING, both in the report's buffers. */
static int32_t append_line(const struct plan_report *report, const struct finding_list *list,
                           struct section *lines, struct hg_error *err) {
  layout_mark(&lines->text, report->layout, list->equal.wording.mark);
  layout_visible(&lines->text, text_buffer_string(&report->place));
  text_buffer_append_string(&lines->text, ": ");
  layout_visible(&lines->text, text_buffer_string(&report->scratch));
  text_buffer_append_char(&lines->text, '\n');
  return section_keep(lines, err);
}

static int32_t add_equal(const struct plan_report *report, struct finding_list *list,
                         struct hg_error *err) {
  const struct failure finding = {
      .job_name = "",
      .yaml_path = "",
      .place = text_buffer_string(&report->place),
      .note = "",
      .reason = text_buffer_string(&report->scratch),
      .pod = "",
      .container = "",
      .log_path = "",
      .log_tail = {"", 0},
      .advice = "",
  };
  bool is_taken;

  if (equal_failures_add(&list->equal, &finding, &is_taken, err) < 0)
    return -1;
  return is_taken ? 0 : append_line(report, list, &list->of_many_kinds, err);
}

static int32_t add_diagnostics(struct plan_report *report, struct finding_list *list,
                               const char *yaml_path,
                               const struct hg_diagnostic *const *diagnostics, uint32_t count,
                               struct hg_error *err) {
  for (uint32_t i = 0; i < count; i++) {
    text_buffer_reset(&report->place);
    text_buffer_reset(&report->scratch);
    append_place(&report->place, yaml_path, diagnostics[i]);
    append_finding(&report->scratch, diagnostics[i]);
    list->count++;
    if (report->place.failed || report->scratch.failed)
      return no_memory(err);
    if (append_line(report, list, &list->all, err) < 0 ||
        (report->layout->is_brief && add_equal(report, list, err) < 0))
      return -1;
  }
  return 0;
}

static int32_t write_findings(const struct plan_report *report, const struct hg_output *output,
                              const char *heading, struct finding_list *list,
                              struct hg_error *err) {
  if (!report->layout->is_brief || list->count <= LAYOUT_MOST_LISTED)
    return layout_write_list(report->layout, output, heading, &list->all, err);
  return equal_failures_append(&list->equal, report->layout, &list->of_many_kinds, err) < 0
             ? -1
             : layout_write_list(report->layout, output, heading, &list->of_many_kinds, err);
}

/* "    NAME: value" lines. */
static int32_t append_pairs(struct section *details, const struct hg_pair *pairs, uint32_t count,
                            struct hg_error *err) {
  for (uint32_t i = 0; i < count; i++) {
    text_buffer_append_string(&details->text, "    ");
    layout_visible(&details->text, pairs[i].name);
    text_buffer_append_char(&details->text, ':');
    if (*pairs[i].value) {
      text_buffer_append_char(&details->text, ' ');
      layout_visible(&details->text, pairs[i].value);
    }
    text_buffer_append_char(&details->text, '\n');
    if (section_keep(details, err) < 0)
      return -1;
  }
  return 0;
}

/* The resources that every Job should name come first, in words. */
static const struct {
  const char *name;
  const char *shown;
} known_resources[] = {{"cpu", "CPU"}, {"memory", "Memory"}};

enum { KNOWN_RESOURCES = sizeof known_resources / sizeof known_resources[0] };

static const char *known_resource(const char *name, size_t *rank) {
  for (*rank = 0; *rank < KNOWN_RESOURCES; ++*rank)
    if (strcmp(name, known_resources[*rank].name) == 0)
      return known_resources[*rank].shown;
  return name;
}

static void append_resources(struct text_buffer *text, const char *label,
                             const struct hg_pair *pairs, uint32_t count) {
  const char *separator = "";

  if (count == 0)
    return;
  layout_label(text, label);
  for (size_t turn = 0; turn <= KNOWN_RESOURCES; turn++) {
    for (uint32_t i = 0; i < count; i++) {
      size_t rank;
      const char *shown = known_resource(pairs[i].name, &rank);

      if (rank != turn)
        continue;
      text_buffer_append_string(text, separator);
      layout_visible(text, shown);
      text_buffer_append_char(text, '=');
      layout_visible(text, pairs[i].value);
      separator = ", ";
    }
  }
  text_buffer_append_char(text, '\n');
}

static int32_t add_details(struct plan_report *report, const struct hg_validation *validation,
                           struct hg_error *err) {
  const struct hg_job_details *job = validation->details;
  struct section *details = &report->details;
  struct text_buffer *text = &details->text;

  text_buffer_append_string(text, "\n[Job ");
  text_buffer_append_number(text, ++report->detailed);
  text_buffer_append_string(text, "]\n");
  layout_value(text, "  Name:", validation->job_name);
  layout_value(text, "  Namespace:", validation->job_namespace);
  if (job->label_count > 0)
    text_buffer_append_string(text, "  Labels:\n");
  if (append_pairs(details, job->labels, job->label_count, err) < 0)
    return -1;
  if (job->container_count > 1) {
    layout_label(text, "  Containers:");
    text_buffer_printf(text, "%" PRIu32 " (what follows is of the first)\n", job->container_count);
  }
  layout_value(text, "  Image:", job->image);
  if (job->command_count > 0)
    layout_command(text, "  Command:", job->command, job->command_count, &report->scratch);
  if (job->arg_count > 0)
    layout_command(text, "  Args:", job->args, job->arg_count, &report->scratch);
  layout_label(text, "  Environment Variables:");
  text_buffer_append_char(text, '(');
  text_buffer_append_number(text, job->env_count);
  text_buffer_append_string(text, " total)\n");
  if (append_pairs(details, job->env, job->env_count, err) < 0)
    return -1;
  append_resources(text, "  Resources (requests):", job->requests, job->request_count);
  append_resources(text, "  Resources (limits):", job->limits, job->limit_count);
  return section_keep(details, err);
}

static int32_t add_namespace(struct plan_report *report, const char *name) {
  uint32_t length = (uint32_t)strlen(name);
  struct namespace *added;
  void **place;

  if (name_table_find(&report->namespaces, name, length))
    return 0;
  name = arena_copy(&report->arena, name, length);
  added = name ? arena_alloc(&report->arena, sizeof *added) : NULL;
  place = added ? name_table_entry(&report->namespaces, &report->arena, name, length) : NULL;
  if (!place)
    return -1;
  *added = (struct namespace){report->last_namespace, name};
  report->last_namespace = *place = added;
  return 0;
}

int32_t plan_report_add(struct plan_report *report, const struct hg_validation *validation,
                        struct hg_error *err) {
  struct section *list = validation->valid ? &report->valid : &report->invalid;

  layout_mark(&list->text, report->layout, validation->valid ? MARK_SUCCESS : MARK_FAILURE);
  layout_name(&list->text, validation->job_name, validation->yaml_path,
              validation->document_number);
  text_buffer_append_char(&list->text, '\n');
  if (section_keep(list, err) < 0 ||
      add_diagnostics(report, &report->errors, validation->yaml_path, validation->errors,
                      validation->error_count, err) < 0 ||
      add_diagnostics(report, &report->warnings, validation->yaml_path, validation->warnings,
                      validation->warning_count, err) < 0)
    return -1;
  if (!validation->valid)
    return 0;
  if (add_namespace(report, validation->job_namespace) < 0)
    return no_memory(err);
  return report->layout->full && validation->details ? add_details(report, validation, err) : 0;
}

static int compare_names(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void append_namespaces(struct text_buffer *text, struct plan_report *report) {
  size_t count = report->namespaces.count;
  const char **names = arena_alloc(&report->arena, (count + 1) * sizeof *names);
  size_t filled = 0;

  if (!names) {
    text->failed = true;
    return;
  }
  for (const struct namespace *row = report->last_namespace; row; row = row->before)
    names[filled++] = row->name;
  qsort(names, count, sizeof *names, compare_names);
  layout_label(text, "Namespaces:");
  for (size_t i = 0; i < count; i++) {
    if (i > 0)
      text_buffer_append_string(text, ", ");
    layout_visible(text, names[i]);
  }
  text_buffer_append_string(text, count > 0 ? "\n" : "-\n");
}

int32_t plan_report_write(struct plan_report *report, const struct passed_over_list *others,
                          const struct hg_result *result, const struct hg_output *output,
                          struct hg_error *err) {
  const struct layout *layout = report->layout;
  struct text_buffer *text = &report->scratch;

  text_buffer_reset(text);
  if (layout->full) {
    layout_title(text, layout, "[D30_K8S_EXEC] KUBERNETES EXECUTION PLAN");
    text_buffer_append_char(text, '\n');
  }
  layout_heading(text, layout, "[SUMMARY]");
  layout_count(text, "Total Jobs:", result->total_jobs);
  layout_count(text, "Valid Jobs:", result->valid_jobs);
  layout_count(text, "Invalid Jobs:", result->invalid_jobs);
  append_namespaces(text, report);
  passed_over_list_summarize(others, text, result);
  layout_run_error(text, layout, result->error);
  if (layout_write(output, text, err) < 0 ||
      layout_write_good(layout, output, "[VALID JOBS]", MARK_SUCCESS, result->valid_jobs,
                        &report->valid, NULL, err) < 0 ||
      layout_write_list(layout, output, "[INVALID JOBS]", &report->invalid, err) < 0 ||
      write_findings(report, output, "[ERRORS]", &report->errors, err) < 0 ||
      write_findings(report, output, "[WARNINGS]", &report->warnings, err) < 0 ||
      passed_over_list_write(others, output, err) < 0 ||
      layout_write_list(layout, output, "[JOB DETAILS]", &report->details, err) < 0)
    return -1;
  if (!layout->full)
    return 0;
  text_buffer_append_char(text, '\n');
  layout_title(text, layout, "[D30_K8S_EXEC] END OF EXECUTION PLAN");
  return layout_write(output, text, err);
}

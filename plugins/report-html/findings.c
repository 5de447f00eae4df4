/* SPDX-License-Identifier: Apache-2.0 */
#include "findings.h"

#include "html/html_text.h"
#include "html/page_text.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

enum { OPEN_ROWS = 200 /* a longer list of findings is folded up */ };

static void init_list(struct finding_list *list) {
  memset(list, 0, sizeof *list);
  section_init(&list->rows, SECTION_MEMORY);
}

void findings_init(struct findings *findings) {
  init_list(&findings->errors);
  init_list(&findings->warnings);
  section_init(&findings->documents, SECTION_MEMORY);
  findings->valid = findings->invalid = 0;
  text_buffer_init(&findings->scratch);
}

void findings_finish(struct findings *findings) {
  section_finish(&findings->errors.rows);
  section_finish(&findings->warnings.rows);
  section_finish(&findings->documents);
  text_buffer_finish(&findings->scratch);
}

void findings_drop_documents(struct findings *findings) {
  section_finish(&findings->documents);
}

/* file:line:column, as compilers write it and editors read it. */
static void append_place(struct text_buffer *text, const struct hg_validation *validation,
                         const struct hg_diagnostic *diagnostic) {
  html_text_string(text, validation->yaml_path);
  if (diagnostic->line > 0)
    text_buffer_printf(text, ":%" PRIu32, diagnostic->line);
  if (diagnostic->line > 0 && diagnostic->column > 0)
    text_buffer_printf(text, ":%" PRIu32, diagnostic->column);
}

static int32_t add_finding(struct finding_list *list, const struct hg_validation *validation,
                           const struct hg_diagnostic *diagnostic, struct hg_error *err) {
  struct text_buffer *text = &list->rows.text;

  list->count++;
  tally_add(&list->rules, diagnostic->rule, "");
  text_buffer_append_string(text, "<tr><th scope=\"row\">");
  append_place(text, validation, diagnostic);
  text_buffer_append_string(text, "</th><td>");
  html_text_string(text, diagnostic->field);
  text_buffer_append_string(text, "</td><td>");
  html_text_string(text, diagnostic->message);
  if (diagnostic->advice && *diagnostic->advice) {
    text_buffer_append_string(text, "<p class=\"advice\">");
    html_text_string(text, diagnostic->advice);
    text_buffer_append_string(text, "</p>");
  }
  text_buffer_append_string(text, "</td><td>");
  html_text_string(text, diagnostic->rule);
  text_buffer_append_string(text, "</td><td>");
  if (*validation->job_name)
    html_text_string(text, validation->job_name);
  if (validation->document_number > 1)
    text_buffer_printf(text, "<span class=\"part\"> document %" PRIu32 "</span>",
                       validation->document_number);
  text_buffer_append_string(text, "</td></tr>\n");
  return section_keep(&list->rows, err);
}

static int32_t add_document(struct findings *findings, const struct hg_validation *validation,
                            struct hg_error *err) {
  struct text_buffer *text = &findings->documents.text;
  const char *status = validation->valid ? "success" : "failed";

  text_buffer_printf(text, "<tr data-s=\"%s\"><th scope=\"row\">", status);
  page_name(text, validation->job_name);
  text_buffer_append_string(text, "</th><td>");
  html_text_string(text, validation->job_namespace);
  text_buffer_printf(text, "</td><td class=\"%s\"><span aria-hidden=\"true\">%s</span> %s</td>",
                     status, validation->valid ? "✓" : "✗",
                     validation->valid ? "Valid" : "Invalid");
  text_buffer_printf(text, "<td>%" PRIu32 "</td><td>%" PRIu32 "</td><td>", validation->error_count,
                     validation->warning_count);
  page_file(text, validation->yaml_path, validation->document_number);
  text_buffer_append_string(text, "</td></tr>\n");
  return section_keep(&findings->documents, err);
}

int32_t findings_add(struct findings *findings, const struct hg_validation *validation,
                     struct hg_error *err) {
  if (validation->valid)
    findings->valid++;
  else
    findings->invalid++;
  for (uint32_t i = 0; i < validation->error_count; i++)
    if (add_finding(&findings->errors, validation, validation->errors[i], err) < 0)
      return -1;
  for (uint32_t i = 0; i < validation->warning_count; i++)
    if (add_finding(&findings->warnings, validation, validation->warnings[i], err) < 0)
      return -1;
  return add_document(findings, validation, err);
}

static int32_t write_list(struct findings *findings, struct finding_list *list, const char *id,
                          const char *heading, const struct hg_output *output,
                          struct hg_error *err) {
  struct text_buffer *text = &findings->scratch;
  bool is_folded = list->count > OPEN_ROWS;

  if (list->count == 0)
    return 0;
  text_buffer_reset(text);
  page_section_open(text, id, heading, list->count);
  if (list->rules.row_count > 1)
    tally_write(&list->rules, text, "without a rule");
  page_nothing_found(text, id);
  if (is_folded)
    text_buffer_append_string(text, "<details class=\"fold\"><summary>Where and what</summary>\n");
  text_buffer_append_string(text, "<div class=\"scroll\"><table class=\"list findings\">\n"
                                  "<thead><tr><th scope=\"col\" data-sort=\"text\">Where</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Field</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Message and advice</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Rule</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Job</th></tr></thead>\n");
  page_rows_open(text, id, list->count);
  if (page_write(output, text, err) < 0 || section_write(&list->rows, output, err) < 0)
    return -1;
  section_finish(&list->rows);
  text_buffer_append_string(text, "</tbody>\n</table></div>\n");
  text_buffer_append_string(text, is_folded ? "</details>\n</section>\n" : "</section>\n");
  return page_write(output, text, err);
}

int32_t findings_write_errors(struct findings *findings, const struct hg_output *output,
                              struct hg_error *err) {
  return write_list(findings, &findings->errors, "errors", "Validation errors", output, err);
}

int32_t findings_write_warnings(struct findings *findings, const struct hg_output *output,
                                struct hg_error *err) {
  return write_list(findings, &findings->warnings, "warnings", "Validation warnings", output, err);
}

int32_t findings_write_documents(struct findings *findings, const struct hg_output *output,
                                 struct hg_error *err) {
  struct text_buffer *text = &findings->scratch;
  const struct page_filter filters[] = {{"failed", "Invalid", findings->invalid},
                                        {"success", "Valid", findings->valid}};
  uint64_t count = findings->valid + findings->invalid;

  if (count == 0)
    return 0;
  text_buffer_reset(text);
  page_section_open(text, "jobs", "Jobs", count);
  page_filters(text, filters, sizeof filters / sizeof filters[0]);
  page_nothing_found(text, "jobs");
  text_buffer_append_string(text, "<div class=\"scroll\"><table class=\"list documents\">\n"
                                  "<thead><tr><th scope=\"col\" data-sort=\"text\">Job</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Namespace</th>"
                                  "<th scope=\"col\" data-sort=\"text\">Status</th>"
                                  "<th scope=\"col\" data-sort=\"number\">Errors</th>"
                                  "<th scope=\"col\" data-sort=\"number\">Warnings</th>"
                                  "<th scope=\"col\" data-sort=\"text\">File</th></tr></thead>\n");
  page_rows_open(text, "jobs", count);
  if (page_write(output, text, err) < 0 || section_write(&findings->documents, output, err) < 0)
    return -1;
  section_finish(&findings->documents);
  text_buffer_append_string(text, "</tbody>\n</table></div>\n</section>\n");
  return page_write(output, text, err);
}

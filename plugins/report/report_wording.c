/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report_wording.h"

#include <inttypes.h>

void wording_append_job(struct text_buffer *text, const char *job_name, const char *yaml_path,
                        uint32_t document) {
  text_buffer_append_string(text, *job_name ? job_name : yaml_path);
  if (!*job_name && document > 0)
    text_buffer_printf(text, " (document %" PRIu32 ")", document);
}

void wording_append_message(struct text_buffer *text, const struct hg_diagnostic *diagnostic) {
  if (*diagnostic->field) {
    text_buffer_append_string(text, diagnostic->field);
    text_buffer_append_string(text, ": ");
  }
  text_buffer_append_string(text, diagnostic->message);
  if (diagnostic->advice && *diagnostic->advice) {
    text_buffer_append_string(text, " (");
    text_buffer_append_string(text, diagnostic->advice);
    text_buffer_append_char(text, ')');
  }
}

void wording_append_finding(struct text_buffer *text, const char *yaml_path,
                            const struct hg_diagnostic *diagnostic) {
  text_buffer_append_string(text, yaml_path);
  if (diagnostic->line > 0)
    text_buffer_printf(text, ":%" PRIu32, diagnostic->line);
  if (diagnostic->line > 0 && diagnostic->column > 0)
    text_buffer_printf(text, ":%" PRIu32, diagnostic->column);
  text_buffer_append_string(text, ": ");
  if (diagnostic->severity == HG_SEVERITY_WARNING)
    text_buffer_append_string(text, "warning: ");
  wording_append_message(text, diagnostic);
}

void wording_append_run_error(struct text_buffer *text, const char *error, int32_t exit_code) {
  if (error && *error)
    text_buffer_append_string(text, error);
  else
    text_buffer_printf(text, "headgate ended with exit status %" PRId32, exit_code);
}

bool wording_mode_has_plan(uint32_t mode) {
  return mode == HG_MODE_DRY_RUN || mode == HG_MODE_APPLY;
}

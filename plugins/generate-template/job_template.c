/* SPDX-License-Identifier: Apache-2.0 */
#include "job_template.h"

#include <stdarg.h>
#include <string.h>

void job_template_init(struct job_template *template, const struct hg_host *host,
                       struct sweep *sweep) {
  memset(template, 0, sizeof *template);
  arena_init(&template->arena);
  config_file_init(&template->file);
  config_problems_init(&template->problems, host, "");
  text_buffer_init(&template->fixed);
  template->sweep = sweep;
  template->end = &template->first;
}

void job_template_finish(struct job_template *template) {
  text_buffer_finish(&template->fixed);
  config_problems_finish(&template->problems);
  config_file_finish(&template->file);
  arena_finish(&template->arena);
}

int32_t job_template_complain(struct job_template *template, const struct hg_node *node,
                              const char *format, ...) {
  char message[512];
  va_list args;

  va_start(args, format);
  (void)vsnprintf(message, sizeof message, format, args);
  va_end(args);
  text_buffer_append_string(config_problems_begin(&template->problems), message);
  config_problems_end(&template->problems, config_position_of(node), HG_ERROR_INVALID);
  return -1;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "report/judged_cases.h"

#include "memory/no_memory.h"
#include "report/report_wording.h"

#include <string.h>

static void case_list_init(struct case_list *cases, bool names_files) {
  memset(cases, 0, sizeof *cases);
  section_init(&cases->section, SECTION_MEMORY);
  text_buffer_init(&cases->scratch);
  cases->names_files = names_files;
}

static void case_list_finish(struct case_list *cases) {
  section_finish(&cases->section);
  text_buffer_finish(&cases->scratch);
}

void judged_cases_init(struct judged_cases *judged, const struct case_format *format,
                       const struct hg_output *output, bool names_files) {
  memset(judged, 0, sizeof *judged);
  judged->format = format;
  judged->output = output;
  case_list_init(&judged->cases, names_files);
  case_list_init(&judged->watched, names_files);
  text_buffer_init(&judged->name);
  text_buffer_append_string(&judged->name, "headgate");
}

void judged_cases_finish(struct judged_cases *judged) {
  case_list_finish(&judged->cases);
  case_list_finish(&judged->watched);
  text_buffer_finish(&judged->name);
}

void judged_cases_start(struct judged_cases *judged, const struct hg_run *run) {
  judged->has_plan = wording_mode_has_plan(run->mode);
  judged->applies = run->mode == HG_MODE_APPLY;
  text_buffer_append_char(&judged->name, ' ');
  text_buffer_append_string(&judged->name, run->command);
}

int32_t judged_cases_validated(void *self, const struct hg_validation *validation,
                               struct hg_error *err) {
  struct judged_cases *judged = self;

  if (judged->has_outcomes)
    return 0;
  return judged->format->add_document(&judged->cases, validation, judged->has_plan, err);
}

int32_t judged_cases_finished(void *self, const struct hg_job_result *result,
                              struct hg_error *err) {
  struct judged_cases *judged = self;

  if (!judged->has_outcomes) { /* the documents are no cases any more */
    bool names_files = judged->cases.names_files;

    case_list_finish(&judged->cases);
    case_list_init(&judged->cases, names_files);
  }
  judged->has_outcomes = true;
  if (judged->applies && result->status != HG_STATUS_SUCCESS &&
      judged->format->add_outcome(&judged->watched, result, err) < 0)
    return -1;
  return judged->format->add_outcome(&judged->cases, result, err);
}

int32_t judged_cases_completed(void *self, const struct hg_job_completion *completion,
                               struct hg_error *err) {
  struct judged_cases *judged = self;

  judged->has_outcomes = true;
  return judged->format->add_completion(&judged->watched, completion, err);
}

struct case_list *judged_cases_end(struct judged_cases *judged, const struct hg_result *result,
                                   struct hg_error *err) {
  bool is_watched = result->is_watched && judged->has_outcomes;
  struct case_list *cases = is_watched ? &judged->watched : &judged->cases;
  bool is_told = result->exit_code == 0 || cases->failures + cases->errors > 0;

  if (judged->name.failed) {
    (void)no_memory(err);
    return NULL;
  }
  if ((result->error || !is_told) &&
      judged->format->add_run_error(cases, text_buffer_string(&judged->name), result, err) < 0)
    return NULL;
  return cases;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "github": what a step of GitHub Actions shows. Annotations go to standard output,
 * the whole report to the step's summary. */
#include "annotation_list.h"
#include "memory/no_memory.h"
#include "report/base_directory.h"
#include "report/completion_wording.h"
#include "report/markdown_report.h"
#include "report/reporter_functions.h"
#include "step_summary.h"
#include "text/visible_text.h"

#include <headgate/plugin.h>
#include <stdlib.h>
#include <string.h>

enum { KUBECTL_MOST = 300 /* characters of what kubectl said */ };

struct report_github {
  const struct hg_host *host;
  const struct hg_output *output;
  struct base_directory workspace;
  struct annotation_list errors;
  struct annotation_list warnings;
  struct text_buffer file;
  struct text_buffer title;
  struct text_buffer message;
  struct text_buffer kubectl; /* what it said, or the Pod */
  struct text_buffer cause;
  struct text_buffer advice;
  const char *summary_path; /* NULL: no summary */
  struct markdown_report summary;
};

static const char *wanted_summary(const struct hg_host *host) {
  const char *wanted = host->option(host, "summary");
  const char *path = secure_getenv("GITHUB_STEP_SUMMARY");

  return (!wanted || hg_option_is_true(wanted)) && path && *path ? path : NULL;
}

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct report_github *github = NULL;
  uint64_t most = (uint64_t)hg_option_number(host->option(host, "max-annotations"));

  github = calloc(1, sizeof *github);
  if (!github)
    return no_memory(err);
  if (base_directory_init(&github->workspace, secure_getenv("GITHUB_WORKSPACE"), err) < 0)
    goto fail;
  markdown_report_init(&github->summary, host);
  github->host = host;
  github->output = output;
  github->summary_path = wanted_summary(host);
  annotation_list_init(&github->errors, ANNOTATION_ERROR, most);
  annotation_list_init(&github->warnings, ANNOTATION_WARNING, most);
  *self = github;
  return 0;
fail:
  free(github);
  return -1;
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct report_github *github = self;

  return github->summary_path ? markdown_report_started(&github->summary, run, err) : 0;
}

/* The texts of an annotation are put together in the reporter's buffers. */
static void begin(struct report_github *github, const char *yaml_path) {
  text_buffer_reset(&github->file);
  text_buffer_reset(&github->title);
  text_buffer_reset(&github->message);
  text_buffer_reset(&github->kubectl);
  text_buffer_reset(&github->cause);
  text_buffer_reset(&github->advice);
  base_directory_append(&github->workspace, &github->file, yaml_path);
}

static int32_t end(struct report_github *github, struct annotation_list *list, const char *sort,
                   bool new_document, struct annotation *annotation, struct hg_error *err) {
  if (github->file.failed || github->title.failed || github->message.failed ||
      github->kubectl.failed || github->cause.failed || github->advice.failed)
    return no_memory(err);
  annotation->file = text_buffer_string(&github->file);
  annotation->title = text_buffer_string(&github->title);
  return annotation_list_add(list, sort, new_document, annotation, err);
}

/* A line of the message begins with a word of ours: the log's viewer takes some beginnings for its
 * own marks. */
static const char *labelled(struct text_buffer *text, const char *label, const char *string) {
  if (!string || !*string)
    return "";
  text_buffer_append_string(text, label);
  text_buffer_append_string(text, string);
  return text_buffer_string(text);
}

static void append_job(struct text_buffer *text, const char *job_namespace, const char *job_name) {
  text_buffer_append_string(text, job_namespace);
  text_buffer_append_char(text, '/');
  text_buffer_append_string(text, job_name);
}

static int32_t add_diagnostics(struct report_github *github, struct annotation_list *list,
                               const struct hg_validation *validation,
                               const struct hg_diagnostic *const *diagnostics, uint32_t count,
                               struct hg_error *err) {
  for (uint32_t i = 0; i < count; i++) {
    const struct hg_diagnostic *diagnostic = diagnostics[i];
    struct annotation annotation = {.line = diagnostic->line, .column = diagnostic->column};

    begin(github, validation->yaml_path);
    text_buffer_append_string(&github->title, diagnostic->rule);
    if (*validation->job_name) {
      text_buffer_append_string(&github->title, " in Job ");
      append_job(&github->title, validation->job_namespace, validation->job_name);
    }
    if (*diagnostic->field) {
      text_buffer_append_string(&github->message, diagnostic->field);
      text_buffer_append_string(&github->message, ": ");
    }
    text_buffer_append_string(&github->message, diagnostic->message);
    annotation.messages[0] = text_buffer_string(&github->message);
    annotation.messages[1] = labelled(&github->advice, "Advice: ", diagnostic->advice);
    if (end(github, list, diagnostic->rule, i == 0, &annotation, err) < 0)
      return -1;
  }
  return 0;
}

static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  struct report_github *github = self;

  if (add_diagnostics(github, &github->errors, validation, validation->errors,
                      validation->error_count, err) < 0 ||
      add_diagnostics(github, &github->warnings, validation, validation->warnings,
                      validation->warning_count, err) < 0)
    return -1;
  return github->summary_path ? markdown_report_validated(&github->summary, validation, err) : 0;
}

static int32_t add_failed(struct report_github *github, const struct hg_job_result *result,
                          struct hg_error *err) {
  const struct hg_bytes *output = &result->stderr_text;
  const char *sort = result->failure_class ? result->failure_class : "";
  struct annotation annotation = {.line = 0};
  size_t length;

  begin(github, result->yaml_path);
  text_buffer_append_string(&github->title, *result->job_name ? "Job " : "A Job without a name");
  if (*result->job_name)
    append_job(&github->title, result->job_namespace, result->job_name);
  text_buffer_append_string(&github->title, " was not applied");
  text_buffer_append_string(&github->message, *result->reason ? result->reason : "It failed");
  text_buffer_append_string(&github->kubectl, "kubectl: ");
  length = github->kubectl.length;
  first_line_append(&github->kubectl, output->data, output->length, KUBECTL_MOST);
  annotation.messages[0] = text_buffer_string(&github->message);
  annotation.messages[1] =
      github->kubectl.length > length ? text_buffer_string(&github->kubectl) : "";
  annotation.messages[2] = labelled(&github->advice, "Advice: ", result->advice);
  return end(github, &github->errors, sort, true, &annotation, err);
}

static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  struct report_github *github = self;
  bool failed = result->status != HG_STATUS_SKIPPED && result->status != HG_STATUS_SUCCESS;

  if (failed && add_failed(github, result, err) < 0)
    return -1;
  return github->summary_path ? markdown_report_job(&github->summary, result, err) : 0;
}

/* An error, also where its end is not known: the step fails for that, too. Where another Job tried
 * it again, the step fails if that one does. */
static int32_t add_not_complete(struct report_github *github,
                                const struct hg_job_completion *completion, struct hg_error *err) {
  enum completion_verdict verdict = completion_verdict_of(completion);
  struct annotation annotation = {.line = 0};
  size_t length;

  begin(github, completion->yaml_path);
  text_buffer_append_string(&github->title, "Job ");
  append_job(&github->title, completion->job_namespace, completion->job_name);
  text_buffer_append_string(&github->title,
                            verdict == COMPLETION_UNDECIDED ? " is not known to have ended"
                            : verdict == COMPLETION_RETRIED ? " failed, and was tried again"
                            : completion->outcome == HG_OUTCOME_NEVER_STARTED ? " never started"
                            : completion->outcome == HG_OUTCOME_DELETED       ? " was deleted"
                                                                              : " failed");
  text_buffer_append_string(&github->message, "Error: ");
  completion_append_error(&github->message, completion);
  text_buffer_append_string(&github->kubectl, "Pod: ");
  length = github->kubectl.length;
  completion_append_container(&github->kubectl, completion);
  annotation.messages[0] = text_buffer_string(&github->message);
  annotation.messages[1] =
      github->kubectl.length > length ? text_buffer_string(&github->kubectl) : "";
  annotation.messages[2] =
      labelled(&github->cause, "Cause: ", completion_cause_beside_error(completion));
  annotation.messages[3] = labelled(&github->advice, "Advice: ", completion->advice);
  return end(github, verdict == COMPLETION_RETRIED ? &github->warnings : &github->errors,
             completion->failure_class, true, &annotation, err);
}

static int32_t job_completed(void *self, const struct hg_job_completion *completion,
                             struct hg_error *err) {
  struct report_github *github = self;

  if (completion_verdict_of(completion) != COMPLETION_GOOD &&
      add_not_complete(github, completion, err) < 0)
    return -1;
  return github->summary_path ? markdown_report_completion(&github->summary, completion, err) : 0;
}

static int32_t object_passed_over(void *self, const struct hg_passed_over *object,
                                  struct hg_error *err) {
  struct report_github *github = self;

  return github->summary_path ? markdown_report_passed_over(&github->summary, object, err) : 0;
}

/* A summary that cannot be written takes no annotation along: it is told, and that is all. */
static int32_t write_summary(struct report_github *github, const struct hg_result *result,
                             struct hg_error *err) {
  struct hg_error failure = HG_ERROR_INIT;
  bool whole = true;

  if (!github->summary_path)
    return 0;
  if (step_summary_append(github->summary_path, &github->summary, result, &whole, &failure) < 0) {
    if (failure.code == HG_ERROR_NO_MEMORY)
      return hg_error_set(err, failure.code, "%s", failure.message);
    github->host->log(github->host, HG_LOG_ERROR, failure.message);
  } else if (!whole) {
    github->host->log(github->host, HG_LOG_WARNING,
                      "the step summary is cut: GitHub takes 1 MiB of a step");
  }
  return 0;
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct report_github *github = self;
  const struct annotation error = {.title = "Headgate", .messages = {result->error}};

  if (annotation_list_write(&github->errors, result->error ? &error : NULL, github->output, err) <
          0 ||
      annotation_list_write(&github->warnings, NULL, github->output, err) < 0)
    return -1;
  return write_summary(github, result, err);
}

static void destroy(void *self) {
  struct report_github *github = self;

  if (!github)
    return;
  base_directory_finish(&github->workspace);
  annotation_list_finish(&github->errors);
  annotation_list_finish(&github->warnings);
  text_buffer_finish(&github->file);
  text_buffer_finish(&github->title);
  text_buffer_finish(&github->message);
  text_buffer_finish(&github->kubectl);
  text_buffer_finish(&github->cause);
  text_buffer_finish(&github->advice);
  markdown_report_finish(&github->summary);
  free(github);
}

static const struct hg_option options[] = {
    {sizeof options[0], HG_OPTION_BOOLEAN, "summary", "true", NULL,
     "Append the whole report to the file that GITHUB_STEP_SUMMARY names", 0, 0},
    MARKDOWN_REPORT_MAX_JOBS,
    {sizeof options[0], HG_OPTION_INTEGER, "max-annotations", "10", NULL,
     "Most annotations of a kind: fewer where a job has many such steps", 2, ANNOTATIONS_A_STEP},
};

static const struct hg_reporter_ops ops = {REPORTER_FUNCTIONS,
                                           .object_passed_over = object_passed_over};

HG_PLUGIN(REPORTER, "report-github", HEADGATE_VERSION,
          "Writes annotations and the step summary of GitHub Actions", ops, HG_TABLE(options),
          HG_NO_TABLE);

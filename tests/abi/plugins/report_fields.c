/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter that writes down all it is given, field by field.
 *
 * CMake defines PLUGIN_NAME and, for the variants that leave out an optional function,
 * WITHOUT_STARTED, WITHOUT_VALIDATED or WITHOUT_FINISHED.
 */
#include "fields.h"

#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <stdlib.h>
#include <string.h>

#ifndef PLUGIN_MINOR_REQUIRED
#define PLUGIN_MINOR_REQUIRED 0
#endif

static const struct hg_option options[] = {
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_STRING,
     .name = "text",
     .help = "Any text, without a default"},
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_BOOLEAN,
     .name = "flag",
     .default_value = "false",
     .help = "Yes or no"},
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_INTEGER,
     .name = "number",
     .default_value = "-1",
     .help = "A number"},
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_CHOICE,
     .name = "choice",
     .default_value = "one",
     .choices = "one,two",
     .help = "One of two"},
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_LIST,
     .name = "list",
     .default_value = "",
     .help = "Some texts"},
    {.struct_size = sizeof(struct hg_option),
     .type = HG_OPTION_PATH,
     .name = "path",
     .help = "A file's name"},
};

enum { OPTION_COUNT = sizeof options / sizeof *options };

struct reporter {
  const struct hg_host *host;
  const struct hg_output *output;
  int created; /* what create saw has been written */
};

/* Text that grows until it is written with one call. */
struct pending {
  FILE *file;
  char *text;
  size_t length;
};

static int32_t begin(struct pending *pending, const char *event, struct hg_error *err) {
  pending->text = NULL;
  pending->length = 0;
  pending->file = open_memstream(&pending->text, &pending->length);
  if (!pending->file)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  (void)fprintf(pending->file, "%s\n", event);
  return 0;
}

static int32_t end(struct pending *pending, const struct reporter *reporter, struct hg_error *err) {
  int32_t result = -1;

  if (fclose(pending->file) != 0)
    (void)hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  else
    result = reporter->output->write(reporter->output, pending->text, pending->length, err);
  free(pending->text);
  return result;
}

static int32_t write_created(struct reporter *reporter, struct hg_error *err) {
  const struct hg_host *host = reporter->host;
  struct pending pending;

  if (reporter->created)
    return 0;
  reporter->created = 1;
  if (begin(&pending, "create", err) < 0)
    return -1;
  fields_write(pending.file, 1, &described_host, host);
  fields_write(pending.file, 1, &described_output, reporter->output);
  (void)fprintf(pending.file, "  cancelled() = %d\n", host->cancelled(host));
  for (size_t i = 0; i < OPTION_COUNT; i++) {
    (void)fprintf(pending.file, "  option(%s) = ", options[i].name);
    fields_write_text(pending.file, host->option(host, options[i].name));
    (void)fputc('\n', pending.file);
  }
  (void)fputs("  option(unheard-of) = ", pending.file);
  fields_write_text(pending.file, host->option(host, "unheard-of"));
  (void)fputc('\n', pending.file);
  return end(&pending, reporter, err);
}

static int32_t write_event(void *self, const char *event, const struct described_struct *what,
                           const void *given, struct hg_error *err) {
  struct reporter *reporter = self;
  struct pending pending;

  if (write_created(reporter, err) < 0 || begin(&pending, event, err) < 0)
    return -1;
  fields_write(pending.file, 1, what, given);
  return end(&pending, reporter, err);
}

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct reporter *reporter = calloc(1, sizeof *reporter);

  if (!reporter)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  reporter->host = host;
  reporter->output = output;
  *self = reporter;
  return 0;
}

#ifndef WITHOUT_STARTED
static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  return write_event(self, "run_started", &described_run, run, err);
}
#endif

#ifndef WITHOUT_VALIDATED
static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  return write_event(self, "job_validated", &described_validation, validation, err);
}
#endif

#ifndef WITHOUT_FINISHED
static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  return write_event(self, "job_finished", &described_job_result, result, err);
}
#endif

static int32_t job_observed(void *self, const struct hg_job_observation *observation,
                            struct hg_error *err) {
  return write_event(self, "job_observed", &described_job_observation, observation, err);
}

static int32_t job_completed(void *self, const struct hg_job_completion *completion,
                             struct hg_error *err) {
  return write_event(self, "job_completed", &described_job_completion, completion, err);
}

static int32_t object_passed_over(void *self, const struct hg_passed_over *object,
                                  struct hg_error *err) {
  return write_event(self, "object_passed_over", &described_passed_over, object, err);
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  const struct reporter *reporter = self;

  reporter->host->log(reporter->host, HG_LOG_WARNING, PLUGIN_NAME " saw the end of the run");
  return write_event(self, "run_finished", &described_result, result, err);
}

static void destroy(void *self) {
  free(self);
}

#ifdef HG_LATER
static int32_t job_retried(void *self, const struct hg_job_result *result, struct hg_error *err) {
  return write_event(self, "job_retried", &described_job_result, result, err);
}
#endif

static const struct hg_reporter_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
#ifndef WITHOUT_STARTED
    .run_started = run_started,
#endif
#ifndef WITHOUT_VALIDATED
    .job_validated = job_validated,
#endif
#ifndef WITHOUT_FINISHED
    .job_finished = job_finished,
#endif
    .run_finished = run_finished,
    .destroy = destroy,
    .job_observed = job_observed,
    .job_completed = job_completed,
    .object_passed_over = object_passed_over,
#ifdef HG_LATER
    .job_retried = job_retried,
    .later_text = "of the functions",
    .later_number = 1,
#endif
};

static const struct hg_plugin plugin = {
    .magic = HG_PLUGIN_MAGIC,
    .struct_size = sizeof plugin,
    .abi_major = HG_ABI_MAJOR,
    .abi_minor = HG_ABI_MINOR,
    .abi_minor_required = PLUGIN_MINOR_REQUIRED,
    .stage = HG_STAGE_REPORTER,
    .option_count = OPTION_COUNT,
    .name = PLUGIN_NAME,
    .version = "1.0.0",
    .description = "Writes every field of every event",
    .options = options,
    .ops = &ops,
#ifdef HG_LATER
    .later_text = "of the plugin",
    .later_number = 2,
#endif
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter that writes the names of its events, and does what its option `deed` says (deeds.c)
 * the first time that it comes to where its option `when` says. */
#include "deeds.h"

#include <headgate/option.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const struct hg_option misbehaves_options[] = {
    {sizeof(struct hg_option), HG_OPTION_STRING, "deed", "nothing", NULL, "what it does", 0, 0},
    {sizeof(struct hg_option), HG_OPTION_CHOICE, "when", "never",
     "never,create,run_started,job_validated,job_finished,run_finished,destroy,exit,unload",
     "where it does it", 0, 0},
};

static const struct hg_reporter_ops misbehaves_ops;

#define PLUGIN_DESCRIPTION "Does what it is told and should not"
#define PLUGIN_OPTIONS misbehaves_options
#define PLUGIN_OPTION_COUNT 2
#define PLUGIN_OPS &misbehaves_ops
#include "plugin_skeleton.h"

struct reporter {
  const struct hg_host *host;
  const struct hg_output *output;
};

/* What is left to do; what happens when the process ends has no object any more. */
static char deed[64];
static char when[32];

static int32_t pass(const char *place, const struct scene *scene) {
  if (strcmp(when, place) != 0)
    return 0;
  when[0] = '\0';
  return deed_do(deed, scene);
}

static void pass_exit(void) {
  static const struct scene nobody;

  (void)pass("exit", &nobody);
}

__attribute__((destructor)) static void pass_unload(void) {
  static const struct scene nobody;

  (void)pass("unload", &nobody);
}

static int32_t misbehaves_create(const struct hg_host *host, const struct hg_output *output,
                                 void **self, struct hg_error *err) {
  const struct scene scene = {host, output, err};
  struct reporter *reporter = calloc(1, sizeof *reporter);

  if (!reporter)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  reporter->host = host;
  reporter->output = output;
  (void)snprintf(deed, sizeof deed, "%s", host->option(host, "deed"));
  (void)snprintf(when, sizeof when, "%s", host->option(host, "when"));
  (void)atexit(pass_exit);
  if (pass("create", &scene) == 0) {
    *self = reporter;
    return 0;
  }
  free(reporter);
  return -1;
}

static int32_t note(struct reporter *reporter, const char *event, struct hg_error *err) {
  const struct scene scene = {reporter->host, reporter->output, err};

  if (reporter->output->write(reporter->output, event, strlen(event), err) < 0 ||
      reporter->output->write(reporter->output, "\n", 1, err) < 0)
    return -1;
  return pass(event, &scene);
}

static int32_t misbehaves_run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  (void)run;
  return note(self, "run_started", err);
}

static int32_t misbehaves_job_validated(void *self, const struct hg_validation *validation,
                                        struct hg_error *err) {
  (void)validation;
  return note(self, "job_validated", err);
}

static int32_t misbehaves_job_finished(void *self, const struct hg_job_result *result,
                                       struct hg_error *err) {
  (void)result;
  return note(self, "job_finished", err);
}

static int32_t misbehaves_run_finished(void *self, const struct hg_result *result,
                                       struct hg_error *err) {
  (void)result;
  return note(self, "run_finished", err);
}

static void misbehaves_destroy(void *self) {
  struct reporter *reporter = self;
  struct hg_error error = HG_ERROR_INIT;

  if (reporter) {
    const struct scene scene = {reporter->host, reporter->output, &error};

    (void)pass("destroy", &scene);
  }
  free(reporter);
}

static const struct hg_reporter_ops misbehaves_ops = {
    .struct_size = sizeof misbehaves_ops,
    .create = misbehaves_create,
    .run_started = misbehaves_run_started,
    .job_validated = misbehaves_job_validated,
    .job_finished = misbehaves_job_finished,
    .run_finished = misbehaves_run_finished,
    .destroy = misbehaves_destroy,
};

/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter that writes the name of each event, and does what its option `deeds` says. */
#include "wrong_deed.h"

#include <headgate/plugin.h>
#include <stdlib.h>
#include <string.h>

/* Whether `name` is in the comma-separated list. */
static bool is_listed(const char *list, const char *name) {
  size_t length = strlen(name);

  for (const char *at = list; at; at = strchr(at, ',')) {
    at += *at == ',';
    if (strncmp(at, name, length) == 0 && (at[length] == ',' || !at[length]))
      return true;
  }
  return false;
}

static int32_t do_deeds(struct wrong_reporter *reporter, const struct deed *table,
                        enum moment moment, const void *event, struct hg_error *err) {
  const char *deeds = reporter->host->option(reporter->host, "deeds");
  int32_t result = 0;

  for (const struct deed *deed = table; deed->name && result == 0; deed++)
    if (deed->moment == moment && is_listed(deeds, deed->name))
      result = deed->done(reporter, event, err);
  return result;
}

static int32_t do_all(struct wrong_reporter *reporter, enum moment moment, const void *event,
                      struct hg_error *err) {
  int32_t result = do_deeds(reporter, conduct_deeds, moment, event, err);

  return result ? result : do_deeds(reporter, run_deeds, moment, event, err);
}

/* What is right, but for the deeds. */
static int32_t write_name(struct wrong_reporter *reporter, const char *name, struct hg_error *err) {
  static const char ignores[] = "ignores-full-disk";

  if (reporter->output->write(reporter->output, name, strlen(name), err) == 0)
    return 0;
  (void)do_all(reporter, ON_FULL_DISK, NULL, err);
  return is_listed(reporter->host->option(reporter->host, "deeds"), ignores) ? 0 : -1;
}

static int32_t report(struct wrong_reporter *reporter, enum moment moment, const char *name,
                      const void *event, struct hg_error *err) {
  int32_t result = do_all(reporter, moment, event, err);

  if (result == 0)
    result = write_name(reporter, name, err);
  reporter->has_failed = reporter->has_failed || result != 0;
  return result;
}

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct wrong_reporter *reporter = calloc(1, sizeof *reporter);

  if (!reporter)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  reporter->host = host;
  reporter->output = output;
  *self = reporter;
  return do_all(reporter, IN_CREATE, NULL, err);
}

static int32_t run_started(void *self, const struct hg_run *run, struct hg_error *err) {
  struct wrong_reporter *reporter = self;

  reporter->mode = run->mode;
  return report(reporter, IN_RUN_STARTED, "run_started\n", run, err);
}

static int32_t job_validated(void *self, const struct hg_validation *validation,
                             struct hg_error *err) {
  return report(self, IN_JOB_VALIDATED, "job_validated\n", validation, err);
}

static int32_t job_finished(void *self, const struct hg_job_result *result, struct hg_error *err) {
  return report(self, IN_JOB_FINISHED, "job_finished\n", result, err);
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  struct wrong_reporter *reporter = self;

  reporter->is_over = true;
  return report(reporter, IN_RUN_FINISHED, "run_finished\n", result, err);
}

static void destroy(void *self) {
  struct wrong_reporter *reporter = self;

  if (!reporter)
    return;
  (void)do_all(reporter, IN_DESTROY, NULL, NULL);
  free(reporter);
}

static const struct hg_option options[] = {{.struct_size = sizeof options[0],
                                            .type = HG_OPTION_LIST,
                                            .name = "deeds",
                                            .default_value = "",
                                            .help = "What it does that is wrong"}};

static const struct hg_reporter_ops ops = {.struct_size = sizeof ops,
                                           .create = create,
                                           .run_started = run_started,
                                           .job_validated = job_validated,
                                           .job_finished = job_finished,
                                           .run_finished = run_finished,
                                           .destroy = destroy};

HG_PLUGIN(REPORTER, "wrong", "0.1", "Does what it must not", ops, HG_TABLE(options), HG_NO_TABLE);

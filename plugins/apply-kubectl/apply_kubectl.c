/* SPDX-License-Identifier: Apache-2.0 */
/* The applier: its options, and the two things that it can be asked to do. */
#include "apply_loop.h"
#include "errand.h"
#include "program.h"
#include "text/text_buffer.h"
#include "text/visible_text.h"

#include <errno.h>
#include <headgate/applier.h>
#include <headgate/plugin.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct applier {
  struct program program;
  struct apply_loop loop;
};

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_PATH, "kubectl", NULL, NULL,
     "the kubectl to execute; without it, the first one in PATH"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "timeout", "30", NULL,
     "seconds after which a kubectl that still runs is terminated, 1 to 86400"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "grace", "5", NULL,
     "seconds from its termination until it is killed, 0 to 600"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "parallel", "4", NULL,
     "kubectls that work at one time, 1 to 64"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "batch", "1", NULL,
     "Jobs that one kubectl applies, 1 to 100; each further one adds a tenth of the timeout"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "retries", "2", NULL,
     "further tries of a Job after failures that are known to pass, 0 to 20"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "retry-delay", "1000", NULL,
     "milliseconds before the first further try, at most; doubled for each next one, 0 to 30000"},
};

/* The numbers among the options. */
struct range {
  const char *option;
  const char *what;
  int64_t least;
  int64_t most;
};

static const struct range timeout_range = {"timeout", "number of seconds", 1, 86400};
static const struct range grace_range = {"grace", "number of seconds", 0, 600};
static const struct range parallel_range = {"parallel", "number", 1, 64};
static const struct range batch_range = {"batch", "number", 1, 100};
static const struct range retries_range = {"retries", "number", 0, 20};
static const struct range retry_delay_range = {"retry-delay", "number of milliseconds", 0,
                                               BACKOFF_MOST_MS};

static int32_t read_number(const struct hg_host *host, const struct range *range, int64_t *number,
                           struct hg_error *err) {
  const char *text = host->option(host, range->option);
  char *end = NULL;

  errno = 0;
  *number = 0;
  if (text)
    *number = strtoll(text, &end, 10);
  if (!text || end == text || *end || errno != 0 || *number < range->least || *number > range->most)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "apply-kubectl.%s must be a %s from %" PRId64 " to %" PRId64 ", not '%s'",
                        range->option, range->what, range->least, range->most, text ? text : "");
  return 0;
}

static int32_t read_limits(const struct hg_host *host, struct apply_limits *limits,
                           struct hg_error *err) {
  int64_t timeout_s;
  int64_t grace_s;
  int64_t parallel;
  int64_t batch;
  int64_t retries;

  if (read_number(host, &timeout_range, &timeout_s, err) != 0 ||
      read_number(host, &grace_range, &grace_s, err) != 0 ||
      read_number(host, &parallel_range, &parallel, err) != 0 ||
      read_number(host, &batch_range, &batch, err) != 0 ||
      read_number(host, &retries_range, &retries, err) != 0 ||
      read_number(host, &retry_delay_range, &limits->retry_delay_ms, err) != 0)
    return -1;
  limits->child.timeout_ms = timeout_s * 1000;
  limits->child.grace_ms = grace_s * 1000;
  limits->parallel = (uint32_t)parallel;
  limits->batch = (uint32_t)batch;
  limits->retries = (uint32_t)retries;
  return 0;
}

static void destroy(void *self) {
  struct applier *applier = self;

  if (!applier)
    return;
  apply_loop_finish(&applier->loop);
  program_finish(&applier->program);
  free(applier);
}

static void log_program(const struct hg_host *host, const struct program *program) {
  struct text_buffer line;

  text_buffer_init(&line);
  text_buffer_append_string(&line, "kubectl is ");
  visible_text_append(&line, program->path, strlen(program->path));
  if (!line.failed)
    host->log(host, HG_LOG_DEBUG, text_buffer_string(&line));
  text_buffer_finish(&line);
}

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  struct applier *applier = calloc(1, sizeof *applier);
  const char *kubectl = host->option(host, "kubectl");
  struct apply_limits limits;

  if (!applier)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  program_init(&applier->program);
  if (kubectl && !*kubectl) {
    (void)hg_error_set(err, HG_ERROR_INVALID, "--kubectl needs a path, not an empty text");
    goto fail;
  }
  if (read_limits(host, &limits, err) != 0 ||
      program_find(&applier->program, kubectl, getenv("PATH"), err) != 0 ||
      apply_loop_init(&applier->loop, host, &applier->program, &limits, err) != 0)
    goto fail;
  if (applier->program.path)
    log_program(host, &applier->program);
  *self = applier;
  return 0;

fail:
  destroy(applier);
  return -1;
}

static int32_t apply(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                     struct hg_error *err) {
  struct applier *applier = self;
  struct apply_errand errand;

  apply_errand_init(&errand, sink);
  return apply_loop_run(&applier->loop, plan, &errand.errand, err);
}

static int32_t preflight(void *self, const struct hg_plan *plan,
                         const struct hg_preflight_sink *sink, struct hg_error *err) {
  struct applier *applier = self;
  struct preflight_errand errand;

  preflight_errand_init(&errand, plan, sink);
  return apply_loop_run(&applier->loop, plan, &errand.errand, err);
}

static const struct hg_applier_ops ops = {
    .struct_size = sizeof(struct hg_applier_ops),
    .create = create,
    .apply = apply,
    .preflight = preflight,
    .destroy = destroy,
};

static const struct hg_plugin plugin = {
    .magic = HG_PLUGIN_MAGIC,
    .struct_size = sizeof(struct hg_plugin),
    .abi_major = HG_ABI_MAJOR,
    .abi_minor = HG_ABI_MINOR,
    .abi_minor_required = HG_ABI_MINOR,
    .stage = HG_STAGE_APPLIER,
    .option_count = sizeof options / sizeof *options,
    .name = "apply-kubectl",
    .version = HEADGATE_VERSION,
    .description = "Applies each Job with kubectl",
    .options = options,
    .ops = &ops,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}

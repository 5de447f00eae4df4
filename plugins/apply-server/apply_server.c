/* SPDX-License-Identifier: Apache-2.0 */
/* The applier: its options, and the two things that it can be asked to do. */
#include "passage.h"

#include <errno.h>
#include <headgate/applier.h>
#include <headgate/plugin.h>
#include <inttypes.h>
#include <stdlib.h>

struct applier {
  const struct hg_host *host;
  struct passage_limits limits;
};

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "timeout", "30", NULL,
     "seconds after which a request without an answer is given up, 1 to 86400"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "parallel", "16", NULL,
     "requests at one time, each on a connection of its own, 1 to 64"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "retries", "2", NULL,
     "further tries of a Job after failures that are known to pass, 0 to 20"},
    {sizeof(struct hg_option), HG_OPTION_INTEGER, "retry-delay", "1000", NULL,
     "milliseconds before the first further try, at most; doubled for each next one, 0 to 30000"},
};

static int32_t read_number(const struct hg_host *host, const char *option, int64_t least,
                           int64_t most, int64_t *number, struct hg_error *err) {
  const char *text = host->option(host, option);
  char *end = NULL;

  errno = 0;
  *number = text ? strtoll(text, &end, 10) : 0;
  if (!text || end == text || *end || errno != 0 || *number < least || *number > most)
    return hg_error_set(err, HG_ERROR_INVALID,
                        "apply-server.%s must be a number from %" PRId64 " to %" PRId64
                        ", not '%s'",
                        option, least, most, text ? text : "");
  return 0;
}

static int32_t create(const struct hg_host *host, void **self, struct hg_error *err) {
  struct applier *applier;
  int64_t timeout_s;
  int64_t parallel;
  int64_t retries;
  int64_t delay_ms;

  if (read_number(host, "timeout", 1, 86400, &timeout_s, err) < 0 ||
      read_number(host, "parallel", 1, PASSAGE_MOST_PARALLEL, &parallel, err) < 0 ||
      read_number(host, "retries", 0, 20, &retries, err) < 0 ||
      read_number(host, "retry-delay", 0, BACKOFF_MOST_MS, &delay_ms, err) < 0)
    return -1;
  applier = calloc(1, sizeof *applier);
  if (!applier)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  applier->host = host;
  applier->limits = (struct passage_limits){
      .timeout_ms = timeout_s * 1000,
      .parallel = (uint32_t)parallel,
      .retries = (uint32_t)retries,
      .retry_delay_ms = delay_ms,
  };
  *self = applier;
  return 0;
}

static void destroy(void *self) {
  free(self);
}

static int32_t apply(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                     struct hg_error *err) {
  const struct applier *applier = self;
  const struct errand errand = {.plan = plan, .apply = sink};

  return passage_run(applier->host, &errand, &applier->limits, err);
}

static int32_t preflight(void *self, const struct hg_plan *plan,
                         const struct hg_preflight_sink *sink, struct hg_error *err) {
  const struct applier *applier = self;
  const struct errand errand = {.plan = plan, .preflight = sink};

  return passage_run(applier->host, &errand, &applier->limits, err);
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
    .name = "apply-server",
    .version = HEADGATE_VERSION,
    .description = "Applies each Job by a request of its own, without kubectl",
    .options = options,
    .ops = &ops,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Writes how many Jobs were skipped. */
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  (void)host;
  (void)err;
  *self = (void *)output;
  return 0;
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  const struct hg_output *output = self;
  char line[64];

  (void)snprintf(line, sizeof line, "skipped: %" PRIu64 "\n", result->skipped_jobs);
  return output->write(output, line, strlen(line), err);
}

static void destroy(void *self) {
  (void)self;
}

static const struct hg_reporter_ops ops = {
    .struct_size = sizeof(struct hg_reporter_ops),
    .create = create,
    .run_finished = run_finished,
    .destroy = destroy,
};

static const struct hg_plugin plugin = {
    .magic = HG_PLUGIN_MAGIC,
    .struct_size = sizeof(struct hg_plugin),
    .abi_major = HG_ABI_MAJOR,
    .abi_minor = HG_ABI_MINOR,
    .abi_minor_required = 0,
    .stage = HG_STAGE_REPORTER,
    .name = "report-count",
    .version = "0.1",
    .description = "Counts",
    .ops = &ops,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}

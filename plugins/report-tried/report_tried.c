/* SPDX-License-Identifier: Apache-2.0 */
/* The reporter "tried": a number. */
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct report {
  const struct hg_output *output;
};

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  struct report *report = calloc(1, sizeof *report);

  (void)host;
  if (!report)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory for the report");
  report->output = output;
  *self = report;
  return 0;
}

static int32_t run_finished(void *self, const struct hg_result *result, struct hg_error *err) {
  const struct report *report = self;
  char line[80];

  snprintf(line, sizeof line, "%llu Jobs\n", (unsigned long long)result->total_jobs);
  return report->output->write(report->output, line, strlen(line), err);
}

static const struct hg_reporter_ops ops = {
    .struct_size = sizeof ops, .create = create, .run_finished = run_finished, .destroy = free};

static const struct hg_plugin plugin = {.magic = HG_PLUGIN_MAGIC,
                                        .struct_size = sizeof plugin,
                                        .abi_major = HG_ABI_MAJOR,
                                        .abi_minor = HG_ABI_MINOR,
                                        .stage = HG_STAGE_REPORTER,
                                        .name = "report-tried",
                                        .version = HEADGATE_VERSION,
                                        .description = "Writes how many Jobs there were",
                                        .ops = &ops};

const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}

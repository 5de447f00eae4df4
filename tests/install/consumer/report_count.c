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

HG_PLUGIN(REPORTER, "report-count", "0.1", "Counts", ops, HG_NO_TABLE, HG_NO_TABLE);

/* SPDX-License-Identifier: Apache-2.0 */
#include "stage_plugin.h"

#include <headgate/error.h>
#include <stdlib.h>

FILE *stage_trace(const struct hg_host *host, const char *event) {
  const char *path = host->option(host, stage_option.name);
  FILE *file = fopen(path ? path : "/dev/null", "ae");

  if (!file)
    abort();
  (void)fprintf(file, "%s\n", event);
  return file;
}

int32_t stage_create(const struct hg_host *host, void **self, struct hg_error *err) {
  FILE *file = stage_trace(host, "create");

  (void)err;
  fields_write(file, 1, &described_host, host);
  (void)fclose(file);
  /* The host's struct outlives this object, and is only read. */
  *self = (void *)(uintptr_t)host;
  return 0;
}

void stage_destroy(void *self) {
  if (self)
    (void)fclose(stage_trace(self, "destroy"));
}

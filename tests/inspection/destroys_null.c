/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter whose destroy does not take NULL. */
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/reporter.h>
#include <stdlib.h>

static int32_t create(const struct hg_host *host, const struct hg_output *output, void **self,
                      struct hg_error *err) {
  (void)host;
  (void)output;
  *self = malloc(1);
  return *self ? 0 : hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
}

static void destroy(void *self) {
  if (!self)
    abort();
  free(self);
}

#define OPS_CREATE create
#define OPS_DESTROY destroy
#include "plugin_skeleton.h"

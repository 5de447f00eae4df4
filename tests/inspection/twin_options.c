/* SPDX-License-Identifier: Apache-2.0 */
/* A reporter with two options of one name, whose destroy does not take NULL. */
#define PLUGIN_OPTIONS options
#define PLUGIN_OPTION_COUNT 3
#include <headgate/error.h>
#include <headgate/host.h>
#include <headgate/option.h>
#include <headgate/reporter.h>
#include <stdlib.h>

static const struct hg_option options[] = {
    {sizeof(struct hg_option), HG_OPTION_STRING, "title", "", NULL, "Its title", 0, 0},
    {sizeof(struct hg_option), HG_OPTION_STRING, "color", "", NULL, "Its colour", 0, 0},
    {sizeof(struct hg_option), HG_OPTION_STRING, "title", "", NULL, "Its other title", 0, 0},
};

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

/* SPDX-License-Identifier: Apache-2.0 */
/* Refused: a scanner must have read. */
#include <headgate/scanner.h>

#define PLUGIN_STAGE HG_STAGE_SCANNER
#define PLUGIN_REVISION HG_SCANNER_REVISION
#define PLUGIN_OPS &ops
static const struct hg_scanner_ops ops;
#include "plugin_skeleton.h"

static int32_t skeleton_scanner_create(const struct hg_host *host,
                                       const struct hg_scan_request *request, void **self,
                                       struct hg_error *err) {
  (void)request;
  return skeleton_stage_create(host, self, err);
}

static uint64_t count(void *self) {
  (void)self;
  return 0;
}

static const char *path(void *self, uint64_t index) {
  (void)self;
  (void)index;
  return "";
}

static int32_t reader_create(void *self, void **reader, struct hg_error *err) {
  (void)err;
  *reader = self;
  return 0;
}

static const struct hg_scanner_ops ops = {
    .struct_size = sizeof(struct hg_scanner_ops),
    .create = skeleton_scanner_create,
    .count = count,
    .path = path,
    .reader_create = reader_create,
    .destroy = skeleton_destroy,
};

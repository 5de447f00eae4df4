/* SPDX-License-Identifier: Apache-2.0 */
/* The bundled apply-server in a host that knows less: takes its place, and hands on to it what
 * comes from the host, but a sink that ends where that of these headers does, which is where its
 * memory ends.
 *
 * CMake defines BUNDLED, the plugin's file.
 */
#include "page_end.h"

#include <dlfcn.h>
#include <headgate/applier.h>
#include <headgate/plugin.h>
#include <string.h>

static const struct hg_applier_ops *bundled_ops;

static int32_t apply(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                     struct hg_error *err) {
  struct hg_apply_sink older = *sink;

  older.struct_size = sizeof older;
  return bundled_ops->apply(self, plan, page_end_copy(&older, sizeof older), err);
}

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  static struct hg_applier_ops ops;
  static struct hg_plugin plugin;
  void *file = dlopen(BUNDLED, RTLD_NOW | RTLD_LOCAL);
  void *symbol = file ? dlsym(file, "headgate_plugin_v1") : NULL;
  const struct hg_plugin *(*bundled)(void);

  if (!symbol)
    return NULL;
  memcpy(&bundled, &symbol, sizeof bundled); /* ISO C has no cast for it */
  plugin = *bundled();
  plugin.struct_size = sizeof plugin;
  bundled_ops = plugin.ops;
  ops = *bundled_ops;
  ops.struct_size = sizeof ops;
  ops.apply = apply;
  plugin.ops = &ops;
  return &plugin;
}

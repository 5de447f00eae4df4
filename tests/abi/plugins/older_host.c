/* SPDX-License-Identifier: Apache-2.0 */
/* The bundled apply-server in a host that knows less: takes its place, and hands on to it what
 * comes from the host, but a sink that ends where that of these headers does, which is where its
 * memory ends.
 *
 * CMake defines BUNDLED, the plugin's file. With OLDER_HOST_STOPS in the environment the user says
 * stop at the worst of times: once the host has let Jobs through and before the plugin knows.
 */
#include "page_end.h"

#include <dlfcn.h>
#include <headgate/applier.h>
#include <headgate/plugin.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct hg_applier_ops *bundled_ops;

/* Those of the host, while its function is called. */
static const struct hg_apply_sink *apply_sink;
static const struct hg_preflight_sink *preflight_sink;

static void say_stop(void) {
  if (getenv("OLDER_HOST_STOPS"))
    (void)kill(getpid(), SIGINT);
}

static uint32_t start(const struct hg_apply_sink *sink, struct hg_launch *launches,
                      uint32_t count) {
  uint32_t answer = apply_sink->start(sink, launches, count);

  say_stop();
  return answer;
}

static int32_t document(const struct hg_preflight_sink *sink, uint64_t item, struct hg_bytes *bytes,
                        struct hg_error *err) {
  int32_t result = preflight_sink->document(sink, item, bytes, err);

  say_stop();
  return result;
}

static int32_t apply(void *self, const struct hg_plan *plan, const struct hg_apply_sink *sink,
                     struct hg_error *err) {
  struct hg_apply_sink older = *sink;

  apply_sink = sink;
  older.struct_size = sizeof older;
  older.start = start;
  return bundled_ops->apply(self, plan, page_end_copy(&older, sizeof older), err);
}

static int32_t preflight(void *self, const struct hg_plan *plan,
                         const struct hg_preflight_sink *sink, struct hg_error *err) {
  struct hg_preflight_sink older = *sink;

  preflight_sink = sink;
  older.struct_size = sizeof older;
  older.document = document;
  return bundled_ops->preflight(self, plan, page_end_copy(&older, sizeof older), err);
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
  ops.preflight = preflight;
  plugin.ops = &ops;
  return &plugin;
}

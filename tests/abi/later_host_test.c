/* SPDX-License-Identifier: Apache-2.0 */
/* A host of a later minor and reporters of 1.0: in the host's copies, what the plugin has never
 * heard of is 0 or NULL, and what it has is there. Compiled with the headers that later_headers.py
 * made.
 */
#include "plugins/plugin_negotiation.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#ifndef HG_LATER
#error "these are not the headers of a later minor"
#endif

struct negotiated {
  struct arena arena;
  struct plugin plugin;
};

static void negotiate(struct negotiated *negotiated, const char *set, const char *name) {
  const struct hg_plugin *(*entry)(void);
  struct hg_error error = HG_ERROR_INIT;
  char path[4096];
  void *library;
  void *symbol;

  arena_init(&negotiated->arena);
  memset(&negotiated->plugin, 0, sizeof negotiated->plugin);
  (void)snprintf(path, sizeof path, ABI_PLUGINS "/%s/headgate-%s.so", set, name);
  library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    fail_msg("%s", dlerror());
  symbol = dlsym(library, "headgate_plugin_v1");
  assert_non_null(symbol);
  memcpy(&entry, &symbol, sizeof entry);
  if (plugin_negotiate(&negotiated->arena, path, entry(), &negotiated->plugin, &error) < 0)
    fail_msg("%s", error.message);
}

static void what_a_reporter_of_1_0_lacks_is_zero(void **state) {
  struct negotiated negotiated;
  const struct plugin *plugin = &negotiated.plugin;

  (void)state;
  negotiate(&negotiated, "1.0", "report-at-page-end");
  assert_int_equal(plugin->info.abi_minor, 0);
  assert_null(plugin->info.later_text);
  assert_int_equal(plugin->info.later_number, 0);
  assert_null(plugin->ops.reporter.job_retried);
  assert_null(plugin->ops.reporter.later_text);
  assert_int_equal(plugin->ops.reporter.later_number, 0);
  assert_int_equal(plugin->info.option_count, 2);
  for (uint32_t i = 0; i < plugin->info.option_count; i++) {
    assert_null(plugin->options[i].later_text);
    assert_int_equal(plugin->options[i].later_number, 0);
  }
  assert_int_equal(plugin->info.rule_count, 2);
  for (uint32_t i = 0; i < plugin->info.rule_count; i++) {
    assert_null(plugin->rules[i].later_text);
    assert_int_equal(plugin->rules[i].later_number, 0);
  }
  arena_finish(&negotiated.arena);
}

static void what_a_reporter_of_1_0_has_is_there(void **state) {
  struct negotiated negotiated;
  const struct plugin *plugin = &negotiated.plugin;

  (void)state;
  negotiate(&negotiated, "1.0", "report-at-page-end");
  assert_string_equal(plugin->info.name, "report-at-page-end");
  assert_int_equal(plugin->info.stage, HG_STAGE_REPORTER);
  assert_non_null(plugin->ops.reporter.create);
  assert_non_null(plugin->ops.reporter.run_finished);
  assert_non_null(plugin->ops.reporter.destroy);
  assert_string_equal(plugin->options[1].name, "second");
  assert_string_equal(plugin->options[1].default_value, "two rows");
  assert_string_equal(plugin->rules[1].name, "second");
  assert_string_equal(plugin->rules[1].what, "The second row");
  arena_finish(&negotiated.arena);
}

/* Without this, the zeros above might be those of a host that copies nothing new. */
static void what_a_later_reporter_has_is_there_too(void **state) {
  struct negotiated negotiated;
  const struct plugin *plugin = &negotiated.plugin;

  (void)state;
  negotiate(&negotiated, "later", "report-fields");
  assert_int_equal(plugin->info.abi_minor, HG_ABI_MINOR);
  assert_string_equal(plugin->info.later_text, "of the plugin");
  assert_int_equal(plugin->info.later_number, 2);
  assert_non_null(plugin->ops.reporter.job_retried);
  assert_string_equal(plugin->ops.reporter.later_text, "of the functions");
  assert_int_equal(plugin->ops.reporter.later_number, 1);
  arena_finish(&negotiated.arena);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(what_a_reporter_of_1_0_lacks_is_zero),
      cmocka_unit_test(what_a_reporter_of_1_0_has_is_there),
      cmocka_unit_test(what_a_later_reporter_has_is_there_too),
  };

  return cmocka_run_group_tests(tests, NULL, NULL);
}

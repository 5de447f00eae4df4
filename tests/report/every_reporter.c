/* SPDX-License-Identifier: Apache-2.0 */
#include "every_reporter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct {
  const char *reporter;
  const char *name;
  const char *value;
} options[] = {
    {"report-prometheus", "job-metrics", "10000"},
    {"report-markdown", "max-jobs", "0"},
};

void every_reporter_call(void (*test)(const char *plugin, void *context), void *context) {
  char *plugins = strdup(REPORTERS);
  char *rest = plugins;
  const char *plugin;
  unsigned count = 0;

  assert_non_null(plugins);
  for (; (plugin = strtok_r(rest, ":", &rest)) != NULL; count++)
    test(plugin, context);
  assert_true(count >= 2);
  free(plugins);
}

void every_reporter_open(struct reporter_harness *harness, const char *plugin) {
  reporter_harness_open(harness, plugin);
  print_message("with %s\n", harness->plugin->name); /* so that a failure has a name */
  for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
    if (strcmp(harness->plugin->name, options[i].reporter) != 0)
      continue;
    harness->option_name = options[i].name;
    harness->option_value = options[i].value;
  }
}

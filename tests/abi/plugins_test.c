/* SPDX-License-Identifier: Apache-2.0 */
/* What each bundled plugin says of itself: it must be what CMake declares, fit what the headers
 * promise, and hold no surprise for --help. */
#include <dlfcn.h>
#include <headgate/applier.h>
#include <headgate/generator.h>
#include <headgate/plugin.h>
#include <headgate/reporter.h>
#include <headgate/scanner.h>
#include <headgate/validator.h>
#include <headgate/watcher.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "declared_plugins.h"

enum { PLUGIN_COUNT = sizeof declared_plugins / sizeof *declared_plugins };

static const struct stage {
  const char *name;
  uint32_t number;
  uint32_t revision;
  size_t ops_size;
} stages[] = {
    {"generator", HG_STAGE_GENERATOR, HG_GENERATOR_REVISION, sizeof(struct hg_generator_ops)},
    {"scanner", HG_STAGE_SCANNER, HG_SCANNER_REVISION, sizeof(struct hg_scanner_ops)},
    {"validator", HG_STAGE_VALIDATOR, HG_VALIDATOR_REVISION, sizeof(struct hg_validator_ops)},
    {"applier", HG_STAGE_APPLIER, HG_APPLIER_REVISION, sizeof(struct hg_applier_ops)},
    {"watcher", HG_STAGE_WATCHER, HG_WATCHER_REVISION, sizeof(struct hg_watcher_ops)},
    {"reporter", HG_STAGE_REPORTER, 0, sizeof(struct hg_reporter_ops)},
};

static const struct hg_plugin *load(const struct declared_plugin *declared) {
  const struct hg_plugin *(*entry)(void);
  char path[4096];
  void *library;
  void *symbol;

  (void)snprintf(path, sizeof path, "%s/headgate-%s.so", PLUGIN_DIRECTORY, declared->name);
  library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!library)
    fail_msg("%s", dlerror());
  symbol = dlsym(library, "headgate_plugin_v1");
  if (!symbol)
    fail_msg("%s", dlerror());
  memcpy(&entry, &symbol, sizeof entry);
  return entry();
}

static const struct stage *stage_called(const char *name) {
  for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
    if (strcmp(stages[i].name, name) == 0)
      return &stages[i];
  fail_msg("no stage is called %s", name);
  return NULL;
}

/* One line for a table: not empty, no line feed, no full stop at its end. */
static void assert_one_line(const char *text) {
  assert_non_null(text);
  assert_true(*text);
  assert_null(strpbrk(text, "\r\n\t"));
  assert_true(text[strlen(text) - 1] != '.');
}

static void is_what_cmake_declares(void **state) {
  const struct declared_plugin *declared = *state;
  const struct hg_plugin *plugin = load(declared);

  assert_string_equal(plugin->name, declared->name);
  assert_int_equal(plugin->stage, stage_called(declared->stage)->number);
  assert_string_equal(plugin->version, PRODUCT_VERSION);
}

static void is_built_for_this_interface(void **state) {
  const struct declared_plugin *declared = *state;
  const struct hg_plugin *plugin = load(declared);
  const struct stage *stage = stage_called(declared->stage);
  const uint32_t *ops_size = plugin->ops;

  assert_true(plugin->magic == HG_PLUGIN_MAGIC);
  assert_int_equal(plugin->struct_size, sizeof *plugin);
  assert_int_equal(plugin->abi_major, HG_ABI_MAJOR);
  assert_int_equal(plugin->abi_minor, HG_ABI_MINOR);
  assert_int_equal(plugin->abi_minor_required, 0);
  assert_int_equal(plugin->stage_revision, stage->revision);
  assert_non_null(ops_size);
  assert_int_equal(*ops_size, stage->ops_size);
  assert_ptr_equal(plugin, load(declared));
}

/* Whether `value` is in the text form of the option's type. */
static int fits(const struct hg_option *option, const char *value) {
  char list[256];
  char entry[256];
  char *end;

  switch (option->type) {
  case HG_OPTION_BOOLEAN:
  case HG_OPTION_CONSENT:
    return strcmp(value, "true") == 0 || strcmp(value, "false") == 0;
  case HG_OPTION_INTEGER:
    (void)strtoll(value, &end, 10);
    return *value && !*end;
  case HG_OPTION_CHOICE:
    (void)snprintf(list, sizeof list, ",%s,", option->choices);
    (void)snprintf(entry, sizeof entry, ",%s,", value);
    return strstr(list, entry) != NULL;
  case HG_OPTION_LIST:
    return strpbrk(value, " \t\n") == NULL;
  default:
    return 1;
  }
}

static void says_well_what_its_options_are(void **state) {
  const struct declared_plugin *declared = *state;
  const struct hg_plugin *plugin = load(declared);

  assert_one_line(plugin->description);
  assert_true((plugin->option_count == 0) == (plugin->options == NULL));
  for (uint32_t i = 0; i < plugin->option_count; i++) {
    const struct hg_option *option = &plugin->options[i];

    assert_int_equal(option->struct_size, sizeof *option);
    assert_in_range(option->type, HG_OPTION_STRING, HG_OPTION_CONSENT);
    assert_in_range(option->name[0], 'a', 'z');
    assert_int_equal(strspn(option->name, "abcdefghijklmnopqrstuvwxyz0123456789-"),
                     strlen(option->name));
    assert_one_line(option->help);
    assert_true((option->type == HG_OPTION_CHOICE) == (option->choices != NULL));
    if (option->default_value && !fits(option, option->default_value))
      fail_msg("%s: the default of %s, '%s', is not of its type", plugin->name, option->name,
               option->default_value);
    for (uint32_t j = 0; j < i; j++)
      assert_string_not_equal(option->name, plugin->options[j].name);
  }
}

int main(void) {
  static const struct {
    const char *name;
    CMUnitTestFunction function;
  } checks[] = {
      {"is what CMake declares", is_what_cmake_declares},
      {"is built for this interface", is_built_for_this_interface},
      {"says well what its options are", says_well_what_its_options_are},
  };
  enum { CHECK_COUNT = sizeof checks / sizeof *checks };
  static char names[PLUGIN_COUNT * CHECK_COUNT][128];
  struct CMUnitTest tests[PLUGIN_COUNT * CHECK_COUNT];
  size_t count = 0;

  memset(tests, 0, sizeof tests);
  for (size_t i = 0; i < PLUGIN_COUNT; i++)
    for (size_t j = 0; j < CHECK_COUNT; j++, count++) {
      (void)snprintf(names[count], sizeof names[count], "%s %s", declared_plugins[i].name,
                     checks[j].name);
      tests[count].name = names[count];
      tests[count].test_func = checks[j].function;
      tests[count].initial_state = (void *)&declared_plugins[i];
    }
  return cmocka_run_group_tests(tests, NULL, NULL);
}

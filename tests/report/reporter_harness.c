/* SPDX-License-Identifier: Apache-2.0 */
#include "reporter_harness.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void log_nothing(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  (void)level;
  (void)message;
}

static int32_t not_cancelled(const struct hg_host *host) {
  (void)host;
  return 0;
}

static const char *read_option(const struct hg_host *host, const char *name) {
  const struct reporter_harness *harness = host->context;

  if (harness->option_name && strcmp(name, harness->option_name) == 0)
    return harness->option_value;
  for (uint32_t i = 0; i < harness->plugin->option_count; i++)
    if (strcmp(harness->plugin->options[i].name, name) == 0)
      return harness->plugin->options[i].default_value;
  fail_msg("the reporter asked for an option that it does not have: %s", name);
  return NULL;
}

static int32_t write_output(const struct hg_output *output, const char *data, uint64_t length,
                            struct hg_error *err) {
  struct reporter_harness *harness = output->context;

  harness->writes++;
  if (harness->failing_write > 0 && harness->writes > harness->failing_write)
    harness->writes_after++;
  if (harness->failing_write > 0 && harness->writes >= harness->failing_write)
    return hg_error_set(err, HG_ERROR_IO, "no space left on the test");
  harness->written_bytes += length;
  if (!harness->forget)
    text_buffer_append(&harness->written, data, length);
  return 0;
}

void reporter_harness_open(struct reporter_harness *harness, const char *path) {
  const struct hg_plugin *(*entry)(void) = NULL;
  void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  void *symbol;

  memset(harness, 0, sizeof *harness);
  text_buffer_init(&harness->written);
  if (!library)
    fail_msg("%s", dlerror());
  symbol = dlsym(library, "headgate_plugin_v1");
  assert_non_null(symbol);
  memcpy(&entry, &symbol, sizeof entry);
  harness->plugin = entry();
  assert_true(harness->plugin->magic == HG_PLUGIN_MAGIC);
  assert_int_equal(harness->plugin->abi_major, HG_ABI_MAJOR);
  assert_int_equal(harness->plugin->stage, HG_STAGE_REPORTER);
  harness->ops = harness->plugin->ops;
  assert_int_equal(harness->ops->struct_size, sizeof *harness->ops);

  harness->host.struct_size = sizeof harness->host;
  harness->host.abi_minor = HG_ABI_MINOR;
  harness->host.context = harness;
  harness->host.log = log_nothing;
  harness->host.cancelled = not_cancelled;
  harness->host.option = read_option;
  harness->output.struct_size = sizeof harness->output;
  harness->output.context = harness;
  harness->output.write = write_output;
}

static struct hg_error *fresh_error(struct reporter_harness *harness) {
  const struct hg_error none = HG_ERROR_INIT;

  harness->err = none;
  return &harness->err;
}

int32_t reporter_harness_create(struct reporter_harness *harness, uint32_t flags) {
  text_buffer_reset(&harness->written);
  harness->written_bytes = 0;
  harness->writes = 0;
  harness->writes_after = 0;
  harness->output.flags = flags;
  return harness->ops->create(&harness->host, &harness->output, &harness->self,
                              fresh_error(harness));
}

int32_t reporter_harness_start(struct reporter_harness *harness, const struct hg_run *run) {
  if (!harness->ops->run_started)
    return 0;
  return harness->ops->run_started(harness->self, run, fresh_error(harness));
}

int32_t reporter_harness_validated(struct reporter_harness *harness,
                                   const struct hg_validation *validation) {
  if (!harness->ops->job_validated)
    return 0;
  return harness->ops->job_validated(harness->self, validation, fresh_error(harness));
}

int32_t reporter_harness_finished(struct reporter_harness *harness,
                                  const struct hg_job_result *result) {
  if (!harness->ops->job_finished)
    return 0;
  return harness->ops->job_finished(harness->self, result, fresh_error(harness));
}

int32_t reporter_harness_observed(struct reporter_harness *harness,
                                  const struct hg_job_observation *observation) {
  if (!harness->ops->job_observed)
    return 0;
  return harness->ops->job_observed(harness->self, observation, fresh_error(harness));
}

int32_t reporter_harness_completed(struct reporter_harness *harness,
                                   const struct hg_job_completion *completion) {
  if (!harness->ops->job_completed)
    return 0;
  return harness->ops->job_completed(harness->self, completion, fresh_error(harness));
}

int32_t reporter_harness_end(struct reporter_harness *harness, const struct hg_result *result) {
  return harness->ops->run_finished(harness->self, result, fresh_error(harness));
}

void reporter_harness_destroy(struct reporter_harness *harness) {
  harness->ops->destroy(harness->self);
  harness->self = NULL;
}

void reporter_harness_close(struct reporter_harness *harness) {
  text_buffer_finish(&harness->written);
}

static char *read_file(const char *path, size_t *length) {
  FILE *file = fopen(path, "rb");
  size_t capacity = 1 << 20;
  char *data = malloc(capacity);

  assert_non_null(data);
  if (!file)
    fail_msg("there is no %s: make it with HEADGATE_UPDATE_GOLDEN=1", path);
  *length = fread(data, 1, capacity, file);
  assert_true(*length < capacity);
  (void)fclose(file);
  return data;
}

static void write_file(const char *path, const char *data, size_t length) {
  FILE *file = fopen(path, "wb");

  assert_non_null(file);
  assert_int_equal(fwrite(data, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

/* The line in which two texts differ first, from 1. */
static unsigned differing_line(const char *a, size_t a_length, const char *b, size_t b_length) {
  unsigned line = 1;

  for (size_t i = 0; i < a_length && i < b_length && a[i] == b[i]; i++)
    line += a[i] == '\n';
  return line;
}

void assert_golden(const struct reporter_harness *harness, const char *directory,
                   const char *name) {
  const char *written = text_buffer_string(&harness->written);
  size_t length = harness->written.length;
  size_t expected_length;
  char *expected;
  char path[1024];

  assert_false(harness->written.failed);
  assert_true(snprintf(path, sizeof path, "%s/%s", directory, name) < (int)sizeof path);
  if (getenv("HEADGATE_UPDATE_GOLDEN")) {
    write_file(path, written, length);
    return;
  }
  expected = read_file(path, &expected_length);
  if (length != expected_length || memcmp(written, expected, length) != 0) {
    unsigned line = differing_line(written, length, expected, expected_length);

    free(expected);
    fail_msg("not what %s holds, from line %u on. Written was:\n%s", path, line, written);
  }
  free(expected);
}

void assert_report(const struct reporter_harness *harness, const char *directory,
                   const char *reports, const char *name) {
  static const char *const compared[] = {"validate-mixed", "apply-mixed", "apply-hostile"};
  char path[1024];

  assert_false(harness->written.failed);
  assert_true(snprintf(path, sizeof path, "%s/%s", reports, name) < (int)sizeof path);
  write_file(path, text_buffer_string(&harness->written), harness->written.length);
  for (size_t i = 0; i < sizeof compared / sizeof *compared; i++)
    if (strncmp(name, compared[i], strlen(compared[i])) == 0)
      assert_golden(harness, directory, name);
}

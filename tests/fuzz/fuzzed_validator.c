/* SPDX-License-Identifier: Apache-2.0 */
#include "fuzzed_validator.h"

#include "text/utf8.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What one worker said of a document. */
struct verdict {
  const struct fuzzed_validator *validator;
  uint32_t lines;
  uint32_t count;
  uint64_t digest; /* FNV-1a over all that was said */
};

void fuzz_finding(const char *format, ...) {
  va_list args;

  (void)fputs("FINDING: ", stderr);
  va_start(args, format);
  (void)vfprintf(stderr, format, args);
  va_end(args);
  (void)fputc('\n', stderr);
  abort();
}

static void log_nothing(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  (void)level;
  (void)message;
}

static int32_t never_cancelled(const struct hg_host *host) {
  (void)host;
  return 0;
}

static const char *find_option(const struct hg_host *host, const char *name) {
  const struct fuzzed_validator *validator = host->context;

  if (validator->version[0] && strcmp(name, "kubernetes-version") == 0)
    return validator->version;
  for (uint32_t i = 0; i < validator->plugin->option_count; i++)
    if (strcmp(validator->plugin->options[i].name, name) == 0)
      return validator->plugin->options[i].default_value;
  fuzz_finding("the plugin asks for an option that it does not have: %s", name);
}

int fuzzed_validator_init(struct fuzzed_validator *validator, const char *file,
                          const char *version) {
  struct hg_error err = HG_ERROR_INIT;
  void *library = dlopen(file, RTLD_NOW | RTLD_LOCAL);
  const struct hg_validate_request request = {sizeof request, 0, "kubectl"};
  const struct hg_plugin *(*entry)(void);
  void *symbol = library ? dlsym(library, "headgate_plugin_v1") : NULL;

  if (!symbol)
    fuzz_finding("cannot load: %s", dlerror());
  memcpy(&entry, &symbol, sizeof entry);
  memset(validator, 0, sizeof *validator);
  validator->plugin = entry();
  validator->ops = validator->plugin->ops;
  (void)snprintf(validator->version, sizeof validator->version, "%s", version);
  validator->host = (struct hg_host){
      .struct_size = sizeof validator->host,
      .abi_minor = HG_ABI_MINOR,
      .context = validator,
      .log = log_nothing,
      .cancelled = never_cancelled,
      .option = find_option,
  };
  if (validator->ops->create(&validator->host, &request, &validator->self, &err) != 0)
    return -1;
  if (validator->ops->worker_create &&
      validator->ops->worker_create(validator->self, &validator->worker, &err) != 0)
    fuzz_finding("no worker: %s", err.message);
  return 0;
}

static void digest(struct verdict *verdict, const void *data, size_t length) {
  for (size_t i = 0; i < length; i++)
    verdict->digest =
        (verdict->digest ^ ((const unsigned char *)data)[i]) * UINT64_C(1099511628211);
}

static void take_text(struct verdict *verdict, const char *what, const char *text) {
  size_t length = strlen(text);
  uint32_t codepoint;
  size_t step;

  for (size_t at = 0; at < length; at += step) {
    step = utf8_decode(text + at, length - at, &codepoint);
    if (step == 0)
      fuzz_finding("the %s is no UTF-8 at byte %zu: %s", what, at, text);
  }
  digest(verdict, text, length + 1);
}

static int has_rule(const struct hg_plugin *plugin, const char *name) {
  for (uint32_t i = 0; i < plugin->rule_count; i++)
    if (strcmp(plugin->rules[i].name, name) == 0)
      return 1;
  return 0;
}

static int32_t take(const struct hg_diagnostic_sink *sink, const struct hg_diagnostic *diagnostic) {
  struct verdict *verdict = sink->context;

  if (diagnostic->struct_size < sizeof *diagnostic)
    fuzz_finding("a diagnostic of %u bytes", diagnostic->struct_size);
  if (diagnostic->severity != HG_SEVERITY_ERROR && diagnostic->severity != HG_SEVERITY_WARNING)
    fuzz_finding("the severity %u", diagnostic->severity);
  if (!diagnostic->rule || !has_rule(verdict->validator->plugin, diagnostic->rule))
    fuzz_finding("a rule that cannot be looked up: %s",
                 diagnostic->rule ? diagnostic->rule : "NULL");
  if (!diagnostic->field || !diagnostic->message || !diagnostic->message[0])
    fuzz_finding("no field or no message, of %s", diagnostic->rule);
  if (diagnostic->line == 0 || diagnostic->line > verdict->lines || diagnostic->column == 0)
    fuzz_finding("%s: %s at %u:%u of %u lines", diagnostic->field, diagnostic->message,
                 diagnostic->line, diagnostic->column, verdict->lines);
  take_text(verdict, "field", diagnostic->field);
  take_text(verdict, "message", diagnostic->message);
  if (diagnostic->advice)
    take_text(verdict, "advice", diagnostic->advice);
  digest(verdict, &diagnostic->line, sizeof diagnostic->line);
  digest(verdict, &diagnostic->column, sizeof diagnostic->column);
  verdict->count++;
  return 0;
}

static struct verdict judge(const struct fuzzed_validator *validator, void *worker,
                            const struct hg_document *document, uint32_t lines) {
  struct verdict verdict = {.validator = validator, .lines = lines};
  struct hg_diagnostic_sink sink = {sizeof sink, 0, &verdict, take};
  struct hg_error err = HG_ERROR_INIT;

  if (validator->ops->validate(validator->self, worker, document, &sink, &err) != 0)
    fuzz_finding("%s could not judge: %s", validator->plugin->name, err.message);
  return verdict;
}

void fuzzed_validator_run(struct fuzzed_validator *validator, const struct hg_document *document,
                          uint32_t lines) {
  struct hg_error err = HG_ERROR_INIT;
  struct verdict first = judge(validator, validator->worker, document, lines);
  struct verdict second;
  void *fresh = NULL;

  if (validator->ops->worker_create &&
      validator->ops->worker_create(validator->self, &fresh, &err) != 0)
    fuzz_finding("no worker: %s", err.message);
  second = judge(validator, fresh, document, lines);
  if (validator->ops->worker_destroy)
    validator->ops->worker_destroy(fresh);
  if (first.count != second.count || first.digest != second.digest)
    fuzz_finding("%s says %u things of a document, then %u others", validator->plugin->name,
                 first.count, second.count);
}

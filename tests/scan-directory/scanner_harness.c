/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner_harness.h"

#include <dlfcn.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

static void log_nothing(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  (void)level;
  (void)message;
}

static int32_t is_cancelled(const struct hg_host *host) {
  const struct scanner_harness *harness = host->context;

  return harness->cancelled;
}

static const char *read_option(const struct hg_host *host, const char *name) {
  const struct scanner_harness *harness = host->context;

  if (strcmp(name, "kubernetes-version") == 0)
    return harness->kubernetes_version;
  assert_string_equal(name, "recursive");
  return harness->recursive;
}

void scanner_harness_open(struct scanner_harness *harness) {
  const struct hg_plugin *(*entry)(void) = NULL;
  void *library = dlopen(SCANNER_PLUGIN, RTLD_NOW | RTLD_LOCAL);
  void *symbol;

  if (!library)
    fail_msg("%s", dlerror());
  symbol = dlsym(library, "headgate_plugin_v1");
  assert_non_null(symbol);
  memcpy(&entry, &symbol, sizeof entry);

  memset(harness, 0, sizeof *harness);
  harness->plugin = entry();
  assert_true(harness->plugin->magic == HG_PLUGIN_MAGIC);
  assert_int_equal(harness->plugin->stage_revision, HG_SCANNER_REVISION);
  assert_int_equal(harness->plugin->stage, HG_STAGE_SCANNER);
  assert_string_equal(harness->plugin->name, "scan-directory");
  assert_int_equal(harness->plugin->option_count, 2);
  assert_string_equal(harness->plugin->options[0].name, "recursive");
  assert_int_equal(harness->plugin->options[0].type, HG_OPTION_BOOLEAN);
  harness->ops = harness->plugin->ops;
  assert_int_equal(harness->ops->struct_size, sizeof *harness->ops);

  harness->recursive = harness->plugin->options[0].default_value;
  harness->kubernetes_version = harness->plugin->options[1].default_value;
  harness->host.struct_size = sizeof harness->host;
  harness->host.abi_minor = HG_ABI_MINOR;
  harness->host.context = harness;
  harness->host.log = log_nothing;
  harness->host.cancelled = is_cancelled;
  harness->host.option = read_option;
  (void)snprintf(harness->directory, sizeof harness->directory, "/tmp/headgate-scan-XXXXXX");
  assert_non_null(mkdtemp(harness->directory));
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *where) {
  (void)status;
  (void)type;
  (void)where;
  return remove(path);
}

void scanner_harness_unlist(struct scanner_harness *harness) {
  harness->ops->destroy(harness->self);
  harness->self = NULL;
}

void scanner_harness_close(struct scanner_harness *harness) {
  scanner_harness_unlist(harness);
  (void)nftw(harness->directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

int32_t scanner_harness_list(struct scanner_harness *harness, const char *path) {
  const char *operand = path ? path : harness->directory;

  return scanner_harness_list_all(harness, 1, &operand);
}

int32_t scanner_harness_list_all(struct scanner_harness *harness, uint32_t count,
                                 const char *const *operands) {
  const struct hg_scan_request request = {
      .struct_size = sizeof request,
      .operand_count = count,
      .operands = operands,
      .exclude_count = harness->exclude_count,
      .excludes = harness->excludes,
  };
  const struct hg_error none = HG_ERROR_INIT;

  harness->err = none;
  scanner_harness_unlist(harness);
  return harness->ops->create(&harness->host, &request, &harness->self, &harness->err);
}

static bool is_stop(struct scanner_record *record) {
  return ++record->calls == record->stop_at;
}

/* Reads all of a tree: under a sanitizer and valgrind, what is not the sink's shows. */
static uint64_t sum_of(const struct hg_node *node) {
  uint64_t sum = node->line + node->column + node->length;

  for (uint32_t i = 0; node->text && i < node->length; i++)
    sum += (unsigned char)node->text[i];
  for (const struct hg_node *child = node->first; child; child = child->next)
    sum += sum_of(child) + (child->key ? sum_of(child->key) : 0);
  return sum;
}

static uint64_t sum_of_bytes(const struct hg_bytes *bytes) {
  uint64_t sum = 0;

  for (uint64_t i = 0; i < bytes->length; i++)
    sum += (unsigned char)bytes->data[i];
  return sum;
}

static int32_t record_document(const struct hg_document_sink *sink,
                               const struct hg_document *document) {
  struct scanner_record *record = sink->context;

  assert_int_equal(document->struct_size, sizeof *document);
  assert_int_equal(document->node_size, sizeof(struct hg_node));
  assert_string_equal(document->yaml_path, record->path);
  assert_true(sum_of(document->root) > 0);
  assert_true(sum_of_bytes(&document->bytes) > 0);
  text_buffer_printf(&record->text, "add %s %u/%u %lu+%lu", record->path + record->skipped,
                     (unsigned)document->document_number, (unsigned)document->document_count,
                     (unsigned long)document->offset, (unsigned long)document->bytes.length);
  if (document->flags & HG_DOCUMENT_KEEP) {
    text_buffer_append_char(&record->text, ' ');
    text_buffer_append(&record->text, document->bytes.data, (size_t)document->bytes.length);
  }
  text_buffer_append_char(&record->text, '\n');
  return is_stop(record) ? -1 : 0;
}

static int32_t record_problem(const struct hg_document_sink *sink, uint32_t document,
                              const struct hg_diagnostic *diagnostic) {
  struct scanner_record *record = sink->context;

  assert_int_equal(diagnostic->struct_size, sizeof *diagnostic);
  assert_int_equal(diagnostic->severity, HG_SEVERITY_ERROR);
  text_buffer_printf(&record->text, "problem %s %u %s %u:%u %s", record->path + record->skipped,
                     (unsigned)document, diagnostic->rule, (unsigned)diagnostic->line,
                     (unsigned)diagnostic->column, diagnostic->message);
  if (*diagnostic->field)
    text_buffer_printf(&record->text, " [%s]", diagnostic->field);
  if (diagnostic->advice)
    text_buffer_printf(&record->text, " (%s)", diagnostic->advice);
  text_buffer_append_char(&record->text, '\n');
  return is_stop(record) ? -1 : 0;
}

static int32_t record_other(const struct hg_document_sink *sink,
                            const struct hg_passed_over *object) {
  struct scanner_record *record = sink->context;

  assert_int_equal(object->struct_size, sizeof *object);
  assert_string_equal(object->yaml_path, record->path);
  assert_string_equal(object->advice, "");
  text_buffer_printf(&record->text, "other %s %u %u:%u %u-%u %s/%s %s/%s\n",
                     record->path + record->skipped, (unsigned)object->document_number,
                     (unsigned)object->line, (unsigned)object->column, (unsigned)object->first_line,
                     (unsigned)object->last_line, object->api_version, object->kind,
                     object->object_namespace, object->name);
  return is_stop(record) ? -1 : 0;
}

void scanner_record_init(struct scanner_record *record) {
  memset(record, 0, sizeof *record);
  text_buffer_init(&record->text);
}

void scanner_record_finish(struct scanner_record *record) {
  text_buffer_finish(&record->text);
}

void scanner_record_sink(struct scanner_record *record, const struct scanner_harness *harness,
                         uint64_t index, struct hg_document_sink *sink) {
  const struct hg_document_sink made = {
      .struct_size = sizeof made,
      .context = record,
      .add = record_document,
      .problem = record_problem,
      .passed_over = record_other,
  };

  record->path = harness->ops->path(harness->self, index);
  record->skipped = *record->path == '/' ? strlen(harness->directory) + 1 : 0;
  *sink = made;
}

int32_t scanner_harness_read(struct scanner_harness *harness, struct scanner_record *record) {
  const struct hg_error none = HG_ERROR_INIT;
  struct hg_document_sink sink;
  void *reader = NULL;
  int32_t rc;

  harness->err = none;
  rc = harness->ops->reader_create(harness->self, &reader, &harness->err);
  assert_int_equal(rc, 0);
  for (uint64_t i = 0; rc == 0 && i < harness->ops->count(harness->self); i++) {
    scanner_record_sink(record, harness, i, &sink);
    rc = harness->ops->read(reader, i, &sink, &harness->err);
  }
  harness->ops->reader_destroy(reader);
  harness->ops->reader_destroy(NULL);
  return rc;
}

void scanner_harness_expect(struct scanner_harness *harness, const char *expected) {
  struct scanner_record record;

  scanner_record_init(&record);
  if (scanner_harness_list(harness, NULL) != 0)
    fail_msg("%s", harness->err.message);
  assert_int_equal(scanner_harness_read(harness, &record), 0);
  assert_int_equal(harness->err.code, 0);
  assert_string_equal(text_buffer_string(&record.text), expected);
  scanner_record_finish(&record);
}

const char *scanner_harness_path(const struct scanner_harness *harness, const char *name) {
  static char path[8192];

  assert_true(snprintf(path, sizeof path, "%s/%s", harness->directory, name) < (int)sizeof path);
  return path;
}

void scanner_harness_write(const struct scanner_harness *harness, const char *name,
                           const char *bytes, size_t length) {
  char folder[4096];
  FILE *file;

  for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/')) {
    (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - name), name);
    (void)mkdir(scanner_harness_path(harness, folder), 0755);
  }
  file = fopen(scanner_harness_path(harness, name), "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(bytes, 1, length, file), length);
  assert_int_equal(fclose(file), 0);
}

void scanner_harness_write_text(const struct scanner_harness *harness, const char *name,
                                const char *text) {
  scanner_harness_write(harness, name, text, strlen(text));
}

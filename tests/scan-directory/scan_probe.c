/* SPDX-License-Identifier: Apache-2.0 */
/* Shows what the scanner makes of a directory, for a test that compares with kubectl.
 *
 *   scan-probe PLUGIN DIRECTORY VERSION
 *
 * Writes a line of JSON for each document, {"path", "document", "count", "offset", "length",
 * "tree"}, and for each problem, {"path", "document", "rule", "line"}. In the tree every scalar is
 * a string, and of a key that stands twice the last one counts. */
#include <dlfcn.h>
#include <headgate/plugin.h>
#include <headgate/scanner.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void log_line(const struct hg_host *host, uint32_t level, const char *message) {
  (void)host;
  (void)level;
  (void)message;
}

static int32_t never(const struct hg_host *host) {
  (void)host;
  return 0;
}

/* The version is the third argument; there are no other options. */
static const char *option(const struct hg_host *host, const char *name) {
  return strcmp(name, "kubernetes-version") == 0 ? host->context : NULL;
}

static json_t *tree_of(const struct hg_node *node) {
  json_t *made;

  if (node->kind == HG_NODE_SCALAR)
    return json_stringn(node->text, node->length);
  made = node->kind == HG_NODE_MAPPING ? json_object() : json_array();
  for (const struct hg_node *child = node->first; child; child = child->next) {
    if (node->kind == HG_NODE_MAPPING)
      (void)json_object_set_new(made, child->key->text ? child->key->text : "?", tree_of(child));
    else
      (void)json_array_append_new(made, tree_of(child));
  }
  return made;
}

static int32_t write_line(json_t *line) {
  int rc = json_dumpf(line, stdout, JSON_COMPACT);

  json_decref(line);
  return rc == 0 && putchar('\n') != EOF ? 0 : -1;
}

static int32_t show_document(const struct hg_document_sink *sink,
                             const struct hg_document *document) {
  (void)sink;
  return write_line(json_pack("{s:s, s:i, s:i, s:I, s:I, s:o}", "path", document->yaml_path,
                              "document", (int)document->document_number, "count",
                              (int)document->document_count, "offset", (json_int_t)document->offset,
                              "length", (json_int_t)document->bytes.length, "tree",
                              tree_of(document->root)));
}

static int32_t show_problem(const struct hg_document_sink *sink, uint32_t document,
                            const struct hg_diagnostic *diagnostic) {
  return write_line(json_pack("{s:s, s:i, s:s, s:i}", "path", (const char *)sink->context,
                              "document", (int)document, "rule", diagnostic->rule, "line",
                              (int)diagnostic->line));
}

int main(int argc, char **argv) {
  const struct hg_plugin *(*entry)(void) = NULL;
  struct hg_host host = {.struct_size = sizeof host,
                         .context = argc == 4 ? argv[3] : NULL,
                         .log = log_line,
                         .cancelled = never,
                         .option = option};
  struct hg_document_sink sink = {
      .struct_size = sizeof sink, .add = show_document, .problem = show_problem};
  const struct hg_scan_request request = {
      .struct_size = sizeof request, .operand_count = 1, .operands = (const char *const *)&argv[2]};
  struct hg_error err = HG_ERROR_INIT;
  const struct hg_scanner_ops *ops;
  void *library = argc == 4 ? dlopen(argv[1], RTLD_NOW | RTLD_LOCAL) : NULL;
  void *symbol = library ? dlsym(library, "headgate_plugin_v1") : NULL;
  void *reader = NULL;
  void *self = NULL;
  int32_t rc;

  if (!symbol)
    return 2;
  memcpy(&entry, &symbol, sizeof entry);
  ops = entry()->ops;
  rc = ops->create(&host, &request, &self, &err);
  if (rc == 0)
    rc = ops->reader_create(self, &reader, &err);
  for (uint64_t i = 0; rc == 0 && i < ops->count(self); i++) {
    sink.context = (void *)(uintptr_t)ops->path(self, i);
    rc = ops->read(reader, i, &sink, &err);
  }
  if (rc != 0)
    (void)fprintf(stderr, "%s\n", err.message);
  ops->reader_destroy(reader);
  ops->destroy(self);
  return rc == 0 ? 0 : 1;
}

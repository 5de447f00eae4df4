/* SPDX-License-Identifier: Apache-2.0 */
/* A scanner that hands over the two Jobs of the generator's manifest, as trees of its own making.
 */
#include "stage_plugin.h"

#include <headgate/scanner.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_NODES = 64 };

struct scan {
  const struct hg_host *host;
  char path[4096];
};

/* The lines of MANIFEST_JOB, as nodes. */
struct tree {
  struct hg_node nodes[MOST_NODES];
  uint32_t count;
  uint32_t first_line; /* of the document in its file */
};

static struct hg_node *new_node(struct tree *tree, uint8_t kind, const char *text, uint32_t line,
                                uint32_t column) {
  struct hg_node *node = &tree->nodes[tree->count++];

  memset(node, 0, sizeof *node);
  node->kind = kind;
  node->line = tree->first_line + line;
  node->column = column;
  if (kind == HG_NODE_SCALAR) {
    node->text = text;
    node->length = (uint32_t)strlen(text);
    node->style = HG_STYLE_PLAIN;
  }
  return node;
}

/* Adds an entry to the mapping, or an item to the sequence (`key` NULL), at the end. */
static struct hg_node *add(struct tree *tree, struct hg_node *parent, const char *key,
                           const char *text, uint8_t kind, uint32_t line, uint32_t column) {
  struct hg_node *node = new_node(tree, kind, text, line, column);
  struct hg_node *last = NULL;

  if (key)
    node->key = new_node(tree, HG_NODE_SCALAR, key, line, 1);
  for (uint32_t i = 0; i < tree->count; i++)
    if (&tree->nodes[i] == parent->first || (last && last->next == &tree->nodes[i]))
      last = &tree->nodes[i];
  if (last)
    last->next = node;
  else
    parent->first = node;
  parent->length++;
  return node;
}

static struct hg_node *scalar(struct tree *tree, struct hg_node *parent, const char *key,
                              const char *text, uint32_t line) {
  return add(tree, parent, key, text, HG_NODE_SCALAR, line, 9);
}

static struct hg_node *mapping(struct tree *tree, struct hg_node *parent, const char *key,
                               uint32_t line) {
  return add(tree, parent, key, NULL, HG_NODE_MAPPING, line, 3);
}

static struct hg_node *sequence(struct tree *tree, struct hg_node *parent, const char *key,
                                uint32_t line) {
  return add(tree, parent, key, NULL, HG_NODE_SEQUENCE, line, 3);
}

static const struct hg_node *grow(struct tree *tree, const char *name, const char *namespace,
                                  uint32_t first_line) {
  struct hg_node *root;
  struct hg_node *node;

  tree->count = 0;
  tree->first_line = first_line;
  root = new_node(tree, HG_NODE_MAPPING, NULL, 0, 1);
  (void)scalar(tree, root, "apiVersion", "batch/v1", 0);
  (void)scalar(tree, root, "kind", "Job", 1);
  node = mapping(tree, root, "metadata", 2);
  (void)scalar(tree, node, "name", name, 3);
  (void)scalar(tree, node, "namespace", namespace, 4);
  node = mapping(tree, root, "spec", 5);
  node = mapping(tree, node, "template", 6);
  node = mapping(tree, node, "spec", 7);
  (void)scalar(tree, node, "restartPolicy", "Never", 8);
  node = sequence(tree, node, "containers", 9);
  node = mapping(tree, node, NULL, 10);
  (void)scalar(tree, node, "name", "main", 10);
  (void)scalar(tree, node, "image", "registry.example/main:1", 11);
  node = sequence(tree, node, "command", 12);
  (void)scalar(tree, node, NULL, "run", 12);
  scalar(tree, node, NULL, name, 12)->style = HG_STYLE_DOUBLE_QUOTED;
  return root;
}

static int32_t create(const struct hg_host *host, const struct hg_scan_request *request,
                      void **self, struct hg_error *err) {
  struct scan *scan = calloc(1, sizeof *scan);
  FILE *trace;
  void *ignored;

  if (!scan)
    return hg_error_set(err, HG_ERROR_NO_MEMORY, "out of memory");
  (void)stage_create(host, &ignored, err);
  trace = stage_trace(host, "request");
  fields_write(trace, 1, &described_scan_request, request);
  (void)fclose(trace);
  (void)snprintf(scan->path, sizeof scan->path, "%s/" MANIFEST_NAME, request->operands[0]);
  scan->host = host;
  *self = scan;
  return 0;
}

static uint64_t count(void *self) {
  (void)self;
  return 1;
}

static const char *path(void *self, uint64_t index) {
  const struct scan *scan = self;

  return index == 0 ? scan->path : NULL;
}

static int32_t reader_create(void *self, void **reader, struct hg_error *err) {
  (void)err;
  *reader = self;
  return 0;
}

static int32_t read_file(void *reader, uint64_t index, const struct hg_document_sink *sink,
                         struct hg_error *err) {
  static const char *const texts[] = {MANIFEST_JOB("first", "one"), MANIFEST_JOB("second", "two")};
  const struct scan *scan = reader;
  FILE *trace = stage_trace(scan->host, "read");
  struct tree tree;

  (void)err;
  (void)fprintf(trace, "  index = %llu\n", (unsigned long long)index);
  fields_write(trace, 1, &described_document_sink, sink);
  (void)fclose(trace);
  for (uint32_t i = 0; i < 2; i++) {
    const struct hg_document document = {
        .struct_size = sizeof document,
        .node_size = sizeof(struct hg_node),
        .document_number = i + 1,
        .document_count = 2,
        .yaml_path = scan->path,
        .root = i == 0 ? grow(&tree, "first", "one", 1) : grow(&tree, "second", "two", 15),
        .offset = i == 0 ? 0 : strlen(texts[0]) + strlen("---\n"),
        .bytes = {texts[i], strlen(texts[i])},
    };

    if (sink->add(sink, &document) != 0)
      return -1;
  }
  return 0;
}

static void reader_destroy(void *reader) {
  (void)reader;
}

static void destroy(void *self) {
  const struct scan *scan = self;

  if (scan)
    (void)fclose(stage_trace(scan->host, "destroy"));
  free(self);
}

static const struct hg_scanner_ops ops = {
    .struct_size = sizeof ops,
    .create = create,
    .count = count,
    .path = path,
    .reader_create = reader_create,
    .read = read_file,
    .reader_destroy = reader_destroy,
    .destroy = destroy,
};

static const struct hg_plugin plugin = {
    STAGE_PLUGIN,
    .stage = HG_STAGE_SCANNER,
    .stage_revision = HG_SCANNER_REVISION,
    .ops = &ops,
};

HG_EXPORT const struct hg_plugin *headgate_plugin_v1(void) {
  return &plugin;
}

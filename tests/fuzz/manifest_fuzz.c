/* SPDX-License-Identifier: Apache-2.0 */
/* A manifest, from its bytes to what the validators say of it. The first byte of the input picks
 * the Kubernetes version, the rest is the file. */
#include "fuzzed_validator.h"
#include "kubectl_stream.h"
#include "yaml/yaml_tree.h"

#include <stdio.h>
#include <string.h>

enum { OLDEST_MINOR = 26, MOST_VERSIONS = 32, MOST_COMPARED = 4096 };

static struct fuzzed_validator versions[MOST_VERSIONS];
static unsigned version_count;
static struct fuzzed_validator conventions;
static struct yaml_tree *tree;
static struct yaml_tree *second_tree;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  struct hg_error err = HG_ERROR_INIT;
  char version[16];

  (void)argc;
  (void)argv;
  while (version_count < MOST_VERSIONS) {
    (void)snprintf(version, sizeof version, "1.%u", OLDEST_MINOR + version_count);
    if (fuzzed_validator_init(&versions[version_count], KUBERNETES_PLUGIN, version) != 0)
      break;
    version_count++;
  }
  if (version_count == 0 || fuzzed_validator_init(&conventions, CONVENTIONS_PLUGIN, "") != 0)
    fuzz_finding("a plugin cannot be used");
  if (yaml_tree_create(&tree, &err) != 0 || yaml_tree_create(&second_tree, &err) != 0)
    fuzz_finding("%s", err.message);
  return 0;
}

/* How many lines a text can have at most, whatever counts as a line break. */
static uint32_t count_lines(const char *text, size_t length) {
  uint32_t lines = 1;

  for (size_t i = 0; i < length; i++)
    lines += text[i] == '\n' || text[i] == '\r' || (text[i] & 0x80) != 0;
  return lines;
}

/* Whether both have the same shape and values; positions are not compared. */
static int is_same(const struct hg_node *a, const struct hg_node *b) {
  for (; a && b; a = a->next, b = b->next) {
    if (a->kind != b->kind || a->style != b->style || a->length != b->length ||
        !a->key != !b->key || !a->tag != !b->tag || (a->tag && strcmp(a->tag, b->tag) != 0))
      return 0;
    if (a->kind == HG_NODE_SCALAR && memcmp(a->text, b->text, a->length) != 0)
      return 0;
    if (a->key && (!is_same(a->key, b->key) || a->key->next))
      return 0;
    if (a->kind != HG_NODE_SCALAR && !is_same(a->first, b->first))
      return 0;
  }
  return !a && !b;
}

/* A document's own text, given alone to a reader, is that document (yaml_tree.h). */
static void read_alone(const char *text, const struct yaml_tree_document *document) {
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_problem problem = {0};
  struct yaml_tree_document alone;

  if (yaml_tree_open(second_tree, text + document->offset, document->length, &err) != 0)
    fuzz_finding("%s", err.message);
  if (yaml_tree_next(second_tree, &alone, &problem) != 1)
    fuzz_finding("a document cannot be read alone: %u:%u: %s", problem.line, problem.column,
                 problem.message);
  if (!is_same(document->root, alone.root))
    fuzz_finding("a document is another one when it is read alone");
  if (yaml_tree_next(second_tree, &alone, &problem) != 0)
    fuzz_finding("a document's text holds more than it: %s", problem.message);
}

static void check_document(const struct yaml_tree_document *read, size_t length, uint64_t reached) {
  if (!read->root || read->offset < reached || read->offset > length ||
      read->length > length - read->offset)
    fuzz_finding(
        "a document from %llu to %llu of %zu bytes, after %llu", (unsigned long long)read->offset,
        (unsigned long long)(read->offset + read->length), length, (unsigned long long)reached);
}

static void check_problem(const struct yaml_problem *problem, uint32_t lines) {
  if (!problem->rule || !problem->message[0] || problem->line > lines)
    fuzz_finding("a text is refused without a reason: %u:%u: %s", problem->line, problem->column,
                 problem->message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *text = (const char *)data + 1;
  size_t length = size - 1;
  struct hg_error err = HG_ERROR_INIT;
  struct yaml_problem problem = {0};
  struct yaml_tree_document read;
  struct hg_document document = {
      .struct_size = sizeof document,
      .node_size = sizeof(struct hg_node),
      .document_count = 1,
      .yaml_path = "jobs/job.yaml",
  };
  uint64_t promised = 0;
  uint64_t reached = 0;
  uint32_t lines;
  int32_t found;

  if (size == 0)
    return 0;
  lines = count_lines(text, length);
  if (yaml_tree_open(tree, text, length, &err) != 0)
    fuzz_finding("%s", err.message);
  while ((found = yaml_tree_next(tree, &read, &problem)) == 1) {
    check_document(&read, length, reached);
    reached = read.offset + read.length;
    if (document.document_number == 0 && yaml_tree_count(tree, &promised, &err) < 0)
      fuzz_finding("%s", err.message);
    document.document_number++;
    document.root = read.root;
    document.offset = read.offset;
    document.bytes = (struct hg_bytes){text + read.offset, read.length};
    (void)kubectl_stream_bad_separator(document.bytes.data, read.length);
    if (length <= MOST_COMPARED)
      read_alone(text, &read);
    fuzzed_validator_run(&versions[data[0] % version_count], &document, lines);
    fuzzed_validator_run(&conventions, &document, lines);
  }
  if (found < 0)
    check_problem(&problem, lines);
  if (document.document_number > 0 &&
      (found == 0 ? promised != document.document_number
                  : promised < document.document_number || promised < 2))
    fuzz_finding("%llu documents were promised, %u came, and then %d", (unsigned long long)promised,
                 document.document_number, found);
  return 0;
}

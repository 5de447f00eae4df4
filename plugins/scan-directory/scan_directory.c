/* SPDX-License-Identifier: Apache-2.0 */
/* The plugin scan-directory: the manifests of files and directories, one document after another. */
#include "file_list.h"
#include "file_text.h"
#include "kubectl_stream.h"
#include "memory/no_memory.h"
#include "rules.h"
#include "yaml/yaml_text.h"
#include "yaml/yaml_tree.h"

#include <headgate/plugin.h>
#include <headgate/scanner.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct scanner {
  enum yaml_json json; /* how kubectl reads it */
  struct file_list files;
};

/* What one thread reads with. */
struct reader {
  const struct scanner *scanner;
  struct file_text text;
  struct yaml_tree *tree;
};

/* In one file. The smallest Job takes about 150 bytes, so that no 3 MiB hold more of them. */
enum { MAX_DOCUMENTS = 20000 };

/* One file on its way to the sink. */
struct reading {
  const struct hg_document_sink *sink;
  const char *path;
  const struct file_text *text;
  const struct yaml_tree *tree;
  enum yaml_json json;
  uint32_t number; /* documents so far */
  uint32_t count;  /* documents of the file; 0 before the first */
  size_t reached;  /* the start of a line that was counted, */
  uint32_t line;   /* and its number, from 0 */
};

static const struct hg_option options[] = {
    {
        .struct_size = sizeof(struct hg_option),
        .type = HG_OPTION_BOOLEAN,
        .name = "recursive",
        .default_value = "false",
        .help = "Take the manifests of subdirectories too, but not of hidden or linked ones",
    },
    {
        .struct_size = sizeof(struct hg_option),
        .type = HG_OPTION_STRING,
        .name = "kubernetes-version",
        .default_value = "",
        .help = "Read files as kubectl of that version does (default: the newest)",
    },
};

static void destroy(void *self) {
  struct scanner *scanner = self;

  if (!scanner)
    return;
  file_list_finish(&scanner->files);
  free(scanner);
}

static int32_t add_operands(struct scanner *scanner, const struct hg_host *host,
                            const struct hg_scan_request *request, struct hg_error *err) {
  bool recursive = hg_option_is_true(host->option(host, "recursive"));

  for (uint32_t i = 0; i < request->operand_count; i++) {
    const char *operand = request->operands[i];

    if (strcmp(operand, "-") == 0)
      return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                          "scan-directory reads files and directories, not standard input: -");
    if (file_list_add(&scanner->files, operand, recursive, host, err) < 0)
      return -1;
  }
  return 0;
}

static int32_t create(const struct hg_host *host, const struct hg_scan_request *request,
                      void **self, struct hg_error *err) {
  struct scanner *scanner = malloc(sizeof *scanner);

  if (!scanner)
    return no_memory(err);
  scanner->json = kubectl_stream_json(host->option(host, "kubernetes-version"));
  file_list_init(&scanner->files);
  if (add_operands(scanner, host, request, err) < 0) {
    destroy(scanner);
    return -1;
  }
  *self = scanner;
  return 0;
}

static uint64_t count(void *self) {
  const struct scanner *scanner = self;

  return scanner->files.count;
}

static const char *path(void *self, uint64_t index) {
  const struct scanner *scanner = self;

  return scanner->files.files[index].path;
}

static void reader_destroy(void *self) {
  struct reader *reader = self;

  if (!reader)
    return;
  yaml_tree_destroy(reader->tree);
  file_text_finish(&reader->text);
  free(reader);
}

static int32_t reader_create(void *self, void **reader, struct hg_error *err) {
  struct reader *made = calloc(1, sizeof *made);

  if (!made)
    return no_memory(err);
  made->scanner = self;
  file_text_init(&made->text);
  if (yaml_tree_create(&made->tree, err) < 0) {
    reader_destroy(made);
    return -1;
  }
  *reader = made;
  return 0;
}

/* The sink said that the run is over. */
static int32_t stopped(struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_CANCELLED, "stopped while reading the manifests");
}

static int32_t report(const struct reading *reading, uint32_t document,
                      const struct hg_diagnostic *fault, struct hg_error *err) {
  struct hg_diagnostic diagnostic = *fault;

  diagnostic.struct_size = sizeof diagnostic;
  diagnostic.severity = HG_SEVERITY_ERROR;
  diagnostic.field = "";
  return reading->sink->problem(reading->sink, document, &diagnostic) == 0 ? 0 : stopped(err);
}

/* The number of the line that starts at `offset`, counted from where the last one was found: a file
 * may have thousands of them. */
static uint32_t line_at(struct reading *reading, size_t offset) {
  const struct file_text *text = reading->text;
  uint32_t line;
  uint32_t column;

  yaml_text_position(text->data + reading->reached, text->length - reading->reached,
                     offset - reading->reached, &line, &column);
  reading->line += line - 1;
  reading->reached = offset;
  return reading->line + 1;
}

/* Why kubectl would not read what it is given for this document; 0: it would, 1: *fault says. */
static int32_t find_stream_fault(struct reading *reading, const struct hg_bytes *bytes,
                                 const struct yaml_tree_document *tree,
                                 struct hg_diagnostic *fault) {
  const char *separator;

  if (tree->directive_line) {
    *fault = (struct hg_diagnostic){
        .line = tree->directive_line,
        .column = 1,
        .message = "kubectl cannot read a document with %YAML or %TAG",
        .advice = "remove the lines that start with %",
    };
    return 1;
  }
  separator = kubectl_stream_bad_separator(bytes->data, (size_t)bytes->length);
  if (!separator)
    return 0;
  *fault = (struct hg_diagnostic){
      .line = line_at(reading, (size_t)(separator - reading->text->data)),
      .column = 1,
      .message = "kubectl takes nothing but a comment after --- at the start of a line",
      .advice = "put the rest on the next line",
  };
  return 1;
}

static int32_t hand_over(struct reading *reading, const struct yaml_tree_document *tree,
                         struct hg_error *err) {
  struct hg_document document = {
      .struct_size = sizeof document,
      .node_size = sizeof(struct hg_node),
      .yaml_path = reading->path,
      .root = tree->root,
      .bytes = {reading->text->data, reading->text->length},
  };
  struct hg_diagnostic fault;

  if (reading->number == 0) {
    uint64_t documents = 1;

    if (!tree->is_last && yaml_tree_count(reading->tree, &documents, err) < 0)
      return -1;
    reading->count = (uint32_t)documents;
  }
  document.document_number = ++reading->number;
  document.document_count = reading->count;
  if (reading->count > 1) {
    document.offset = tree->offset;
    document.bytes = (struct hg_bytes){reading->text->data + tree->offset, tree->length};
  }
  if (find_stream_fault(reading, &document.bytes, tree, &fault)) {
    fault.rule = "kubectl-stream";
    return report(reading, reading->number, &fault, err);
  }
  return reading->sink->add(reading->sink, &document) == 0 ? 0 : stopped(err);
}

/* The file has more documents than anybody reads. */
static int32_t refuse_the_rest(struct reading *reading, const struct yaml_tree_document *next,
                               struct hg_error *err) {
  char message[96];
  struct hg_diagnostic fault = {
      .rule = "yaml-limit",
      .message = message,
      .advice = "split the file",
      .line = next->root->line,
      .column = next->root->column,
  };

  (void)snprintf(message, sizeof message, "the file has more than %d documents", MAX_DOCUMENTS);
  return report(reading, reading->number + 1, &fault, err);
}

/* Hands over the documents of a file that was read. */
static int32_t read_documents(struct yaml_tree *tree, struct reading *reading,
                              struct hg_error *err) {
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct hg_diagnostic fault = {0};
  uint32_t number;
  int32_t found;

  if (yaml_tree_open_as(tree, reading->json, reading->text->data, reading->text->length, err) < 0)
    return -1;
  while ((found = yaml_tree_next(tree, &document, &problem)) == 1) {
    if (reading->number == MAX_DOCUMENTS)
      return refuse_the_rest(reading, &document, err);
    if (hand_over(reading, &document, err) < 0)
      return -1;
  }
  if (found == 0) {
    if (reading->number > 0)
      return 0;
    fault.rule = "file-empty";
    fault.message = "the file holds no document";
    fault.advice = "kubectl finds no object in it: remove the file, or give it a Job";
    return report(reading, 0, &fault, err);
  }
  if (strcmp(problem.rule, "no-memory") == 0)
    return no_memory(err);
  fault.rule = problem.rule;
  fault.message = problem.message;
  fault.line = problem.line;
  fault.column = problem.column;
  /* The encoding is the whole file's: nothing of it was read. */
  number = strcmp(problem.rule, "yaml-encoding") == 0 ? 0 : reading->number + 1;
  return report(reading, number, &fault, err);
}

static int32_t read_file(void *self, uint64_t index, const struct hg_document_sink *sink,
                         struct hg_error *err) {
  struct reader *reader = self;
  const struct file_list *files = &reader->scanner->files;
  const struct listed_file *file;
  struct reading reading = {
      .sink = sink, .text = &reader->text, .tree = reader->tree, .json = reader->scanner->json};
  struct hg_diagnostic diagnostic = {0};
  struct file_fault fault;
  int32_t rc;

  if (index >= files->count)
    return hg_error_set(err, HG_ERROR_INVALID, "there is no file of that number");
  file = &files->files[index];
  reading.path = file->path;
  rc = file_text_read(&reader->text, file->directory, file->path + file->name_offset, &fault);
  if (rc < 0)
    return no_memory(err);
  if (rc == 0)
    return read_documents(reader->tree, &reading, err);
  diagnostic.rule = fault.rule;
  diagnostic.message = fault.message;
  return report(&reading, 0, &diagnostic, err);
}

static const struct hg_scanner_ops ops = {
    .struct_size = sizeof(struct hg_scanner_ops),
    .create = create,
    .count = count,
    .path = path,
    .reader_create = reader_create,
    .read = read_file,
    .reader_destroy = reader_destroy,
    .destroy = destroy,
};

HG_PLUGIN(SCANNER, "scan-directory", HEADGATE_VERSION, "Reads the manifests of a directory", ops,
          HG_TABLE(options), HG_ROWS(scan_rules, SCAN_RULE_COUNT));

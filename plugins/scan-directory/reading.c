/* SPDX-License-Identifier: Apache-2.0 */
#include "reading.h"

#include "job/known_kinds.h"
#include "kubectl_stream.h"
#include "list_document.h"
#include "memory/no_memory.h"
#include "text/template_mark.h"
#include "text/utf8.h"
#include "text/visible_text.h"
#include "yaml/tree_json.h"
#include "yaml/yaml_text.h"

#include <headgate/abi.h>
#include <stdio.h>
#include <string.h>

/* The sink said that the run is over. */
static int32_t stopped(struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_CANCELLED, "stopped while reading the manifests");
}

static int32_t report(const struct reading *reading, uint32_t document,
                      const struct hg_diagnostic *fault, struct hg_error *err) {
  struct hg_diagnostic diagnostic = *fault;

  diagnostic.struct_size = sizeof diagnostic;
  diagnostic.severity = HG_SEVERITY_ERROR;
  if (!diagnostic.field)
    diagnostic.field = "";
  return reading->sink->problem(reading->sink, document, &diagnostic) == 0 ? 0 : stopped(err);
}

int32_t reading_refuse(struct reading *reading, const struct file_fault *fault,
                       struct hg_error *err) {
  const struct hg_diagnostic diagnostic = {.rule = fault->rule, .message = fault->message};

  return report(reading, 0, &diagnostic, err);
}

/* --- What kubectl cannot read ---------------------------------------------------------------- */

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

/* The first value that is written `{{ ... }}` without quotes, which YAML takes for a mapping whose
 * key is one. NULL: there is none. */
static const struct hg_node *find_braces(const struct hg_node *node) {
  for (const struct hg_node *child = node->first; child; child = child->next) {
    const struct hg_node *found = NULL;

    if (child->key && child->key->kind == HG_NODE_MAPPING)
      return child->key;
    if (child->first)
      found = find_braces(child);
    if (found)
      return found;
  }
  return NULL;
}

/* Why kubectl would not read what it is given for this document; 0: it would, 1: *fault says. */
static int32_t find_stream_fault(struct reading *reading, const struct hg_bytes *bytes,
                                 const struct yaml_tree_document *tree,
                                 struct hg_diagnostic *fault) {
  const struct hg_node *braces = NULL;
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
  if (yaml_text_holds(bytes->data, (size_t)bytes->length, "{{", 2, 0))
    braces = find_braces(tree->root);
  if (braces) {
    *fault = (struct hg_diagnostic){
        .line = braces->line,
        .column = braces->column > 1 ? braces->column - 1 : 1, /* of the outer brace */
        .message = "this value is a template's, and nobody has rendered it",
        .advice = "render it first (helm template, for instance)",
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

/* What to do about a line that is no YAML because it is a template's; NULL: it is none. */
static const char *advise(const struct reading *reading, uint32_t line) {
  const char *at = reading->text->data;
  const char *end = at + reading->text->length;
  const char *next;

  for (uint32_t i = 1; i < line && at; i++) {
    at = memchr(at, '\n', (size_t)(end - at));
    at = at ? at + 1 : NULL;
  }
  if (!at || line == 0)
    return NULL;
  next = memchr(at, '\n', (size_t)(end - at));
  return template_mark_find(at, (size_t)((next ? next : end) - at))
             ? "this line is a template's, and nobody has rendered it: render it first"
             : NULL;
}

/* --- Objects --------------------------------------------------------------------------------- */

static bool takes_others(const struct reading *reading) {
  return HG_HAS(reading->sink, passed_over) && reading->sink->passed_over;
}

/* The lines that are nothing but the document; 0 where it shares one. */
static void find_lines(struct reading *reading, const struct yaml_tree_document *tree,
                       uint32_t *first, uint32_t *last) {
  const char *text = reading->text->data;
  uint64_t end = tree->offset + tree->length;

  if ((tree->offset > 0 && text[tree->offset - 1] != '\n') ||
      (end < reading->text->length && text[end - 1] != '\n'))
    return;
  *first = line_at(reading, tree->offset);
  *last = line_at(reading, end) - (text[end - 1] == '\n');
}

/* `tree` NULL: it is not the whole document. */
static int32_t pass_over(struct reading *reading, const struct hg_node *root,
                         const struct yaml_tree_document *tree, struct hg_error *err) {
  const struct hg_node *metadata = root ? hg_node_get(root, "metadata") : NULL;
  struct hg_passed_over object = {
      .struct_size = sizeof object,
      .document_number = reading->number,
      .line = root ? root->line : 0,
      .column = root ? root->column : 0,
      .yaml_path = reading->path,
      .api_version = root ? object_text(root, "apiVersion") : "",
      .kind = root ? object_text(root, "kind") : "",
      .name = metadata ? object_text(metadata, "name") : "",
      .object_namespace = metadata ? object_text(metadata, "namespace") : "",
      .advice = "",
  };

  if (tree)
    find_lines(reading, tree, &object.first_line, &object.last_line);
  return reading->sink->passed_over(reading->sink, &object) == 0 ? 0 : stopped(err);
}

/* Whether it is an object of another kind, which no Job is applied from. */
static bool is_other(const struct reading *reading, const struct hg_node *root) {
  const char *kind = object_text(root, "kind");
  const char *version = object_text(root, "apiVersion");

  return takes_others(reading) && *kind && *version &&
         (strcmp(kind, "Job") != 0 || strchr(version, '.')) && known_kind_is_served(version, kind);
}

/* `bytes` NULL: the object's own are made. */
static int32_t add_object(struct reading *reading, const struct hg_node *root,
                          const struct hg_bytes *bytes, uint64_t offset, struct hg_error *err) {
  struct hg_document document = {
      .struct_size = sizeof document,
      .node_size = sizeof(struct hg_node),
      .document_number = reading->number,
      .document_count = reading->count,
      .yaml_path = reading->path,
      .root = root,
      .offset = offset,
      .flags = !bytes || reading->is_stream ? HG_DOCUMENT_KEEP : 0,
  };

  if (bytes) {
    document.bytes = *bytes;
  } else {
    struct hg_error refusal = HG_ERROR_INIT;

    text_buffer_reset(reading->made);
    if (tree_json_append(reading->made, root, &refusal) < 0) {
      const struct hg_diagnostic fault = {
          .rule = "object-list",
          .message = refusal.message,
          .line = root->line,
          .column = root->column,
      };

      return refusal.code == HG_ERROR_NO_MEMORY ? no_memory(err)
                                                : report(reading, reading->number, &fault, err);
    }
    document.bytes = (struct hg_bytes){reading->made->data, reading->made->length};
  }
  return reading->sink->add(reading->sink, &document) == 0 ? 0 : stopped(err);
}

static int32_t report_list(struct reading *reading, const struct list_fault *found,
                           struct hg_error *err) {
  const struct hg_diagnostic fault = {
      .rule = "object-list",
      .field = found->field,
      .message = found->message,
      .advice = found->advice,
      .line = found->at->line,
      .column = found->at->column,
  };

  return report(reading, reading->number, &fault, err);
}

static uint32_t most_documents(const struct reading *reading) {
  return reading->is_stream ? READING_MOST_IN_STREAM : READING_MOST_DOCUMENTS;
}

/* The file has more documents than anybody reads. */
static int32_t refuse_the_rest(struct reading *reading, const struct hg_node *next,
                               struct hg_error *err) {
  char message[96];
  const struct hg_diagnostic fault = {
      .rule = "yaml-limit",
      .message = message,
      .advice = "split the file",
      .line = next->line,
      .column = next->column,
  };

  (void)snprintf(message, sizeof message, "the file has more than %u documents",
                 (unsigned)most_documents(reading));
  return report(reading, reading->number + 1, &fault, err);
}

/* 1: the limit of documents was passed, and that was said. */
static int32_t add_items(struct reading *reading, const struct list_document *list, uint64_t offset,
                         struct hg_error *err) {
  struct list_item room;
  struct list_fault fault;

  for (const struct hg_node *item = list->items->first; item; item = item->next) {
    const struct hg_node *object = list_document_object(list, item, &room);
    int32_t rc;

    if (reading->number == most_documents(reading))
      return refuse_the_rest(reading, item, err) < 0 ? -1 : 1;
    reading->number++;
    if (list_document_check_item(list, object, reading->minor, &fault))
      rc = report_list(reading, &fault, err);
    else if (is_other(reading, object))
      rc = pass_over(reading, object, NULL, err);
    else
      rc = add_object(reading, object, NULL, offset, err);
    if (rc < 0)
      return -1;
  }
  return 0;
}

static bool has_items(const struct list_document *list) {
  return list->items && list->items->kind == HG_NODE_SEQUENCE && list->items->first;
}

/* Documents that the tree stands for. */
static uint32_t count_objects(const struct hg_node *root) {
  struct list_document list;
  struct list_fault fault;

  return list_document_is(root, &list) && has_items(&list) && !list_document_check(&list, &fault)
             ? list.items->length
             : 1;
}

/* Whether documents are counted as they are read: there are lists to look into, or escapes that
 * libyaml alone stops at. */
static bool needs_trees(const struct file_text *text) {
  return yaml_text_holds(text->data, text->length, "List", 4, 0) ||
         yaml_text_holds(text->data, text->length, "\\'", 2, 0);
}

/* Counts documents by reading all of them once more. */
static int32_t count_by_trees(struct reading *reading, uint64_t *documents, struct hg_error *err) {
  const struct file_text *text = reading->text;
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct yaml_tree *tree;
  int32_t found = -1;

  if (yaml_tree_create(&tree, err) < 0)
    return -1;
  if (yaml_tree_open_as(tree, kubectl_stream_json(reading->minor), text->data, text->length, err) <
      0) {
    yaml_tree_destroy(tree);
    return -1;
  }
  for (*documents = 0; *documents <= most_documents(reading) &&
                       (found = yaml_tree_next(tree, &document, &problem)) == 1;)
    *documents += count_objects(document.root);
  *documents += found < 0; /* something that cannot be read */
  yaml_tree_destroy(tree);
  return 0;
}

/* Sets reading->count, at the first document. */
static int32_t count_documents(struct reading *reading, const struct yaml_tree_document *tree,
                               struct hg_error *err) {
  const struct file_text *text = reading->text;
  uint64_t documents = count_objects(tree->root);

  if (!tree->is_last && (needs_trees(text) ? count_by_trees(reading, &documents, err)
                                           : yaml_tree_count(reading->tree, &documents, err)) < 0)
    return -1;
  reading->count = (uint32_t)documents;
  return 0;
}

/* 1: nothing of the file is read any more. */
static int32_t hand_over(struct reading *reading, const struct yaml_tree_document *tree,
                         struct hg_error *err) {
  struct hg_bytes bytes = {reading->text->data, reading->text->length};
  struct list_document list;
  struct list_fault refusal;
  struct hg_diagnostic fault;
  uint64_t offset = 0;

  if (reading->count == 0 && count_documents(reading, tree, err) < 0)
    return -1;
  if (reading->count > 1) {
    offset = tree->offset;
    bytes = (struct hg_bytes){reading->text->data + tree->offset, tree->length};
  }
  if (find_stream_fault(reading, &bytes, tree, &fault)) {
    reading->number++;
    fault.rule = "kubectl-stream";
    return report(reading, reading->number, &fault, err);
  }
  if (list_document_is(tree->root, &list)) {
    if (!list_document_check(&list, &refusal) && has_items(&list))
      return add_items(reading, &list, offset, err);
    reading->number++;
    if (list_document_check(&list, &refusal))
      return report_list(reading, &refusal, err);
    if (reading->count > 1 && takes_others(reading))
      return pass_over(reading, tree->root, tree, err);
    reading->number--; /* as good as nothing */
    return 0;
  }
  reading->number++;
  if (is_other(reading, tree->root))
    return pass_over(reading, tree->root, tree, err);
  return add_object(reading, tree->root, &bytes, offset, err);
}

/* The file holds no document. */
static int32_t end_empty(struct reading *reading, struct hg_error *err) {
  static const struct hg_diagnostic fault = {
      .rule = "file-empty",
      .message = "the file holds no document",
      .advice = "kubectl finds no object in it: remove the file, or give it a Job",
  };

  return reading->is_listed && takes_others(reading) ? pass_over(reading, NULL, NULL, err)
                                                     : report(reading, 0, &fault, err);
}

/* UTF-16 is refused: kubectl would find one document in it. */
static bool is_other_than_utf8(const struct file_text *text) {
  uint32_t character;
  size_t size;

  if (text->length > 1 &&
      (memcmp(text->data, "\xff\xfe", 2) == 0 || memcmp(text->data, "\xfe\xff", 2) == 0))
    return false;

  for (size_t at = 0; at < text->length; at += size)
    if ((size = utf8_decode(text->data + at, text->length - at, &character)) == 0)
      return true;
  return false;
}

/* What read_text() returns where the text may be read once bytes that are no UTF-8 are mended. */
enum { NOT_UTF8 = 1 };

static int32_t read_text(struct reading *reading, struct hg_error *err) {
  struct yaml_tree_document document;
  struct yaml_problem problem;
  struct hg_diagnostic fault = {0};
  uint32_t number;
  int32_t found;

  if (yaml_tree_open_as(reading->tree, kubectl_stream_json(reading->minor), reading->text->data,
                        reading->text->length, err) < 0)
    return -1;
  while ((found = yaml_tree_next(reading->tree, &document, &problem)) == 1) {
    int32_t rc;

    if (reading->number == most_documents(reading))
      return refuse_the_rest(reading, document.root, err);
    rc = hand_over(reading, &document, err);
    if (rc != 0)
      return rc < 0 ? -1 : 0;
  }
  if (found == 0)
    return reading->number > 0 ? 0 : end_empty(reading, err);
  if (strcmp(problem.rule, "no-memory") == 0)
    return no_memory(err);
  if (reading->number == 0 && !reading->is_mended && is_other_than_utf8(reading->text))
    return NOT_UTF8;
  fault.rule = problem.rule;
  fault.message = problem.message;
  fault.line = problem.line;
  fault.column = problem.column;
  fault.advice = advise(reading, problem.line);
  number = problem.is_of_file ? 0 : reading->number + 1;
  return report(reading, number, &fault, err);
}

/* kubectl reads U+FFFD for each byte that is no UTF-8 (cli-runtime, pkg/resource/visitor.go,
 * FileVisitor), and so are the documents handed over: with the bytes that they were read from,
 * which stand in no file. */
static int32_t read_mended(struct reading *reading, struct hg_error *err) {
  const struct file_text *given = reading->text;
  struct text_buffer mended;
  struct file_text text;
  int32_t result;

  text_buffer_init(&mended);
  valid_utf8_append(&mended, given->data, given->length);
  text = (struct file_text){mended.data, mended.length, mended.length};
  reading->text = &text;
  reading->is_mended = reading->is_stream = true;
  result = mended.failed ? no_memory(err) : read_text(reading, err);
  reading->text = given;
  text_buffer_finish(&mended);
  return result;
}

int32_t reading_run(struct reading *reading, struct hg_error *err) {
  int32_t result = read_text(reading, err);

  return result == NOT_UTF8 ? read_mended(reading, err) : result;
}

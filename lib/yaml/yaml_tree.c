/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_tree.h"

#include "memory/no_memory.h"
#include "text/utf8.h"
#include "yaml/json_events.h"
#include "yaml/yaml_alike.h"
#include "yaml/yaml_builder.h"
#include "yaml/yaml_count.h"
#include "yaml/yaml_encoding.h"
#include "yaml/yaml_escapes.h"
#include "yaml/yaml_input.h"
#include "yaml/yaml_marks.h"
#include "yaml/yaml_null.h"
#include "yaml/yaml_problem.h"
#include "yaml/yaml_text.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* libyaml counts in int and size_t; texts near 2 GiB are nobody's manifest. */
enum { MAX_TEXT = 1 << 30 };

/* How far the text was read. */
enum progress {
  AT_STREAM_START,
  IN_DOCUMENT, /* the next event is the root */
  AT_END,
  FAILED,
};

struct yaml_tree {
  yaml_parser_t parser;
  bool has_parser;
  enum progress progress;
  struct yaml_problem problem; /* why it FAILED */

  struct json_events json;
  enum yaml_json reading;
  bool in_json;                     /* the text is still read as JSON */
  uint32_t json_count;              /* values of it */
  uint64_t json_end;                /* the byte behind the last one */
  bool may_be_json;                 /* no YAML was read since, */
  struct yaml_problem json_problem; /* and so it is said why it is no JSON */

  const char *bytes; /* as they are given; libyaml's may be those of `marks` */
  uint64_t length;
  struct yaml_marks marks;
  bool ascii;
  struct yaml_escapes escapes;
  struct yaml_input input;
  uint64_t offset;            /* where the next document's text starts, for libyaml, */
  yaml_mark_t mark;           /* what it calls that place, */
  uint64_t events;            /* the events that it gave since, */
  uint64_t levels;            /* and the open [ and {, which it looks at for each of them */
  yaml_mark_t start;          /* of what is read, where find_document found it */
  uint32_t directive_line;    /* of the next document */
  bool has_text;              /* the document before it is not empty */
  bool has_slashes;           /* somewhere a backslash stands before a slash */
  uint64_t reached_byte;      /* a place that was translated, and its number in characters: */
  uint64_t reached_character; /* libyaml counts in them */

  struct yaml_builder builder;
  struct yaml_alike alike;
  enum yaml_json alike_reading; /* how the text was read that it knows */
  bool is_alike;                /* the text is that one, with other values */
  bool has_opened;              /* a text was read before: who reads one alone need note nothing */
  bool is_first;                /* none was before this one */
};

int32_t yaml_tree_create(struct yaml_tree **tree, struct hg_error *err) {
  struct yaml_tree *made = calloc(1, sizeof *made);

  if (!made)
    return no_memory(err);
  yaml_builder_init(&made->builder);
  json_events_init(&made->json);
  made->progress = AT_END;
  *tree = made;
  return 0;
}

void yaml_tree_destroy(struct yaml_tree *tree) {
  if (!tree)
    return;
  if (tree->has_parser)
    yaml_parser_delete(&tree->parser);
  yaml_builder_finish(&tree->builder);
  yaml_alike_finish(&tree->alike);
  json_events_finish(&tree->json);
  yaml_marks_finish(&tree->marks);
  free(tree);
}

/* What libyaml reads. */
static const char *text_of(const struct yaml_tree *tree) {
  return tree->marks.text ? tree->marks.text : tree->bytes;
}

static uint64_t length_of(const struct yaml_tree *tree) {
  return tree->marks.text ? tree->marks.length : tree->length;
}

/* Sets libyaml on the text at tree->offset. */
static int32_t begin_parser(struct yaml_tree *tree) {
  if (tree->has_parser)
    yaml_parser_delete(&tree->parser);
  tree->has_parser = yaml_parser_initialize(&tree->parser);
  if (!tree->has_parser)
    return yaml_problem_no_memory(&tree->problem);
  yaml_input_set(&tree->input, &tree->parser, text_of(tree) + tree->offset,
                 length_of(tree) - tree->offset, tree->escapes.letter != '\0');
  tree->parser.mark = tree->mark;
  return 0;
}

/* Reads YAML from the byte `at` on, in line `line`, from 0. */
static void start_yaml(struct yaml_tree *tree, uint64_t at, uint64_t line) {
  bool marked;

  tree->progress = FAILED;
  if (yaml_encoding_check(tree->bytes + at, tree->length - at, &tree->ascii, &marked,
                          &tree->problem) < 0 ||
      ((marked || yaml_marks_has_odd_cut(tree->bytes + at, tree->length - at, tree->ascii)) &&
       yaml_marks_take_out(&tree->marks, tree->bytes, tree->length, at, &tree->problem) < 0))
    return;
  tree->mark = (yaml_mark_t){.index = at, .line = line};
  tree->events = tree->levels = 0;
  tree->escapes = (struct yaml_escapes){0};
  tree->offset = at;
  tree->reached_byte = at ? at : yaml_text_mark(tree->bytes, tree->length);
  tree->reached_character = at;
  if (begin_parser(tree) == 0)
    tree->progress = AT_STREAM_START;
}

int32_t yaml_tree_open_as(struct yaml_tree *tree, enum yaml_json json, const char *bytes,
                          uint64_t length, struct hg_error *err) {
  yaml_marks_finish(&tree->marks);
  tree->progress = AT_END;
  tree->in_json = false;
  tree->may_be_json = false;
  if (length > MAX_TEXT)
    return hg_error_set(err, HG_ERROR_LIMIT, "a YAML text may have at most %d bytes", MAX_TEXT);
  tree->bytes = bytes;
  tree->length = length;
  tree->directive_line = 0;
  tree->has_text = false;
  tree->has_slashes =
      json != YAML_JSON_AS_YAML && length > 0 && yaml_text_holds(bytes, length, "\\/", 2, 0);
  tree->reading = json;
  tree->is_first = !tree->has_opened;
  tree->has_opened = true;
  tree->is_alike = json == tree->alike_reading &&
                   yaml_alike_take(&tree->alike, bytes, length, &tree->builder.nodes);
  if (tree->is_alike) {
    tree->progress = IN_DOCUMENT;
    return 0;
  }
  tree->alike.is_ready = tree->alike.is_noting = false;
  if (json == YAML_JSON_AS_YAML || !json_events_looks_like(bytes, length)) {
    start_yaml(tree, 0, 0);
    return 0;
  }
  json_events_open(&tree->json, bytes, length, (size_t)yaml_text_mark(bytes, length));
  tree->in_json = true;
  tree->json_count = 0;
  tree->json_end = tree->json.at;
  tree->progress = json_events_more(&tree->json) ? IN_DOCUMENT : AT_END;
  return 0;
}

int32_t yaml_tree_open(struct yaml_tree *tree, const char *bytes, uint64_t length,
                       struct hg_error *err) {
  return yaml_tree_open_as(tree, YAML_JSON_AS_YAML, bytes, length, err);
}

/* The byte at which libyaml's character `index` stands. Never goes back. */
static uint64_t byte_at(struct yaml_tree *tree, uint64_t index) {
  if (tree->ascii)
    return index < tree->length ? index : tree->length;
  if (index > tree->reached_character) {
    tree->reached_byte = yaml_text_advance(text_of(tree), length_of(tree), tree->reached_byte,
                                           index - tree->reached_character);
    tree->reached_character = index;
  }
  return tree->reached_byte;
}

static int32_t stop(struct yaml_tree *tree) {
  return yaml_problem_of_parser(&tree->problem, &tree->parser, text_of(tree), length_of(tree));
}

/* Where libyaml stopped at an escape that kubectl's reader has: mends the text, and reads it up to
 * there once more. */
static int32_t mend_escape(struct yaml_tree *tree, yaml_event_t *event) {
  const yaml_parser_t *parser = &tree->parser;
  uint64_t at;

  if (!parser->problem || strcmp(parser->problem, "found unknown escape character") != 0)
    return stop(tree);
  at = parser->problem_mark.index;
  if (!tree->ascii) /* no event has passed it yet */
    at = yaml_text_advance(text_of(tree), length_of(tree), tree->reached_byte,
                           at - tree->reached_character);
  if (at + 1 >= length_of(tree) || text_of(tree)[at + 1] != '\'')
    return stop(tree);
  if (yaml_marks_copy(&tree->marks, tree->bytes, tree->length) < 0)
    return yaml_problem_no_memory(&tree->problem);
  if (!yaml_escapes_replace(&tree->escapes, tree->marks.text, tree->marks.length,
                            at - tree->offset + tree->levels, at))
    return stop(tree);
  if (begin_parser(tree) < 0)
    return -1;
  for (uint64_t i = 0; i < tree->events; i++) {
    if (!yaml_parser_parse(&tree->parser, event))
      return stop(tree);
    yaml_event_delete(event);
  }
  return 0;
}

static int32_t next_of_parser(struct yaml_tree *tree, yaml_event_t *event) {
  /* libyaml that has failed goes on with events that are none. */
  while (!yaml_parser_parse(&tree->parser, event) || event->type == YAML_NO_EVENT)
    if (mend_escape(tree, event) < 0)
      return -1;
  tree->events++;
  tree->levels += (uint64_t)tree->parser.flow_level;
  if (event->type == YAML_SCALAR_EVENT)
    yaml_escapes_restore(&tree->escapes, (char *)event->data.scalar.value,
                         event->data.scalar.length);
  return 0;
}

static int32_t next_event(struct yaml_tree *tree, yaml_event_t *event) {
  return tree->in_json ? json_events_next(&tree->json, event, &tree->problem)
                       : next_of_parser(tree, event);
}

/* Goes on to the start of the next document, or the end of the text. */
static void find_document(struct yaml_tree *tree) {
  yaml_event_t event;
  bool again;

  do {
    if (next_event(tree, &event) < 0) {
      tree->progress = FAILED;
      return;
    }
    again = event.type == YAML_STREAM_START_EVENT;
    tree->progress = AT_END;
    if (event.type == YAML_DOCUMENT_START_EVENT) {
      bool tags = event.data.document_start.tag_directives.start !=
                  event.data.document_start.tag_directives.end;
      bool directives = tags || event.data.document_start.version_directive;
      /* kubectl cuts at ---: a %YAML behind a document is its tail, which nobody reads. */
      bool passed = directives && !tags && tree->has_text;
      tree->progress = IN_DOCUMENT;
      tree->directive_line = directives && !passed ? (uint32_t)event.start_mark.line + 1 : 0;
      tree->start = passed ? event.end_mark : event.start_mark;
      tree->start.index -= passed ? strlen("---") : 0;
      tree->start.column = 0; /* as a document does but for the first */
    }
    yaml_event_delete(&event);
  } while (again);
}

/* Sets the builder's problem where a scalar has an escape that only libyaml takes. */
static int32_t refuse_slash(struct yaml_tree *tree, const yaml_event_t *event) {
  uint64_t at = byte_at(tree, event->start_mark.index);
  uint64_t end = byte_at(tree, event->end_mark.index);
  uint32_t line;
  uint32_t column;

  if (event->data.scalar.style != YAML_DOUBLE_QUOTED_SCALAR_STYLE ||
      !yaml_escapes_find_slash(text_of(tree), at, end, &at))
    return 0;
  yaml_text_position(text_of(tree), length_of(tree), at, &line, &column);
  return yaml_problem_set(&tree->builder.problem, YAML_RULE_SYNTAX, line, column,
                          "kubectl's YAML has no escape \\/; write the slash alone");
}

/* For the next text, which may be alike. */
static void note_event(struct yaml_tree *tree, const yaml_event_t *event) {
  size_t start = 0;
  size_t end = 0;

  if (!tree->alike.is_noting)
    return;
  if (event->type == YAML_SCALAR_EVENT) {
    start = byte_at(tree, event->start_mark.index);
    end = byte_at(tree, event->end_mark.index);
  }
  yaml_alike_note(&tree->alike, event, tree->builder.newest, tree->builder.is_key, tree->bytes,
                  start, end);
}

/* Reads a document to its end. Sets *end to libyaml's number of the character after it. */
static int32_t read_document(struct yaml_tree *tree, uint64_t *end) {
  const yaml_char_t *tag;
  const yaml_char_t *name;
  yaml_event_t event;
  bool complete = false;
  int32_t rc = 0;

  yaml_builder_start(&tree->builder);

  while (rc == 0 && !complete) {
    bool has_memory = false;

    if (next_event(tree, &event) < 0)
      return -1;
    switch (event.type) {
    case YAML_SCALAR_EVENT:
      rc = tree->has_slashes && !tree->in_json ? refuse_slash(tree, &event) : 0;
      rc = rc < 0 ? rc : yaml_builder_scalar(&tree->builder, &event);
      has_memory = !tree->in_json;
      break;
    case YAML_MAPPING_START_EVENT:
      tag = event.data.mapping_start.tag;
      name = event.data.mapping_start.anchor;
      rc = yaml_builder_open(&tree->builder, &event, HG_NODE_MAPPING, tag, name);
      has_memory = tag || name;
      break;
    case YAML_SEQUENCE_START_EVENT:
      tag = event.data.sequence_start.tag;
      name = event.data.sequence_start.anchor;
      rc = yaml_builder_open(&tree->builder, &event, HG_NODE_SEQUENCE, tag, name);
      has_memory = tag || name;
      break;
    case YAML_MAPPING_END_EVENT:
    case YAML_SEQUENCE_END_EVENT:
      rc = yaml_builder_close(&tree->builder);
      break;
    case YAML_ALIAS_EVENT:
      rc = yaml_builder_alias(&tree->builder, &event);
      has_memory = true;
      break;
    default: /* only the document's end can come here */
      *end = event.end_mark.index;
      complete = true;
      break;
    }
    if (rc == 0 && !complete)
      note_event(tree, &event);
    if (has_memory) /* most have none, and there are many */
      yaml_event_delete(&event);
  }
  if (rc < 0)
    tree->problem = tree->builder.problem;
  return rc;
}

static bool is_null(const struct hg_node *node) {
  return node->kind == HG_NODE_SCALAR && yaml_null_is(node->text, node->style, node->tag);
}

/* Where the text is read as YAML from: behind the white space that follows the last JSON value, up
 * to and with its first line feed. False where kubectl, which looks at four bytes for each
 * character, finds less. */
static bool find_yaml(const struct yaml_tree *tree, uint64_t *at) {
  for (*at = tree->json_end; tree->length - *at >= 4;) {
    uint32_t character = 0;
    size_t size = utf8_decode(tree->bytes + *at, (size_t)(tree->length - *at), &character);

    if (size == 0 || yaml_text_space(tree->bytes + *at, size) == 0)
      return true;
    *at += size;
    if (character == '\n')
      return true;
  }
  return false;
}

/* What stands behind the last JSON value is none: reads it as YAML, where kubectl would. */
static void go_on_as_yaml(struct yaml_tree *tree) {
  uint32_t line;
  uint32_t column;
  uint64_t at;

  if (tree->reading != YAML_JSON_FIRST || tree->json_count > 1 || !find_yaml(tree, &at))
    return;
  tree->in_json = false;
  tree->may_be_json = true;
  tree->json_problem = tree->problem;
  yaml_text_position(tree->bytes, tree->length, at, &line, &column);
  start_yaml(tree, at, line - 1);
}

/* Reads the next JSON value. Returns 1 where there is one, 0 where the text is at its end or goes
 * on as YAML. */
static int32_t next_json(struct yaml_tree *tree, struct yaml_tree_document *document) {
  uint64_t end = 0;

  document->offset = tree->json.at;
  if (read_document(tree, &end) < 0) {
    tree->progress = FAILED;
    if (strcmp(tree->problem.rule, YAML_RULE_JSON) == 0)
      go_on_as_yaml(tree);
    return 0;
  }
  tree->json_count++;
  tree->json_end = end;
  document->root = tree->builder.holder.first;
  document->length = end - document->offset;
  document->directive_line = 0;
  if (!json_events_more(&tree->json))
    tree->progress = AT_END;
  document->is_last = tree->progress == AT_END;
  return !is_null(document->root);
}

/* The one document of a text that is like the one before. */
static int32_t next_alike(struct yaml_tree *tree, struct yaml_tree_document *document) {
  *document = (struct yaml_tree_document){
      .root = tree->builder.holder.first, .length = tree->length, .is_last = 1};
  tree->progress = AT_END;
  return 1;
}

static int32_t next_yaml(struct yaml_tree *tree, struct yaml_tree_document *document) {
  uint64_t offset = tree->offset;
  uint64_t end = 0;

  if (!tree->is_first && offset == 0 && !tree->has_text && !tree->may_be_json &&
      !tree->has_slashes && tree->directive_line == 0)
    yaml_alike_begin(&tree->alike, tree->length);
  document->directive_line = tree->directive_line;
  if (read_document(tree, &end) < 0) {
    tree->progress = FAILED;
    return 0;
  }
  document->root = tree->builder.holder.first;
  tree->has_text = !is_null(document->root) || document->root->length > 0;
  find_document(tree);
  tree->may_be_json = false;
  document->is_last = tree->progress == AT_END;
  end = document->is_last ? length_of(tree) : byte_at(tree, end);
  document->offset = yaml_marks_start(&tree->marks, tree->bytes, offset);
  document->length = yaml_marks_offset(&tree->marks, end) - document->offset;
  if (tree->progress == IN_DOCUMENT) {
    tree->offset = byte_at(tree, tree->start.index);
    /* Documents have nothing of each other: its stream's start and its own are all that went. */
    tree->mark = tree->start;
    tree->events = 2;
    tree->levels = 0;
  }
  if (document->is_last && document->offset == 0 && !tree->marks.text &&
      document->root->kind != HG_NODE_SCALAR)
    yaml_alike_keep(&tree->alike, tree->bytes, tree->length, &tree->builder.nodes);
  tree->alike.is_noting = false;
  tree->alike_reading = tree->reading;
  return !is_null(document->root);
}

int32_t yaml_tree_next(struct yaml_tree *tree, struct yaml_tree_document *document,
                       struct yaml_problem *problem) {
  for (;;) {
    if (tree->progress == AT_STREAM_START)
      find_document(tree);
    if (tree->progress != IN_DOCUMENT)
      break;
    if (tree->is_alike  ? next_alike(tree, document)
        : tree->in_json ? next_json(tree, document)
                        : next_yaml(tree, document))
      return 1;
  }
  if (tree->progress == AT_END)
    return 0;
  *problem = tree->may_be_json ? tree->json_problem : tree->problem;
  return -1;
}

int32_t yaml_tree_count(const struct yaml_tree *tree, uint64_t *count, struct hg_error *err) {
  struct json_events rest;
  uint64_t behind = 0;
  uint64_t at;
  bool is_null_value;

  if (!tree->in_json)
    return yaml_count_documents(text_of(tree), length_of(tree), count, err);
  json_events_init(&rest);
  json_events_open(&rest, tree->bytes, (size_t)tree->length, (size_t)tree->json_end);
  for (*count = 1; json_events_more(&rest);) {
    if (json_events_skip(&rest, &is_null_value) == 0) {
      *count += !is_null_value;
      continue;
    }
    behind = 1; /* something that cannot be read */
    break;
  }
  json_events_finish(&rest);
  if (behind > 0 && *count == 1 && tree->reading == YAML_JSON_FIRST && find_yaml(tree, &at) &&
      yaml_count_documents(tree->bytes + at, tree->length - at, &behind, err) < 0)
    return -1;
  *count += behind;
  return 0;
}

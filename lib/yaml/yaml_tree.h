/* SPDX-License-Identifier: Apache-2.0 */
/* YAML text to document trees (headgate/node.h), one document at a time, with positions.
 *
 * Used by the scanner for manifests, by the generator for session configurations and by the host
 * for its own. Memory is reused from document to document.
 */
#ifndef LIB_YAML_YAML_TREE_H
#define LIB_YAML_YAML_TREE_H

#include <headgate/error.h>
#include <headgate/node.h>
#include <stdbool.h>
#include <stdint.h>

/* Limits, so that 3 MiB of any text take less than a second and 40 MiB, the text itself included.
 * The depth is that low because libyaml looks at every open level for every token; a Job needs
 * about 20. */
enum {
  YAML_TREE_MAX_DEPTH = 128,    /* nesting */
  YAML_TREE_MAX_NODES = 250000, /* nodes of a document walked in full, aliases followed */
  YAML_TREE_MAX_TEXT_MIB = 6,   /* its scalars and tags, aliases followed; 3 MiB make 4.5 without */
  YAML_TREE_MAX_MIB = 24,       /* memory of a document: nodes, texts, tags, anchors */
};

/* Why a text could not be read. */
struct yaml_problem {
  uint32_t line;     /* 1-based; 0: not known */
  uint32_t column;   /* 1-based; 0: not known */
  const char *rule;  /* "yaml-syntax", "json-syntax", "yaml-limit", "yaml-encoding", "no-memory" */
  bool is_of_file;   /* nothing of it was read, whichever document this stands in */
  char message[256]; /* UTF-8 */
};

/* The document's own text starts with its directives or its `---` (the first document's where the
 * whole text does) and ends where the next document starts or with its `...`: given alone to any
 * reader, it is that document. */
struct yaml_tree_document {
  const struct hg_node *root; /* never NULL */
  uint64_t offset;            /* of its text, in bytes from the start */
  uint64_t length;            /* bytes */
  uint32_t directive_line;    /* of its first %YAML or %TAG, 1-based; 0: it has none */
  uint32_t is_last;           /* 1: nothing but comments follows; 0: perhaps another document */
};

struct yaml_tree;

/* One thread at a time. */
int32_t yaml_tree_create(struct yaml_tree **tree, struct hg_error *err);
void yaml_tree_destroy(struct yaml_tree *tree);

/* How a text is read that starts with {. */
enum yaml_json {
  YAML_JSON_AS_YAML,
  YAML_JSON_ONLY,  /* as JSON, one value after another (kubectl up to 1.32) */
  YAML_JSON_FIRST, /* so, but as YAML from the first or second value on that is no JSON (1.33) */
};

/* Starts on a new text; the tree of the one before is no more. `bytes` is borrowed until the last
 * call of yaml_tree_next for it. */
int32_t yaml_tree_open(struct yaml_tree *tree, const char *bytes, uint64_t length,
                       struct hg_error *err);
int32_t yaml_tree_open_as(struct yaml_tree *tree, enum yaml_json json, const char *bytes,
                          uint64_t length, struct hg_error *err);

/* Reads the next document that is not empty (null documents and comments alone are skipped).
 * Returns 1: *document is set, its tree valid until the next call of either; 0: there is none left;
 * -1: *problem says why, and the rest of the text cannot be read. */
int32_t yaml_tree_next(struct yaml_tree *tree, struct yaml_tree_document *document,
                       struct yaml_problem *problem);

/* How many documents that are not empty the text holds, without making trees: as many as
 * yaml_tree_next gives. If that fails later on, at least as many as it gives, and more than one: no
 * document passes for the only one of a text that has more in it. To be asked while the first
 * document is the last one that was read. */
int32_t yaml_tree_count(const struct yaml_tree *tree, uint64_t *count, struct hg_error *err);

#endif

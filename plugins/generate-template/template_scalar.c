/* SPDX-License-Identifier: Apache-2.0 */
#include "template_scalar.h"

#include "job/field_table.h"
#include "placeholder.h"
#include "text/shown_text.h"

#include <string.h>

bool template_scalar_has_placeholder(const struct hg_node *node) {
  return memmem(node->text, node->length, "{{", 2) != NULL;
}

static struct template_scalar *add(struct job_template *template) {
  struct template_scalar *scalar = arena_alloc(&template->arena, sizeof *scalar);

  if (!scalar)
    return NULL;
  memset(scalar, 0, sizeof *scalar);
  scalar->after = template->fixed.length;
  *template->end = scalar;
  template->end = &scalar->next;
  return scalar;
}

int32_t template_scalar_add_parameters(struct job_template *template) {
  struct template_scalar *scalar = add(template);

  if (!scalar)
    return -1;
  scalar->is_parameters = true;
  return 0;
}

/* How many pieces the text has, -1 where it has {{ and no placeholder behind it. */
static int count_pieces(const struct hg_node *node, struct placeholder *last) {
  const char *text = node->text;
  size_t length = node->length;
  int count = 0;
  int found;

  while ((found = placeholder_next(&text, &length, last)) > 0)
    count++;
  return found < 0 ? -1 : count;
}

/* Whether it is of a variable, whose value may be a password and is not shown. */
static bool is_variable(const char *path) {
  return strstr(path, ".env[") != NULL;
}

static int32_t complain_of_braces(struct job_template *template, const struct hg_node *node,
                                  const char *path, const struct placeholder *piece) {
  const char *braces = piece->before + piece->before_length;
  struct text_buffer *text = config_problems_begin(&template->problems);
  size_t left = node->length - (size_t)(braces - node->text);

  if (is_variable(path))
    text_buffer_append_string(text, "what the {{ in this value begins");
  else
    shown_text_append(text, braces, left < 40 ? left : 40);
  text_buffer_append_string(text, " is no placeholder, such as {{ name }}; braces that are meant "
                                  "as they are can be a parameter's value");
  config_problems_end(&template->problems, config_position_of(node), HG_ERROR_INVALID);
  return -1;
}

/* What a name stands for; BUILTIN_NONE where it is unknown, or of no use here (said). */
static size_t find_number(struct job_template *template, const struct hg_node *node,
                          const struct placeholder *piece) {
  struct sweep *sweep = template->sweep;
  size_t number = sweep_find(sweep, piece->name, piece->name_length);
  struct text_buffer *text = config_problems_begin(&template->problems);
  bool is_of_row = number != SIZE_MAX && sweep->parameters[number].count > 1;
  const char *nearest;

  if (piece->name_length == 5 && memcmp(piece->name, "index", 5) == 0)
    number = BUILTIN_INDEX;
  else if (piece->name_length == 5 && memcmp(piece->name, "count", 5) == 0)
    number = BUILTIN_COUNT;
  else if (piece->name_length == 4 && memcmp(piece->name, "hash", 4) == 0)
    number = BUILTIN_HASH;
  is_of_row = is_of_row || number == BUILTIN_INDEX || number == BUILTIN_HASH;
  if (number != SIZE_MAX && !(template->is_indexed && is_of_row)) {
    if (number < sweep->parameter_count)
      sweep->parameters[number].is_used = true;
    template->uses_hash |= number == BUILTIN_HASH;
    return number;
  }
  shown_text_append(text, piece->name, piece->name_length);
  nearest = number == SIZE_MAX ? sweep_nearest(sweep, piece->name, piece->name_length) : NULL;
  if (number != SIZE_MAX)
    text_buffer_append_string(text,
                              " differs from row to row, and with --indexed there is one Job: "
                              "take it out here; the container finds its row in the variable "
                              "HEADGATE_ROW_$JOB_COMPLETION_INDEX");
  else if (nearest)
    text_buffer_printf(text, " is no parameter of the sweep: did you mean %s?", nearest);
  else
    text_buffer_append_string(text, " is no parameter: name it in the sweep, or with "
                                    "--set-parameter NAME=VALUE");
  config_problems_end(&template->problems, config_position_of(node), HG_ERROR_INVALID);
  return BUILTIN_NONE;
}

/* What Jobs ask for depends on it: amounts, numbers of Pods, where they stand. */
static bool is_counted(const char *path, uint8_t kind) {
  size_t length = strlen(path);

  return (kind != KIND_STRING && kind != KIND_TIME && kind != KIND_ANY) ||
         strcmp(path, "metadata.namespace") == 0 ||
         strcmp(path, "metadata.labels." BATCH_QUEUE_LABEL) == 0 ||
         (length > 14 && strcmp(path + length - 14, ".restartPolicy") == 0);
}

int32_t template_scalar_add(struct job_template *template, const struct hg_node *node,
                            const char *path, uint8_t kind, size_t indent) {
  struct placeholder piece;
  int count = count_pieces(node, &piece);
  struct template_scalar *scalar;
  const char *text = node->text;
  size_t length = node->length;

  if (count < 0)
    return complain_of_braces(template, node, path, &piece);
  if (node->tag && strcmp(node->tag, "tag:yaml.org,2002:str") != 0 && strcmp(node->tag, "!") != 0)
    return job_template_complain(template, node, "a text with a placeholder has no tag");
  scalar = add(template);
  if (!scalar)
    return -1;
  scalar->node = (struct hg_node *)node; /* of a tree that is this template's own */
  scalar->path = arena_copy(&template->arena, path, strlen(path));
  scalar->pieces = arena_alloc(&template->arena, ((size_t)count + 1) * sizeof *scalar->pieces);
  scalar->kind = kind;
  scalar->indent = (uint32_t)indent;
  if (!scalar->path || !scalar->pieces)
    return -1;
  scalar->is_counted = is_counted(path, kind);
  template->is_counted |= scalar->is_counted;
  if (strcmp(path, "metadata.name") == 0)
    template->name = scalar;
  while (placeholder_next(&text, &length, &piece) > 0) {
    struct scalar_piece *next = &scalar->pieces[scalar->count++];

    /* The node's text is another one once the tree is filled in. */
    next->text = arena_copy(&template->arena, piece.before, piece.before_length);
    next->length = piece.before_length;
    next->number = BUILTIN_NONE;
    if (!next->text)
      return -1;
    if (piece.name && (next->number = find_number(template, node, &piece)) == BUILTIN_NONE)
      return -1;
  }
  return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "config_entries.h"

#include "python_scalar.h"
#include "text/shown_text.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* An entry while doubles are looked for. */
struct candidate {
  const struct hg_node *value;
  const struct hg_node *first; /* the value of the equal key that stays; NULL where this one does */
  uint32_t order;
};

bool config_entry_is_bare(const struct hg_node *value) {
  return value->kind == HG_NODE_SCALAR && value->style == HG_STYLE_PLAIN && value->length == 0 &&
         !value->tag;
}

void config_entry_append_key(struct text_buffer *text, const struct hg_node *value) {
  if (config_entry_is_bare(value) || value->key->kind != HG_NODE_SCALAR)
    text_buffer_append_string(text, "\"…\"");
  else
    shown_key_append(text, value->key->text, value->key->length);
}

static bool has_text_key(const struct hg_node *value, struct config_problems *problems) {
  const struct hg_node *key = value->key;
  struct text_buffer *text;
  enum python_scalar_type type;

  if (key->kind != HG_NODE_SCALAR) {
    config_problems_add(problems, key, "a key must be text, not a list or a mapping");
    return false;
  }
  type = python_scalar_type(key);
  if (type == PYTHON_SCALAR_STRING && strlen(key->text) == key->length)
    return true;
  text = config_problems_begin(problems);
  text_buffer_append_string(text, "the key ");
  config_entry_append_key(text, value);
  if (type == PYTHON_SCALAR_STRING)
    text_buffer_append_string(text, " holds a NUL character: remove it");
  else if (type == PYTHON_SCALAR_TAGGED)
    text_buffer_append_string(text, " has a tag: remove the tag");
  else
    text_buffer_printf(text, " is %s in YAML 1.1, not text: put it in quotes",
                       python_scalar_type_name(type));
  config_problems_end(problems, config_position_of(key), HG_ERROR_INVALID);
  return false;
}

static int compare_names(const void *a, const void *b) {
  const struct candidate *const *left = a;
  const struct candidate *const *right = b;
  int order = strcmp((*left)->value->key->text, (*right)->value->key->text);

  if (order != 0)
    return order;
  return (*left)->order < (*right)->order ? -1 : 1;
}

static void report_double(const struct candidate *candidate, struct config_problems *problems) {
  struct text_buffer *text = config_problems_begin(problems);
  const struct hg_node *first = candidate->first;

  text_buffer_append_string(text, "the key ");
  config_entry_append_key(text, config_entry_is_bare(first) ? first : candidate->value);
  text_buffer_printf(text, " is already in line %u: remove one of the two", first->key->line);
  config_problems_end(problems, config_position_of(candidate->value->key), HG_ERROR_INVALID);
}

/* Of each run of equal names the first stays; `sorted` has them in the order of compare_names. */
static void find_doubles(struct candidate **sorted, size_t count) {
  size_t first = 0;

  for (size_t i = 1; i < count; i++) {
    const struct hg_node *stays = sorted[first]->value;

    if (strcmp(sorted[i]->value->key->text, stays->key->text) == 0)
      sorted[i]->first = stays;
    else
      first = i;
  }
}

/* Where a merge key stands after a key that it brings in, kubectl and PyYAML do not agree on which
 * value wins, and the tree no longer shows that there were two. */
static void report_merged(const struct hg_node *mapping, const struct hg_node *value,
                          struct config_problems *problems) {
  struct text_buffer *text = config_problems_begin(problems);

  text_buffer_append_string(text, "a merge key (<<) brings in ");
  config_entry_append_key(text, value);
  text_buffer_append_string(text, ", and YAML readers differ on what it may replace: write the "
                                  "keys out");
  config_problems_end(problems, config_position_of(mapping), HG_ERROR_INVALID);
}

static size_t count_children(const struct hg_node *mapping) {
  size_t count = 0;

  for (const struct hg_node *value = mapping->first; value; value = value->next)
    count++;
  return count;
}

int config_entries_read(const struct hg_node *mapping, struct arena *arena,
                        struct config_problems *problems, struct config_entries *entries) {
  size_t most = count_children(mapping) + 1;
  struct candidate *candidates = arena_alloc(arena, most * sizeof *candidates);
  struct candidate **sorted = arena_alloc(arena, most * sizeof(struct candidate *));
  size_t count = 0;
  bool merged = false;

  entries->items = arena_alloc(arena, most * sizeof *entries->items);
  entries->count = 0;
  if (!candidates || !sorted || !entries->items) {
    text_buffer_append_string(config_problems_begin(problems), "out of memory");
    config_problems_end(problems, config_position_of(mapping), HG_ERROR_NO_MEMORY);
    return -1;
  }
  for (const struct hg_node *value = mapping->first; value; value = value->next) {
    if (value->flags & HG_NODE_MERGED) {
      if (!merged)
        report_merged(mapping, value, problems);
      merged = true;
      continue;
    }
    if (!has_text_key(value, problems))
      continue;
    candidates[count].value = value;
    candidates[count].order = (uint32_t)count;
    candidates[count].first = NULL;
    sorted[count] = &candidates[count];
    count++;
  }
  qsort(sorted, count, sizeof(struct candidate *), compare_names);
  find_doubles(sorted, count);
  for (size_t i = 0; i < count; i++) {
    const struct candidate *candidate = &candidates[i];

    if (!candidate->first) {
      entries->items[entries->count].name = candidate->value->key->text;
      entries->items[entries->count].value = candidate->value;
      entries->count++;
    } else {
      report_double(candidate, problems);
    }
  }
  return 0;
}

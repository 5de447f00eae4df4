/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_merge.h"

#include "memory/name_table.h"
#include "yaml/yaml_problem.h"

/* Set on a node that lost its place; none with it stays in a tree. */
#define LOST 0x4000u

/* A mapping while its merges are applied. */
struct merging {
  struct name_table table; /* by key: the struct hg_node that has it now */
  struct arena *nodes;
  struct arena *scratch;
  const struct hg_node *first;
  const struct hg_node **tail;
};

/* The tree is read-only for everyone but its maker. */
static struct hg_node *writable(const struct hg_node *node) {
  return (struct hg_node *)(uintptr_t)node;
}

/* Appends `entry`. It pushes out the one that has its key, unless both are explicit: validators
 * want to see keys that stand twice. */
static int32_t append(struct merging *merging, struct hg_node *entry) {
  if (entry->key->kind == HG_NODE_SCALAR) {
    void **place =
        name_table_entry(&merging->table, merging->scratch, entry->key->text, entry->key->length);
    struct hg_node *older;

    if (!place)
      return -1;
    older = *place;
    if (older && ((older->flags | entry->flags) & HG_NODE_MERGED)) {
      older->flags |= LOST;
      entry->flags |= HG_NODE_OVERRIDES;
    }
    *place = entry;
  }
  *merging->tail = entry;
  merging->tail = &entry->next;
  return 0;
}

static int32_t append_all(struct merging *merging, const struct hg_node *source) {
  for (const struct hg_node *entry = source->first; entry; entry = entry->next) {
    struct hg_node *copy = arena_alloc(merging->nodes, sizeof *copy);

    if (!copy)
      return -1;
    *copy = *entry;
    copy->flags = (uint16_t)((copy->flags & ~HG_NODE_OVERRIDES) | HG_NODE_MERGED);
    if (append(merging, copy) < 0)
      return -1;
  }
  return 0;
}

static int32_t refuse(const struct hg_node *value, struct yaml_problem *problem) {
  return yaml_problem_set(problem, YAML_RULE_SYNTAX, value->line, value->column,
                          "the value of a merge key << must be a mapping or a list of mappings");
}

/* Merges what the merge key's value names. */
static int32_t append_value(struct merging *merging, const struct hg_node *value,
                            struct yaml_problem *problem) {
  const struct hg_node **items;
  size_t count = 0;

  if (value->kind == HG_NODE_MAPPING)
    return append_all(merging, value) == 0 ? 0 : yaml_problem_no_memory(problem);
  /* go-yaml takes a list only where it is written, not by its alias. */
  if (value->kind != HG_NODE_SEQUENCE || (value->flags & HG_NODE_ALIAS))
    return refuse(value, problem);
  items = arena_alloc(merging->scratch, (value->length + 1u) * sizeof(struct hg_node *));
  if (!items)
    return yaml_problem_no_memory(problem);
  for (const struct hg_node *item = value->first; item; item = item->next) {
    if (item->kind != HG_NODE_MAPPING)
      return refuse(item, problem);
    items[count++] = item;
  }
  /* Backwards: what is appended later wins. */
  while (count-- > 0)
    if (append_all(merging, items[count]) < 0)
      return yaml_problem_no_memory(problem);
  return 0;
}

int32_t yaml_merge(struct hg_node *mapping, struct arena *nodes, struct arena *scratch,
                   uint64_t seed, struct yaml_problem *problem) {
  struct merging merging = {.table = {.seed = seed}, .nodes = nodes, .scratch = scratch};
  const struct hg_node *next;
  int32_t rc = 0;

  merging.tail = &merging.first;
  for (const struct hg_node *entry = mapping->first; entry && rc == 0; entry = next) {
    next = entry->next;
    if (entry->key->flags & YAML_NODE_MERGE_KEY)
      rc = append_value(&merging, entry, problem);
    else if (append(&merging, writable(entry)) < 0)
      rc = yaml_problem_no_memory(problem);
  }
  if (rc < 0)
    goto out;
  *merging.tail = NULL;

  mapping->length = 0;
  merging.tail = &mapping->first;
  for (const struct hg_node *kept = merging.first; kept; kept = next) {
    struct hg_node *entry = writable(kept);

    next = entry->next;
    if (entry->flags & LOST)
      continue;
    mapping->length++;
    *merging.tail = entry;
    merging.tail = &entry->next;
  }
  *merging.tail = NULL;

out:
  arena_reset(scratch);
  return rc;
}

/* SPDX-License-Identifier: Apache-2.0 */
/* A sweep's YAML. */
#include "generate/kubernetes_names.h"
#include "generate/nearest_name.h"
#include "sweep.h"
#include "text/shown_text.h"
#include "yaml/go_scalar.h"

#include <inttypes.h>
#include <string.h>

static const struct config_kind sweep_file = {
    .name = "sweep",
    .content = "its parameters",
    .example = "kind: grid",
    .most_mib = 16,
};

static const char *const keys[] = {"name",    "kind",    "parameters", "rows", "csv",
                                   "exclude", "samples", "seed",       NULL};
static const char *const kinds[] = {"grid", "zip", "random", "rows", NULL};

static struct config_problems *problems_of(struct sweep *sweep) {
  return &sweep->problems[SWEEP_FROM_FILE];
}

/* Says of `node` that it is unknown, with the nearest of `names`. Always -1. */
static int32_t complain_of_name(struct sweep *sweep, const char *what, const struct hg_node *node,
                                const char *nearest, const char *otherwise) {
  struct text_buffer *text = config_problems_begin(problems_of(sweep));

  text_buffer_printf(text, "unknown %s ", what);
  shown_text_append(text, node->text, node->length);
  if (nearest)
    text_buffer_printf(text, ": did you mean %s?", nearest);
  else
    text_buffer_printf(text, ": %s", otherwise);
  config_problems_end(problems_of(sweep), config_position_of(node), HG_ERROR_INVALID);
  return -1;
}

static int32_t complain(struct sweep *sweep, const struct hg_node *node, const char *message) {
  config_problems_add(problems_of(sweep), node, "%s", message);
  return -1;
}

/* Each key of a mapping is a text, and stands once. */
static int32_t check_keys(struct sweep *sweep, const struct hg_node *mapping) {
  for (const struct hg_node *value = mapping->first; value; value = value->next) {
    if (value->key->kind != HG_NODE_SCALAR)
      return complain(sweep, value->key, "a key is a text");
    if (mapping->length > 1000)
      return complain(sweep, mapping, "has more than 1,000 keys");
    for (const struct hg_node *other = mapping->first; other != value; other = other->next)
      if (other->key->length == value->key->length &&
          memcmp(other->key->text, value->key->text, value->key->length) == 0) {
        struct text_buffer *text = config_problems_begin(problems_of(sweep));

        shown_text_append(text, value->key->text, value->key->length);
        text_buffer_printf(text, " stands twice: the first is in line %u", other->key->line);
        config_problems_end(problems_of(sweep), config_position_of(value->key), HG_ERROR_INVALID);
        return -1;
      }
  }
  return 0;
}

/* The text of a value, exactly as it is written. */
static int32_t read_value(struct sweep *sweep, const struct hg_node *node,
                          struct sweep_value *value) {
  if (node->kind != HG_NODE_SCALAR)
    return complain(sweep, node,
                    "a value is a text or a number, no list and no mapping: put it in quotes");
  if (node->tag && strcmp(node->tag, "tag:yaml.org,2002:str") != 0 && strcmp(node->tag, "!") != 0)
    return complain(sweep, node, "a value has no tag: put the text itself in quotes");
  if (node->style == HG_STYLE_PLAIN && node->length == 0)
    return complain(sweep, node, "there is no value: write \"\" where an empty text is meant");
  if (memchr(node->text, '\0', node->length))
    return complain(sweep, node, "holds a NUL, which no manifest can");
  *value = (struct sweep_value){node->text, node->length, node->line, node->column};
  return 0;
}

static int32_t read_parameter(struct sweep *sweep, const struct hg_node *list) {
  struct sweep_parameter *parameter = sweep_add_parameter(
      sweep, SWEEP_FROM_FILE, list->key->text, list->key->length, config_position_of(list->key));
  struct sweep_value value;

  if (!parameter)
    return -1;
  if (list->kind == HG_NODE_SCALAR)
    return complain(sweep, list, "must be a list of values, such as [0.1, 0.01]");
  if (list->kind != HG_NODE_SEQUENCE)
    return complain(sweep, list, "must be a list of values, no mapping");
  if (list->length == 0)
    return complain(sweep, list, "has no value: write at least one");
  for (const struct hg_node *item = list->first; item; item = item->next)
    if (read_value(sweep, item, &value) < 0 || sweep_add_value(sweep, parameter, &value) < 0)
      return -1;
  return 0;
}

static int32_t read_parameters(struct sweep *sweep, const struct hg_node *parameters) {
  if (parameters->kind != HG_NODE_MAPPING)
    return complain(sweep, parameters, "must be a mapping of names to lists of values");
  if (parameters->length == 0)
    return complain(sweep, parameters, "is empty: name a parameter with its values");
  for (const struct hg_node *list = parameters->first; list; list = list->next) {
    if (list->key->kind != HG_NODE_SCALAR)
      return complain(sweep, list->key, "a parameter's name is a text");
    if (read_parameter(sweep, list) < 0)
      return -1;
  }
  return 0;
}

/* The first row says which parameters there are. */
static int32_t read_row(struct sweep *sweep, const struct hg_node *row, bool is_first) {
  struct sweep_value value;

  if (row->kind != HG_NODE_MAPPING || row->length == 0)
    return complain(sweep, row, "a row is a mapping of parameters to values");
  if (check_keys(sweep, row) < 0)
    return -1;
  for (const struct hg_node *entry = row->first; entry; entry = entry->next) {
    const struct hg_node *key = entry->key;
    size_t number = sweep_find(sweep, key->text, key->length);

    if (is_first && !sweep_add_parameter(sweep, SWEEP_FROM_FILE, key->text, key->length,
                                         config_position_of(key)))
      return -1;
    if (is_first)
      number = sweep->parameter_count - 1;
    if (number == SIZE_MAX)
      return complain_of_name(sweep, "parameter", key, sweep_nearest(sweep, key->text, key->length),
                              "the first row does not have it");
    if (read_value(sweep, entry, &value) < 0 ||
        sweep_add_value(sweep, &sweep->parameters[number], &value) < 0)
      return -1;
  }
  for (size_t i = 0; i < sweep->parameter_count && row->length < sweep->parameter_count; i++)
    if (!hg_node_get(row, sweep->parameters[i].name)) {
      config_problems_add(problems_of(sweep), row, "this row has no value of %s",
                          sweep->parameters[i].name);
      return -1;
    }
  return 0;
}

static int32_t read_rows(struct sweep *sweep, const struct hg_node *rows) {
  if (rows->kind != HG_NODE_SEQUENCE || rows->length == 0)
    return complain(sweep, rows, "must be a list of mappings, one for each Job");
  for (const struct hg_node *row = rows->first; row; row = row->next)
    if (read_row(sweep, row, row == rows->first) < 0)
      return -1;
  return 0;
}

/* A path that is not absolute starts where the sweep's file lies. */
static int32_t read_csv_path(struct sweep *sweep, const struct hg_node *node) {
  const char *slash = strrchr(sweep->path, '/');
  struct text_buffer path;

  if (node->kind != HG_NODE_SCALAR || node->length == 0 || strlen(node->text) != node->length)
    return complain(sweep, node, "must be the path of a file");
  text_buffer_init(&path);
  if (*node->text != '/' && slash)
    text_buffer_append(&path, sweep->path, (size_t)(slash - sweep->path) + 1);
  text_buffer_append(&path, node->text, node->length);
  sweep->csv_path = path.failed ? NULL : arena_copy(&sweep->arena, path.data, path.length);
  text_buffer_finish(&path);
  return sweep->csv_path ? sweep_read_csv(sweep) : -1;
}

static int32_t read_condition(struct sweep *sweep, const struct hg_node *entry,
                              struct sweep_condition *condition) {
  const struct hg_node *const key = entry->key;
  const struct hg_node *item = entry->kind == HG_NODE_SEQUENCE ? entry->first : entry;
  size_t most = entry->kind == HG_NODE_SEQUENCE ? entry->length : 1;

  condition->parameter = sweep_find(sweep, key->text, key->length);
  if (condition->parameter == SIZE_MAX)
    return complain_of_name(sweep, "parameter", key, sweep_nearest(sweep, key->text, key->length),
                            "the sweep has none of that name");
  condition->values = arena_alloc(&sweep->arena, (most + 1) * sizeof *condition->values);
  if (!condition->values)
    return -1;
  while (condition->count < most) {
    if (read_value(sweep, item, &condition->values[condition->count]) < 0)
      return -1;
    condition->count++;
    item = item->next;
  }
  return 0;
}

static int32_t read_exclusions(struct sweep *sweep, const struct hg_node *list) {
  struct sweep_exclusion **end = &sweep->exclusions;

  if (list->kind != HG_NODE_SEQUENCE)
    return complain(sweep, list, "must be a list of mappings, such as [{lr: 0.1, batch: 64}]");
  for (const struct hg_node *item = list->first; item; item = item->next) {
    struct sweep_exclusion *exclusion = arena_alloc(&sweep->arena, sizeof *exclusion);

    if (item->kind != HG_NODE_MAPPING || item->length == 0)
      return complain(sweep, item, "must be a mapping of parameters to the values to be left out");
    if (check_keys(sweep, item) < 0 || !exclusion)
      return -1;
    memset(exclusion, 0, sizeof *exclusion);
    exclusion->at = config_position_of(item);
    exclusion->conditions =
        arena_alloc(&sweep->arena, item->length * sizeof *exclusion->conditions);
    if (!exclusion->conditions)
      return -1;
    memset(exclusion->conditions, 0, item->length * sizeof *exclusion->conditions);
    for (const struct hg_node *entry = item->first; entry; entry = entry->next)
      if (read_condition(sweep, entry, &exclusion->conditions[exclusion->count++]) < 0)
        return -1;
    *end = exclusion;
    end = &exclusion->next;
  }
  return 0;
}

/* A whole number. */
static int32_t read_number(struct sweep *sweep, const struct hg_node *node, int64_t least,
                           int64_t most, int64_t *number) {
  struct scalar scalar = {.kind = SCALAR_NULL};

  if (node->kind == HG_NODE_SCALAR)
    scalar_resolve(node, &scalar);
  *number = scalar.integer;
  if (scalar.kind == SCALAR_INT && *number >= least && *number <= most)
    return 0;
  config_problems_add(problems_of(sweep), node,
                      "must be a whole number from %" PRId64 " to %" PRId64, least, most);
  return -1;
}

static int32_t read_kind(struct sweep *sweep, const struct hg_node *node) {
  if (node->kind != HG_NODE_SCALAR)
    return complain(sweep, node, "must be grid, zip, random or rows");
  for (size_t i = 0; kinds[i]; i++)
    if (strcmp(node->text, kinds[i]) == 0) {
      sweep->kind = (enum sweep_kind)i;
      return 0;
    }
  return complain_of_name(sweep, "kind", node, nearest_name(node->text, kinds),
                          "it is grid, zip, random or rows");
}

static int32_t read_name(struct sweep *sweep, const struct hg_node *node) {
  const char *problem = "it is a text";

  if (node->kind == HG_NODE_SCALAR && node->length == strlen(node->text) && node->length > 0)
    problem = kubernetes_label_value_problem(node->text);
  if (problem) {
    config_problems_add(problems_of(sweep), node, "cannot be used: %s", problem);
    return -1;
  }
  sweep->name = node->text;
  return 0;
}

/* What belongs to one kind alone, and what each needs. */
static int32_t check_kind(struct sweep *sweep, const struct hg_node *root) {
  const struct hg_node *rows = hg_node_get(root, "rows");
  const struct hg_node *csv = hg_node_get(root, "csv");
  const struct hg_node *parameters = hg_node_get(root, "parameters");
  const struct hg_node *samples = hg_node_get(root, "samples");
  const struct hg_node *seed = hg_node_get(root, "seed");

  if (sweep->kind == SWEEP_ROWS && parameters)
    return complain(sweep, parameters->key, "kind: rows has `rows` or `csv`, and no `parameters`");
  if (sweep->kind == SWEEP_ROWS && !rows == !csv)
    return complain(sweep, csv ? csv->key : root, "kind: rows has `rows` or `csv`, one of them");
  if (sweep->kind != SWEEP_ROWS && (rows || csv))
    return complain(sweep, (rows ? rows : csv)->key, "is for kind: rows");
  if (sweep->kind != SWEEP_ROWS && !parameters && !sweep->has_arguments)
    return complain(sweep, root, "has no `parameters`: name at least one, with its values");
  if (sweep->kind == SWEEP_RANDOM && !samples)
    return complain(sweep, root, "kind: random needs `samples`: how many rows are drawn");
  if (sweep->kind != SWEEP_RANDOM && (samples || seed))
    return complain(sweep, (samples ? samples : seed)->key, "is for kind: random");
  return 0;
}

static int32_t read_root(struct sweep *sweep, const struct hg_node *root) {
  const struct hg_node *kind = hg_node_get(root, "kind");
  const struct hg_node *node;

  if (check_keys(sweep, root) < 0)
    return -1;
  for (const struct hg_node *entry = root->first; entry; entry = entry->next) {
    size_t i = 0;

    while (keys[i] && strcmp(keys[i], entry->key->text) != 0)
      i++;
    if (!keys[i])
      return complain_of_name(sweep, "key", entry->key, nearest_name(entry->key->text, keys),
                              "parameters stand under `parameters`");
  }
  if ((kind && read_kind(sweep, kind) < 0) || check_kind(sweep, root) < 0)
    return -1;
  if ((node = hg_node_get(root, "name")) && read_name(sweep, node) < 0)
    return -1;
  if ((node = hg_node_get(root, "parameters")) && read_parameters(sweep, node) < 0)
    return -1;
  if ((node = hg_node_get(root, "rows")) && read_rows(sweep, node) < 0)
    return -1;
  if ((node = hg_node_get(root, "csv")) && read_csv_path(sweep, node) < 0)
    return -1;
  if ((node = hg_node_get(root, "samples")) &&
      read_number(sweep, node, 1, SWEEP_MOST_ROWS, &sweep->samples) < 0)
    return -1;
  if ((node = hg_node_get(root, "seed")) &&
      read_number(sweep, node, 0, INT64_MAX, &sweep->seed) < 0)
    return -1;
  return 0;
}

int32_t sweep_read_exclusions(struct sweep *sweep) {
  const struct hg_node *node = hg_node_get(sweep->file.root, "exclude");

  return node ? read_exclusions(sweep, node) : 0;
}

int32_t sweep_read_file(struct sweep *sweep) {
  if (config_file_read(&sweep->file, &sweep_file, problems_of(sweep)) != 0)
    return -1;
  return read_root(sweep, sweep->file.root);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/namespace_limits.h"

#include "memory/no_memory.h"

#include <jansson.h>
#include <string.h>

/* Of one object; the server's own are far from it. */
enum { MOST_AMOUNTS = 1000, MOST_RULES = 100, MOST_SCOPES = 100 };

void namespace_limits_init(struct namespace_limits *limits, struct arena *arena) {
  memset(limits, 0, sizeof *limits);
  limits->arena = arena;
  limits->quotas_end = &limits->quotas;
  limits->ranges_end = &limits->ranges;
  limits->are_defaults_known = true;
}

static const char *copy_text(struct arena *arena, const json_t *value) {
  const char *text = json_string_value(value);

  return arena_copy(arena, text ? text : "", text ? strlen(text) : 0);
}

static int32_t too_many(struct hg_error *err, const char *what) {
  return hg_error_set(err, HG_ERROR_LIMIT, "it has more %s than any has", what);
}

/* A mapping of names to amounts. */
static int32_t read_amounts(struct resource_list *list, const json_t *mapping, struct arena *arena,
                            struct hg_error *err) {
  struct resource_amount *items;
  const char *name;
  json_t *value;

  if (json_object_size(mapping) > MOST_AMOUNTS)
    return too_many(err, "amounts");
  items = arena_alloc(arena, (json_object_size(mapping) + 1) * sizeof *items);
  if (!items)
    return no_memory(err);
  list->items = items;
  list->count = 0;
  json_object_foreach((json_t *)(uintptr_t)mapping, name, value) {
    struct resource_amount *item = &items[list->count++];
    const char *text = json_string_value(value);

    if (!text || quantity_parse(text, json_string_length(value), &item->amount) != NULL)
      return hg_error_set(err, HG_ERROR_INVALID, "%.400s is no amount", name);
    item->name = arena_copy(arena, name, strlen(name));
    if (!item->name)
      return no_memory(err);
  }
  return 0;
}

static int32_t read_scope(struct quota_scope *scope, const json_t *expression, struct arena *arena,
                          struct hg_error *err) {
  const json_t *values = json_object_get(expression, "values");

  scope->name = copy_text(arena, json_object_get(expression, "scopeName"));
  scope->relation = copy_text(arena, json_object_get(expression, "operator"));
  if (!scope->name || !scope->relation)
    return no_memory(err);
  if (json_array_size(values) > MOST_SCOPES)
    return too_many(err, "values");
  for (size_t i = 0; i < json_array_size(values); i++)
    if (json_is_string(json_array_get(values, i)) &&
        string_list_add(&scope->values, arena, json_string_value(json_array_get(values, i))) < 0)
      return no_memory(err);
  return 0;
}

/* Those of the list, which mean that there is such a thing, and those of the selector. */
static int32_t read_scopes(struct resource_quota *quota, const json_t *spec, struct arena *arena,
                           struct hg_error *err) {
  const json_t *names = json_object_get(spec, "scopes");
  const json_t *expressions =
      json_object_get(json_object_get(spec, "scopeSelector"), "matchExpressions");
  size_t count = json_array_size(names) + json_array_size(expressions);
  struct quota_scope *scopes;

  if (count > MOST_SCOPES)
    return too_many(err, "scopes");
  scopes = arena_alloc(arena, (count + 1) * sizeof *scopes);
  if (!scopes)
    return no_memory(err);
  memset(scopes, 0, (count + 1) * sizeof *scopes);
  quota->scopes = scopes;
  for (size_t i = 0; i < json_array_size(names); i++) {
    struct quota_scope *scope = &scopes[quota->scope_count++];

    scope->name = copy_text(arena, json_array_get(names, i));
    scope->relation = "Exists";
    if (!scope->name)
      return no_memory(err);
  }
  for (size_t i = 0; i < json_array_size(expressions); i++)
    if (read_scope(&scopes[quota->scope_count++], json_array_get(expressions, i), arena, err) < 0)
      return -1;
  return 0;
}

static json_t *read_object(const struct hg_bytes *json, struct hg_error *err) {
  json_t *object = json_loadb(json->data, json->length, 0, NULL);

  if (json_is_object(json_object_get(object, "metadata")))
    return object;
  json_decref(object);
  (void)hg_error_set(err, HG_ERROR_INVALID, "the server's answer is no such object");
  return NULL;
}

static int32_t read_quota(struct resource_quota *quota, const json_t *object, struct arena *arena,
                          struct hg_error *err) {
  const json_t *status = json_object_get(object, "status");

  memset(quota, 0, sizeof *quota);
  quota->name = copy_text(arena, json_object_get(json_object_get(object, "metadata"), "name"));
  if (!quota->name)
    return no_memory(err);
  quota->is_counted = json_is_object(json_object_get(status, "hard"));
  if (read_amounts(&quota->hard, json_object_get(status, "hard"), arena, err) < 0 ||
      read_amounts(&quota->used, json_object_get(status, "used"), arena, err) < 0)
    return -1;
  return read_scopes(quota, json_object_get(object, "spec"), arena, err);
}

int32_t namespace_limits_add_quota(struct namespace_limits *limits, const struct hg_bytes *json,
                                   struct hg_error *err) {
  struct resource_quota *quota = arena_alloc(limits->arena, sizeof *quota);
  json_t *object;
  int32_t result;

  if (!quota)
    return no_memory(err);
  object = read_object(json, err);
  result = object ? read_quota(quota, object, limits->arena, err) : -1;
  json_decref(object);
  if (result < 0)
    return -1;
  *limits->quotas_end = quota;
  limits->quotas_end = &quota->next;
  return 0;
}

/* Adds the defaults that nothing before has named. */
static int32_t add_defaults(struct resource_list *list, const json_t *mapping, struct arena *arena,
                            struct hg_error *err) {
  struct resource_list more = {NULL, 0};
  struct resource_amount *items;

  if (read_amounts(&more, mapping, arena, err) < 0)
    return -1;
  items = arena_alloc(arena, (list->count + more.count + 1) * sizeof *items);
  if (!items)
    return no_memory(err);
  if (list->count > 0)
    memcpy(items, list->items, list->count * sizeof *items);
  list->items = items;
  for (uint32_t i = 0; i < more.count; i++)
    if (!resource_list_find(list, more.items[i].name)) {
      if (list->count == MOST_AMOUNTS)
        return too_many(err, "defaults");
      items[list->count++] = more.items[i];
    }
  return 0;
}

static int32_t read_rule(struct namespace_limits *limits, struct limit_rule *rule,
                         const json_t *object, struct hg_error *err) {
  struct arena *arena = limits->arena;
  struct demand_defaults *defaults = &limits->defaults;

  rule->type = copy_text(arena, json_object_get(object, "type"));
  if (!rule->type)
    return no_memory(err);
  if (read_amounts(&rule->most, json_object_get(object, "max"), arena, err) < 0 ||
      read_amounts(&rule->least, json_object_get(object, "min"), arena, err) < 0 ||
      read_amounts(&rule->ratio, json_object_get(object, "maxLimitRequestRatio"), arena, err) < 0)
    return -1;
  if (strcmp(rule->type, "Container") != 0)
    return 0;
  return add_defaults(&defaults->lists[DEMAND_REQUESTS], json_object_get(object, "defaultRequest"),
                      arena, err) < 0 ||
                 add_defaults(&defaults->lists[DEMAND_LIMITS], json_object_get(object, "default"),
                              arena, err) < 0
             ? -1
             : 0;
}

static int32_t read_range(struct namespace_limits *limits, struct limit_range *range,
                          const json_t *object, struct hg_error *err) {
  const json_t *rows = json_object_get(json_object_get(object, "spec"), "limits");
  struct limit_rule *rules;

  memset(range, 0, sizeof *range);
  range->name =
      copy_text(limits->arena, json_object_get(json_object_get(object, "metadata"), "name"));
  if (json_array_size(rows) > MOST_RULES)
    return too_many(err, "rules");
  rules = arena_alloc(limits->arena, (json_array_size(rows) + 1) * sizeof *rules);
  if (!range->name || !rules)
    return no_memory(err);
  range->rules = rules;
  for (size_t i = 0; i < json_array_size(rows); i++)
    if (read_rule(limits, &rules[range->rule_count++], json_array_get(rows, i), err) < 0)
      return -1;
  return 0;
}

int32_t namespace_limits_add_range(struct namespace_limits *limits, const struct hg_bytes *json,
                                   struct hg_error *err) {
  struct limit_range *range = arena_alloc(limits->arena, sizeof *range);
  json_t *object;
  int32_t result;

  if (!range)
    return no_memory(err);
  object = read_object(json, err);
  result = object ? read_range(limits, range, object, err) : -1;
  json_decref(object);
  if (result < 0)
    return -1;
  *limits->ranges_end = range;
  limits->ranges_end = &range->next;
  return 0;
}

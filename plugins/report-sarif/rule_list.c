/* SPDX-License-Identifier: Apache-2.0 */
#include "rule_list.h"

#include "memory/array.h"
#include "memory/no_memory.h"

#include <search.h>
#include <stdlib.h>
#include <string.h>

void rule_list_init(struct rule_list *list) {
  memset(list, 0, sizeof *list);
  arena_init(&list->arena);
}

static int compare_rules(const void *a, const void *b) {
  return strcmp(((const struct rule *)a)->id, ((const struct rule *)b)->id);
}

void rule_list_finish(struct rule_list *list) {
  while (list->tree)
    (void)tdelete(*(struct rule *const *)list->tree, &list->tree, compare_rules);
  free(list->rules);
  arena_finish(&list->arena);
  rule_list_init(list);
}

bool rule_list_is_full(const struct rule_list *list) {
  return list->count == RULE_LIST_MOST;
}

static bool make_room(struct rule_list *list) {
  struct rule **rules =
      array_reserve(list->rules, list->count + 1u, &list->capacity, sizeof(struct rule *));

  if (rules)
    list->rules = rules;
  return rules;
}

const struct rule *rule_list_find(struct rule_list *list, const char *id, bool is_error) {
  const struct rule wanted = {.id = id};
  struct rule *const *found = tfind(&wanted, &list->tree, compare_rules);
  struct rule *rule;

  if (found)
    return *found;
  if (rule_list_is_full(list) || !make_room(list))
    return NULL;
  rule = arena_alloc(&list->arena, sizeof *rule);
  if (!rule)
    return NULL;
  rule->id = arena_copy(&list->arena, id, strlen(id));
  rule->index = list->count;
  rule->is_error = is_error;
  if (!rule->id || !tsearch(rule, &list->tree, compare_rules))
    return NULL;
  list->rules[list->count++] = rule;
  return rule;
}

static void write_text(struct json_stream *stream, const char *key, const char *text) {
  json_stream_open(stream, key, '{');
  json_stream_string(stream, "text", text);
  json_stream_close(stream, '}');
}

/* Empties `text`. */
static void write_made_text(struct json_stream *stream, const char *key, struct text_buffer *text) {
  if (text->failed && stream->error.code == 0)
    (void)no_memory(&stream->error);
  write_text(stream, key, text_buffer_string(text));
  text_buffer_reset(text);
}

/* Appends the id in words: "unknown-field" as "Unknown field". */
static void append_words(struct text_buffer *text, const char *id) {
  size_t start = text->length;

  text_buffer_append_string(text, id);
  if (text->failed)
    return;
  for (char *c = text->data + start; *c; c++)
    if (*c == '-')
      *c = ' ';
  if (text->data[start] >= 'a' && text->data[start] <= 'z')
    text->data[start] = (char)(text->data[start] - 'a' + 'A');
}

static void write_rule(struct json_stream *stream, const struct rule *rule,
                       struct text_buffer *text) {
  bool of_apply = strncmp(rule->id, RULE_LIST_APPLY, strlen(RULE_LIST_APPLY)) == 0;
  bool of_completion = strncmp(rule->id, RULE_LIST_COMPLETION, strlen(RULE_LIST_COMPLETION)) == 0;
  size_t prefix = of_apply        ? strlen(RULE_LIST_APPLY)
                  : of_completion ? strlen(RULE_LIST_COMPLETION)
                                  : 0;

  json_stream_open(stream, NULL, '{');
  json_stream_string(stream, "id", rule->id);
  if (of_apply)
    text_buffer_append_string(text, "Job not applied: ");
  if (of_completion)
    text_buffer_append_string(text, "Job not complete: ");
  append_words(text, rule->id + prefix);
  write_made_text(stream, "shortDescription", text);
  if (of_apply) {
    write_text(stream, "fullDescription", "kubectl did not confirm that the Job was applied.");
    write_text(stream, "help", "Each result has kubectl's reason and what to do about it.");
  } else if (of_completion) {
    write_text(
        stream, "fullDescription",
        "The Job was applied, and did not complete in the cluster, or is not known to have.");
    write_text(stream, "help", "Each result has the cluster's words and what to do about it.");
  } else {
    write_text(stream, "fullDescription",
               "A manifest breaks this rule of Headgate's scanner or of one of its validators.");
    text_buffer_printf(text, "What the rule asks for, and why: headgate validate --explain %s",
                       rule->id);
    write_made_text(stream, "help", text);
  }
  json_stream_open(stream, "defaultConfiguration", '{');
  json_stream_string(stream, "level", rule->is_error ? "error" : "warning");
  json_stream_close(stream, '}');
  json_stream_close(stream, '}');
}

void rule_list_write(const struct rule_list *list, struct json_stream *stream) {
  struct text_buffer text;

  text_buffer_init(&text);
  json_stream_open(stream, "rules", '[');
  for (uint32_t i = 0; i < list->count; i++)
    write_rule(stream, list->rules[i], &text);
  json_stream_close(stream, ']');
  text_buffer_finish(&text);
}

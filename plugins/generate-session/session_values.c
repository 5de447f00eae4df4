/* SPDX-License-Identifier: Apache-2.0 */
#include "session_values.h"

#include "config_entries.h"
#include "generate/kubernetes_names.h"
#include "generate/nearest_name.h"
#include "python_scalar.h"
#include "text/shown_text.h"
#include "text/visible_text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The longest name of a resource: a DNS subdomain, a slash, a qualified name. */
enum { LONGEST_RESOURCE_NAME = 253 + 1 + 63 };

/* What a value is called in messages: "mode", "resources.limits.cpu". */
struct place {
  const struct place *parent; /* NULL for a key of the file */
  const char *name;
};

static void append_place(struct text_buffer *text, const struct place *place) {
  if (place->parent) {
    append_place(text, place->parent);
    text_buffer_append_char(text, '.');
  }
  visible_text_append(text, place->name, strlen(place->name));
}

/* Starts a message with the place. */
static struct text_buffer *begin(struct config_problems *problems, const struct place *place) {
  struct text_buffer *text = config_problems_begin(problems);

  append_place(text, place);
  return text;
}

static void end(struct config_problems *problems, const struct hg_node *node) {
  config_problems_end(problems, config_position_of(node), HG_ERROR_INVALID);
}

static const char *kind_name(const struct hg_node *node) {
  return node->kind == HG_NODE_SEQUENCE ? "a list" : "a mapping";
}

static void *allocate(struct arena *arena, size_t size, struct config_problems *problems,
                      const struct hg_node *node) {
  void *memory = arena_alloc(arena, size);

  if (!memory) {
    text_buffer_append_string(config_problems_begin(problems), "out of memory");
    config_problems_end(problems, config_position_of(node), HG_ERROR_NO_MEMORY);
  }
  return memory;
}

static const char *copy(struct arena *arena, const char *text, struct config_problems *problems,
                        const struct hg_node *node) {
  size_t size = strlen(text) + 1;
  char *made = allocate(arena, size, problems, node);

  if (made)
    memcpy(made, text, size);
  return made;
}

/* What would show the value of a variable, which may be a secret, in an error that is kept. */
static bool is_variable(const struct place *place) {
  return place->parent && strcmp(place->parent->name, "extra_env") == 0;
}

/* Says that the scalar `node` is no text. */
static void report_not_text(const struct place *place, const struct hg_node *node,
                            enum python_scalar_type type, struct config_problems *problems) {
  bool may_be_piece = is_variable(place) && config_entry_is_bare(node);
  struct text_buffer *text =
      may_be_piece ? config_problems_begin(problems) : begin(problems, place);

  if (may_be_piece) {
    text_buffer_append_string(text, "a variable has no value: write one, or \"\" for an empty "
                                    "text, and quote a value that holds a comma");
  } else if (type == PYTHON_SCALAR_NULL && node->length == 0) {
    text_buffer_append_string(text, " has no value: write one, or \"\" for an empty text");
  } else if (type == PYTHON_SCALAR_TAGGED) {
    if (is_variable(place)) { /* whose tag may be a word of it: !secret */
      text_buffer_append_string(text, " has a tag");
    } else {
      text_buffer_append_string(text, " has the tag ");
      shown_text_append(text, node->tag, strlen(node->tag));
    }
    text_buffer_append_string(text, ": remove the tag, and quote the value");
  } else {
    text_buffer_append_string(text, " must be text, but ");
    if (is_variable(place))
      text_buffer_append_string(text, "its value");
    else
      visible_text_append(text, node->text, node->length < 40 ? node->length : 40);
    text_buffer_printf(text, " is %s in YAML 1.1: quote the value",
                       type == PYTHON_SCALAR_NULL ? "null" : python_scalar_type_name(type));
    if (node->length < 40 && !is_variable(place)) {
      text_buffer_append_string(text, ", ");
      shown_text_append(text, node->text, node->length);
    }
  }
  end(problems, node);
}

/* The text of `node`; NULL where it is none. An empty one is for the caller to judge. */
static const char *read_text(const struct place *place, const struct hg_node *node,
                             struct arena *arena, struct config_problems *problems) {
  enum python_scalar_type type;

  if (node->kind != HG_NODE_SCALAR) {
    text_buffer_printf(begin(problems, place), " must be text, not %s", kind_name(node));
    end(problems, node);
    return NULL;
  }
  type = python_scalar_type(node);
  if (type != PYTHON_SCALAR_STRING) {
    report_not_text(place, node, type, problems);
    return NULL;
  }
  if (strlen(node->text) != node->length) {
    text_buffer_append_string(begin(problems, place),
                              " holds a NUL character, which no argument and no environment "
                              "variable can: remove it");
    end(problems, node);
    return NULL;
  }
  return copy(arena, node->text, problems, node);
}

/* A text that may not be empty, and that the API server would not refuse. */
static const char *read_named_text(const struct place *place, const struct session_key *key,
                                   uint8_t file, const struct hg_node *node, struct arena *arena,
                                   struct config_problems *problems) {
  const char *value = read_text(place, node, arena, problems);
  const char *problem;

  if (!value)
    return NULL;
  if (*value == '\0') {
    text_buffer_append_string(begin(problems, place), " is empty: write a value");
    end(problems, node);
    return NULL;
  }
  problem = key->problem && key->decides_in == file ? key->problem(value) : NULL;
  if (problem) {
    struct text_buffer *text = begin(problems, place);

    text_buffer_append_char(text, ' ');
    shown_text_append(text, value, strlen(value));
    text_buffer_printf(text, " cannot be used: %s", problem);
    end(problems, node);
    return NULL;
  }
  return value;
}

static const char *read_choice(const struct place *place, const char *const *choices,
                               const struct hg_node *node, struct arena *arena,
                               struct config_problems *problems) {
  const char *value = read_text(place, node, arena, problems);
  const char *nearest;
  struct text_buffer *text;

  if (!value)
    return NULL;
  for (size_t i = 0; choices[i]; i++)
    if (strcmp(value, choices[i]) == 0)
      return choices[i];
  text = begin(problems, place);
  text_buffer_append_string(text, " is ");
  shown_text_append(text, value, strlen(value));
  text_buffer_append_string(text, ": it must be");
  for (size_t i = 0; choices[i]; i++)
    text_buffer_printf(text, "%s %s", i == 0 ? "" : choices[i + 1] ? "," : " or", choices[i]);
  nearest = nearest_name(value, choices);
  if (nearest)
    text_buffer_printf(text, "; did you mean %s?", nearest);
  end(problems, node);
  return NULL;
}

/* A number whose text reads differently from what it is, such as 010, is a trap: refused. */
static int64_t read_count(const struct place *place, const struct session_key *key,
                          const struct hg_node *node, struct config_problems *problems) {
  enum python_scalar_type type =
      node->kind == HG_NODE_SCALAR ? python_scalar_type(node) : PYTHON_SCALAR_TAGGED;
  struct text_buffer *text;
  int64_t value = 0;

  if (type == PYTHON_SCALAR_INTEGER && python_scalar_is_decimal(node->text) &&
      python_scalar_integer(node->text, &value) == 0 && value >= key->least && value <= key->most)
    return value;
  text = begin(problems, place);
  if (node->kind != HG_NODE_SCALAR) {
    text_buffer_printf(text, " must be a whole number, not %s", kind_name(node));
  } else if (type == PYTHON_SCALAR_NULL && node->length == 0) {
    text_buffer_append_string(text, " has no value: write a whole number");
  } else {
    text_buffer_append_string(text, " is ");
    shown_text_append(text, node->text, node->length);
    if (type == PYTHON_SCALAR_STRING && python_scalar_resolve(node->text) == PYTHON_SCALAR_INTEGER)
      text_buffer_append_string(text, ", a text: write the number without quotes");
    else if (type == PYTHON_SCALAR_INTEGER && !python_scalar_is_decimal(node->text))
      text_buffer_append_string(text, ", which YAML 1.1 does not read in tens: write it so, "
                                      "without a leading 0");
    else
      text_buffer_printf(text, ": it must be a whole number from %" PRId64 " to %" PRId64,
                         key->least, key->most);
  }
  end(problems, node);
  return 0;
}

/* Says that `node` is no mapping, and gives false; else true. */
static bool is_mapping(const struct place *place, const struct hg_node *node, const char *example,
                       struct config_problems *problems) {
  if (node->kind == HG_NODE_MAPPING)
    return true;
  text_buffer_printf(begin(problems, place), " must be a mapping, such as %s; or remove the key",
                     example);
  end(problems, node);
  return false;
}

/* A quantity: text as it is, a number in a form that is the same to every reader. */
static bool read_quantity(const struct place *place, const struct hg_node *node,
                          struct arena *arena, struct config_problems *problems,
                          struct session_pair *pair) {
  enum python_scalar_type type =
      node->kind == HG_NODE_SCALAR ? python_scalar_type(node) : PYTHON_SCALAR_TAGGED;
  char number[PYTHON_SCALAR_FLOAT_SIZE];
  struct text_buffer *text;
  int64_t integer;

  pair->is_number = type == PYTHON_SCALAR_INTEGER || type == PYTHON_SCALAR_FLOAT;
  if (type == PYTHON_SCALAR_STRING) {
    pair->value = read_text(place, node, arena, problems);
    return pair->value != NULL;
  }
  if (type == PYTHON_SCALAR_INTEGER && python_scalar_integer(node->text, &integer) == 0) {
    (void)snprintf(number, sizeof number, "%" PRId64, integer);
    pair->value = copy(arena, number, problems, node);
    return pair->value != NULL;
  }
  if (type == PYTHON_SCALAR_FLOAT && python_scalar_float(node->text, number) == 0) {
    pair->value = copy(arena, number, problems, node);
    return pair->value != NULL;
  }
  text = begin(problems, place);
  if (node->kind != HG_NODE_SCALAR) {
    text_buffer_printf(text, " is %s", kind_name(node));
  } else if (node->length == 0) {
    text_buffer_append_string(text, " has no value");
  } else {
    text_buffer_append_string(text, " is ");
    shown_text_append(text, node->text, node->length);
  }
  text_buffer_append_string(text, ": it must be a quantity, such as \"500m\" or 2");
  end(problems, node);
  return false;
}

/* Reads one of requests and limits. */
static void read_quantities(const struct place *place, const struct hg_node *node,
                            struct arena *arena, struct config_problems *problems,
                            struct session_pairs *pairs) {
  struct config_entries entries;

  if (!is_mapping(place, node, "cpu: \"500m\"", problems) ||
      config_entries_read(node, arena, problems, &entries) != 0)
    return;
  pairs->given = true;
  pairs->items = allocate(arena, (entries.count + 1) * sizeof *pairs->items, problems, node);
  for (size_t i = 0; pairs->items && i < entries.count; i++) {
    const struct hg_node *value = entries.items[i].value;
    struct place inner = {place, entries.items[i].name};
    struct session_pair *pair = &pairs->items[pairs->count];

    if (value->key->length > LONGEST_RESOURCE_NAME) {
      config_problems_add(problems, value->key,
                          "a resource's name has at most %d characters: shorten it",
                          (int)LONGEST_RESOURCE_NAME);
      continue;
    }
    pair->at = config_position_of(value);
    pair->name = copy(arena, entries.items[i].name, problems, value);
    if (pair->name && read_quantity(&inner, value, arena, problems, pair))
      pairs->count++;
  }
}

static void read_resources(const struct place *place, const struct hg_node *node,
                           struct arena *arena, struct config_problems *problems,
                           struct session *session) {
  static const char *const names[] = {"requests", "limits", NULL};
  struct session_pairs *const pairs[] = {&session->requests, &session->limits};
  struct config_entries entries;

  if (!is_mapping(place, node, "requests: {cpu: \"500m\"}", problems) ||
      config_entries_read(node, arena, problems, &entries) != 0)
    return;
  for (size_t i = 0; i < entries.count; i++) {
    const struct hg_node *value = entries.items[i].value;
    struct place inner = {place, entries.items[i].name};
    const char *nearest;
    size_t which = 0;

    while (names[which] && strcmp(names[which], inner.name) != 0)
      which++;
    if (names[which]) {
      read_quantities(&inner, value, arena, problems, pairs[which]);
      continue;
    }
    nearest = nearest_name(inner.name, names);
    text_buffer_append_string(config_problems_begin(problems), "unknown key ");
    shown_text_append(&problems->text, inner.name, strlen(inner.name));
    if (nearest)
      text_buffer_printf(&problems->text, " in resources: did you mean %s?", nearest);
    else
      text_buffer_append_string(&problems->text,
                                " in resources, which has requests and limits: remove it");
    end(problems, value->key);
  }
}

static void read_variables(const struct place *place, const struct hg_node *node,
                           struct arena *arena, struct config_problems *problems,
                           struct session_pairs *pairs) {
  struct config_entries entries;

  if (!is_mapping(place, node, "REDIS_PORT: \"6379\"", problems) ||
      config_entries_read(node, arena, problems, &entries) != 0)
    return;
  pairs->given = true;
  pairs->items = allocate(arena, (entries.count + 1) * sizeof *pairs->items, problems, node);
  for (size_t i = 0; pairs->items && i < entries.count; i++) {
    const struct hg_node *value = entries.items[i].value;
    struct place inner = {place, entries.items[i].name};
    struct session_pair *pair = &pairs->items[pairs->count];
    const char *problem = kubernetes_variable_problem(inner.name);

    if (problem) {
      text_buffer_append_string(config_problems_begin(problems), "the variable ");
      config_entry_append_key(&problems->text, value);
      text_buffer_printf(&problems->text, " cannot be used: %s", problem);
      end(problems, value->key);
      continue;
    }
    pair->at = config_position_of(value);
    pair->is_number = false;
    pair->name = copy(arena, inner.name, problems, value);
    pair->value = read_text(&inner, value, arena, problems);
    if (pair->name && pair->value)
      pairs->count++;
  }
}

void session_value_read(const struct session_key *key, uint8_t file, const struct hg_node *node,
                        struct arena *arena, struct config_problems *problems,
                        struct session *session) {
  const struct place place = {NULL, key->name};
  void *target = (char *)session + key->offset;

  session->at[key - session_keys] = config_position_of(node);
  switch (key->type) {
  case SESSION_VALUE_TEXT:
    *(const char **)target = read_named_text(&place, key, file, node, arena, problems);
    break;
  case SESSION_VALUE_CHOICE:
    *(const char **)target = read_choice(&place, key->choices, node, arena, problems);
    break;
  case SESSION_VALUE_COUNT:
    *(int64_t *)target = read_count(&place, key, node, problems);
    break;
  case SESSION_VALUE_RESOURCES:
    read_resources(&place, node, arena, problems, session);
    break;
  case SESSION_VALUE_VARIABLES:
    read_variables(&place, node, arena, problems, target);
    break;
  }
}

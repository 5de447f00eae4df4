/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/yaml_alike.h"

#include "memory/array.h"
#include "text/same_prefix.h"
#include "text/utf8.h"
#include "yaml/yaml_merge.h"

#include <stdlib.h>
#include <string.h>

enum {
  LONGEST = 256 * 1024,    /* a longer text is not kept: no batch is made of such */
  MOST_MORE = 4 * LONGEST, /* memory that values take beyond that of the document they began in */
};

/* The byte with which U+2028 and U+2029 begin: line breaks that libyaml leaves in a value as they
 * are. */
enum { BREAK = 0xe2 };

void yaml_alike_finish(struct yaml_alike *alike) {
  text_buffer_finish(&alike->text);
  free(alike->values);
  memset(alike, 0, sizeof *alike);
}

void yaml_alike_begin(struct yaml_alike *alike, size_t length) {
  alike->is_noting = length <= LONGEST;
  alike->is_ready = false;
  alike->count = 0;
  alike->flows = 0;
}

/* Takes note of a value whose bytes are those of the text. */
static void note_value(struct yaml_alike *alike, struct hg_node *node, const char *text,
                       size_t start, size_t end) {
  struct yaml_value *values;

  if (node->style == HG_STYLE_SINGLE_QUOTED || node->style == HG_STYLE_DOUBLE_QUOTED) {
    start++;
    end--;
  } else if (node->length == 0) {
    return;
  }
  if (node->column == 1 || start > end || end - start != node->length ||
      memcmp(text + start, node->text, node->length) != 0 ||
      memchr(text + start, BREAK, node->length))
    return;
  values = array_reserve(alike->values, alike->count + 1, &alike->capacity, sizeof *values);
  if (!values) {
    alike->is_noting = false;
    return;
  }
  alike->values = values;
  values[alike->count++] = (struct yaml_value){.node = node,
                                               .start = start,
                                               .end = end,
                                               .room = node->length + 1,
                                               .is_in_flow = alike->flows > 0};
}

/* A collection of [] or {} has only such in it. */
static bool is_flow(const yaml_event_t *event) {
  return event->type == YAML_MAPPING_START_EVENT
             ? event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE
             : event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
}

/* A name ties nodes together, and so does a merge. */
static bool is_tied(const yaml_event_t *event, const struct hg_node *node) {
  switch (event->type) {
  case YAML_SCALAR_EVENT:
    return event->data.scalar.anchor || node->flags & YAML_NODE_MERGE_KEY;
  case YAML_MAPPING_START_EVENT:
    return event->data.mapping_start.anchor;
  case YAML_SEQUENCE_START_EVENT:
    return event->data.sequence_start.anchor;
  default:
    return true;
  }
}

void yaml_alike_note(struct yaml_alike *alike, const yaml_event_t *event, struct hg_node *node,
                     bool is_key, const char *text, size_t start, size_t end) {
  struct yaml_value *last = alike->count > 0 ? &alike->values[alike->count - 1] : NULL;

  if (!alike->is_noting)
    return;
  if (event->type == YAML_MAPPING_END_EVENT || event->type == YAML_SEQUENCE_END_EVENT) {
    alike->flows -= alike->flows > 0;
    return;
  }
  if (is_tied(event, node) || (is_key && event->type != YAML_SCALAR_EVENT)) {
    alike->is_noting = false;
    return;
  }
  if (last && last->node->line == node->line)
    last->is_followed = true;
  if (event->type != YAML_SCALAR_EVENT)
    alike->flows += alike->flows > 0 || is_flow(event);
  else if (!is_key)
    note_value(alike, node, text, start, end);
}

static void keep_text(struct yaml_alike *alike, const char *text, size_t length) {
  text_buffer_reset(&alike->text);
  text_buffer_append(&alike->text, text, length);
  alike->is_ready = !alike->text.failed;
}

void yaml_alike_keep(struct yaml_alike *alike, const char *text, size_t length,
                     const struct arena *nodes) {
  if (alike->is_noting)
    keep_text(alike, text, length);
  alike->used = nodes->used;
  alike->is_noting = false;
}

static bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '/';
}

/* What may stand inside a plain scalar, whatever is beside it. */
static bool is_inner(char c, bool is_in_flow) {
  return is_word(c) || c == '-' || c == '.' || c == '+' || c == '=' || c == '@' ||
         (c == ',' && !is_in_flow);
}

/* A single blank, or in a block a colon, only where the scalar goes on behind it; so for a dash or
 * a dot that it begins with. */
static size_t plain_length(const char *text, size_t length, bool is_in_flow) {
  size_t at = 0;

  if (length < 2 ||
      !(is_word(*text) || ((*text == '-' || *text == '.') && is_inner(text[1], true))))
    return 0;
  for (; at < length; at++) {
    if (is_inner(text[at], is_in_flow))
      continue;
    if ((text[at] != ' ' && (text[at] != ':' || is_in_flow)) || at + 1 == length ||
        !is_inner(text[at + 1], is_in_flow))
      break;
  }
  return at;
}

/* How long the value is that stands at `text`, by what it has no doubt about. */
static size_t value_length(const struct yaml_value *value, const char *text, size_t length) {
  char quote = value->node->style == HG_STYLE_SINGLE_QUOTED ? '\'' : '"';
  size_t at = 0;

  if (value->node->style == HG_STYLE_PLAIN)
    return plain_length(text, length, value->is_in_flow);
  while (at < length && text[at] >= ' ' && text[at] <= '~' && text[at] != quote && text[at] != '\\')
    at++;
  return at;
}

/* Gives the node its value. False: memory is out. */
static bool put_value(struct yaml_value *value, const char *text, size_t length,
                      struct arena *nodes) {
  char *copy = (char *)value->node->text;

  if (length >= value->room) {
    value->room = 2 * length + 1;
    copy = arena_alloc(nodes, value->room);
    if (!copy)
      return false;
    value->node->text = copy;
  }
  memcpy(copy, text, length);
  copy[length] = '\0';
  value->node->length = (uint32_t)length;
  return true;
}

/* The value that byte `at` of the text before stands in, or ends at; `from` on, those before it are
 * moved by `shift`. NULL: there is none. */
static struct yaml_value *find_value(struct yaml_alike *alike, size_t *from, size_t at,
                                     size_t shift) {
  struct yaml_value *values = alike->values;

  for (; *from < alike->count && values[*from].end < at; ++*from) {
    values[*from].start += shift;
    values[*from].end += shift;
  }
  return *from < alike->count && values[*from].start <= at ? &values[(*from)++] : NULL;
}

bool yaml_alike_take(struct yaml_alike *alike, const char *text, size_t length,
                     struct arena *nodes) {
  const char *before = alike->text.data;
  size_t size = alike->text.length;
  size_t from = 0; /* in `before` */
  size_t to = 0;   /* in `text` */
  size_t next = 0; /* in the values */

  if (!alike->is_ready || length > LONGEST || nodes->used > alike->used + MOST_MORE)
    return false;
  alike->is_ready = false;
  for (;;) {
    size_t most = size - from < length - to ? size - from : length - to;
    size_t same = text_same_prefix(before + from, text + to, most);
    size_t shift = (to += same) - (from += same); /* may wrap: it is added */
    struct yaml_value *value;
    size_t start;
    size_t taken;

    if (from == size && to == length) {
      (void)find_value(alike, &next, SIZE_MAX, shift);
      break;
    }
    value = find_value(alike, &next, from, shift);
    if (!value)
      return false;
    start = value->start + shift;
    taken = value_length(value, text + start, length - start);
    from = value->end;
    to = start + taken;
    /* What ended the one before is compared next, and so ends this one. */
    if (taken < (value->node->style == HG_STYLE_PLAIN) ||
        (value->is_followed &&
         taken != utf8_count(before + value->start, value->end - value->start)) ||
        !put_value(value, text + start, taken, nodes))
      return false;
    value->start = start;
    value->end = to;
  }
  keep_text(alike, text, length);
  return alike->is_ready;
}

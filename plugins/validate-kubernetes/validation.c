/* SPDX-License-Identifier: Apache-2.0 */
#include "validation.h"

#include "field_suggestion.h"
#include "go_format.h"
#include "text/utf8.h"

#include <stdarg.h>
#include <stdio.h>

enum { LENGTH_WORDS_SINCE = 32 };

/* In a field path, in bytes: a key with its prefix has at most 317. */
enum { LONGEST_NAME = 512 };

const struct list empty_list = {0};

struct place at_object(const struct object *object) {
  return (struct place){.object = object, .field = NO_FIELD, .item = NO_ITEM};
}

struct place at_field(const struct object *object, unsigned field) {
  return (struct place){
      .object = object, .field = field, .item = NO_ITEM, .node = object->values[field].node};
}

struct place at_item(const struct object *object, unsigned field, uint32_t item) {
  struct place place = at_field(object, field);

  place.item = (int32_t)item;
  place.node = get_list(object, field)->items[item].node;
  return place;
}

struct place at_entry(const struct object *object, unsigned field, const struct value *entry) {
  struct place place = at_field(object, field);

  place.key = item_key(entry);
  place.node = entry->node;
  return place;
}

struct place at_tail(const struct object *object, const char *tail, const struct hg_node *node) {
  struct place place = at_object(object);

  place.tail = (struct text){tail, strlen(tail)};
  place.node = node;
  return place;
}

struct place positioned(struct place place, const struct hg_node *node) {
  place.node = node;
  return place;
}

struct shown show_nothing(void) {
  return (struct shown){.kind = SHOWN_NOTHING};
}

struct shown show_text(struct text text) {
  return (struct shown){.kind = SHOWN_TEXT, .text = text};
}

struct shown show_integer(int64_t integer) {
  return (struct shown){.kind = SHOWN_INTEGER, .integer = integer};
}

struct shown show_bool(bool boolean) {
  return show_raw(boolean ? "true" : "false");
}

struct shown show_raw(const char *text) {
  return (struct shown){.kind = SHOWN_RAW, .text = {text, strlen(text)}};
}

/* A path is for reading: a name in it is cut where no server would take it. */
static void append_name(struct text_buffer *out, const char *name, size_t length) {
  size_t piece = utf8_piece(name, length, LONGEST_NAME);

  text_buffer_append(out, name, piece);
  if (piece < length)
    text_buffer_append_string(out, "…");
}

static void append_step(struct text_buffer *out, const char *name, size_t length) {
  if (out->length > 0)
    text_buffer_append_char(out, '.');
  append_name(out, name, length);
}

/* The path of the object itself: depth is that of the types, a dozen at most. */
static void append_object_path(struct text_buffer *out, const struct object *object) {
  const struct field_info *field;

  if (!object->parent)
    return;
  append_object_path(out, object->parent);
  if (object->hidden & HIDE_STEP)
    return;
  field = &object->parent->type->fields[object->field];
  append_step(out, field->name, field->length);
  if (object->item != NO_ITEM && !(object->hidden & HIDE_ITEM))
    text_buffer_printf(out, "[%d]", (int)object->item);
}

static void append_key(struct text_buffer *out, struct text key) {
  if (!key.data)
    return;
  text_buffer_append_char(out, '[');
  append_name(out, key.data, key.length);
  text_buffer_append_char(out, ']');
}

static void append_place(struct text_buffer *out, const struct place *place) {
  append_object_path(out, place->object);
  if (place->field != NO_FIELD) {
    const struct field_info *field = &place->object->type->fields[place->field];

    append_step(out, field->name, field->length);
  }
  if (place->item != NO_ITEM)
    text_buffer_printf(out, "[%d]", (int)place->item);
  append_key(out, place->key);
  if (place->tail.data)
    append_step(out, place->tail.data, place->tail.length);
  append_key(out, place->tail_key);
}

const char *place_path(struct validation *v, const struct place *place) {
  text_buffer_reset(&v->field);
  append_place(&v->field, place);
  return say(v, "%s", text_buffer_string(&v->field));
}

/* Hands over what stands in v->message. */
static void send(struct validation *v, uint32_t severity, enum rule rule, const struct place *place,
                 const char *advice) {
  const struct hg_node *node = place->node ? place->node : place->object->node;
  struct hg_diagnostic diagnostic = {
      .struct_size = sizeof diagnostic,
      .severity = severity,
      .line = node->line,
      .column = node->column,
      .rule = rule_texts[rule].name,
      .advice = advice,
  };

  if (severity == HG_SEVERITY_ERROR)
    v->error_count++;
  text_buffer_reset(&v->field);
  append_place(&v->field, place);
  if (v->field.failed || v->message.failed) {
    v->failed = true;
    return;
  }
  diagnostic.field = text_buffer_string(&v->field);
  diagnostic.message = text_buffer_string(&v->message);
  if (!v->failed && v->sink->add(v->sink, &diagnostic) < 0)
    v->failed = true;
}

static void append_shown(struct text_buffer *out, struct shown shown) {
  switch (shown.kind) {
  case SHOWN_NOTHING:
    return;
  case SHOWN_TEXT:
    text_buffer_append_string(out, ": ");
    go_quote_append(out, shown.text);
    return;
  case SHOWN_INTEGER:
    text_buffer_printf(out, ": %lld", (long long)shown.integer);
    return;
  case SHOWN_RAW:
    text_buffer_append_string(out, ": ");
    text_buffer_append(out, shown.text.data, shown.text.length);
    return;
  }
}

static void report(struct validation *v, enum rule rule, const struct place *place,
                   const char *kind, struct shown shown, const char *detail, const char *advice) {
  text_buffer_reset(&v->message);
  text_buffer_append_string(&v->message, kind);
  append_shown(&v->message, shown);
  if (detail && *detail) {
    text_buffer_append_string(&v->message, ": ");
    text_buffer_append_string(&v->message, detail);
  }
  send(v, HG_SEVERITY_ERROR, rule, place, advice);
}

void report_required(struct validation *v, enum rule rule, struct place place, const char *detail) {
  report(v, rule, &place, "Required value", show_nothing(), detail, NULL);
}

void require_text(struct validation *v, const struct object *object, unsigned field) {
  if (get_text(object, field).length == 0)
    report_required(v, RULE_REQUIRED, at_field(object, field), NULL);
}

void report_invalid(struct validation *v, enum rule rule, struct place place, struct shown shown,
                    const char *detail) {
  report(v, rule, &place, "Invalid value", shown, detail, NULL);
}

void report_duplicate(struct validation *v, enum rule rule, struct place place,
                      struct shown shown) {
  report(v, rule, &place, "Duplicate value", shown, NULL, NULL);
}

void report_not_found(struct validation *v, enum rule rule, struct place place,
                      struct shown shown) {
  report(v, rule, &place, "Not found", shown, NULL, NULL);
}

void report_forbidden(struct validation *v, enum rule rule, struct place place,
                      const char *detail) {
  report(v, rule, &place, "Forbidden", show_nothing(), detail, NULL);
}

void report_too_long(struct validation *v, enum rule rule, struct place place, uint64_t most) {
  report_too_long_and(v, rule, place, most, NULL);
}

void report_too_long_and(struct validation *v, enum rule rule, struct place place, uint64_t most,
                         const char *advice) {
  report(v, rule, &place, "Too long", show_nothing(),
         say(v,
             v->minor < LENGTH_WORDS_SINCE ? "must have at most %llu bytes"
                                           : "may not be more than %llu bytes",
             (unsigned long long)most),
         advice);
}

void report_too_many(struct validation *v, enum rule rule, struct place place, uint64_t count,
                     uint64_t most) {
  report(v, rule, &place, "Too many", show_integer((int64_t)count),
         say(v, "must have at most %llu items", (unsigned long long)most), NULL);
}

void report_not_supported(struct validation *v, enum rule rule, struct place place,
                          struct shown shown, const char *const *supported) {
  const char *nearest = shown.kind == SHOWN_TEXT ? suggestion_find(shown.text, supported) : NULL;

  text_buffer_reset(&v->message);
  text_buffer_append_string(&v->message, "Unsupported value");
  append_shown(&v->message, shown);
  for (size_t i = 0; supported[i]; i++) {
    text_buffer_append_string(&v->message, i == 0 ? ": supported values: " : ", ");
    go_quote_append(&v->message, (struct text){supported[i], strlen(supported[i])});
  }
  send(v, HG_SEVERITY_ERROR, rule, &place, nearest ? say(v, "did you mean %s?", nearest) : NULL);
}

void report_error(struct validation *v, enum rule rule, struct place place, const char *message,
                  const char *advice) {
  text_buffer_reset(&v->message);
  text_buffer_append_string(&v->message, message);
  send(v, HG_SEVERITY_ERROR, rule, &place, advice);
}

void report_warning(struct validation *v, enum rule rule, struct place place, const char *message) {
  text_buffer_reset(&v->message);
  text_buffer_append_string(&v->message, message);
  send(v, HG_SEVERITY_WARNING, rule, &place, NULL);
}

const char *say(struct validation *v, const char *format, ...) {
  va_list args;
  va_list again;
  char *text = NULL;
  int length;

  va_start(args, format);
  va_copy(again, args);
  length = vsnprintf(NULL, 0, format, args);
  if (length >= 0)
    text = scratch(v, (size_t)length + 1);
  if (text)
    (void)vsnprintf(text, (size_t)length + 1, format, again);
  va_end(again);
  va_end(args);
  return text ? text : "";
}

const char *quoted(struct validation *v, struct text text) {
  text_buffer_reset(&v->advice);
  go_quote_append(&v->advice, text);
  return say(v, "%s", text_buffer_string(&v->advice));
}

void *scratch(struct validation *v, size_t size) {
  void *memory = NULL;

  if (size <= LARGEST_DOCUMENT && v->arena.used <= LARGEST_DOCUMENT)
    memory = arena_alloc(&v->arena, size);
  else
    v->too_large = true;
  if (!memory)
    v->failed = true;
  return memory;
}

/* An object with no field set that stands for an absent one. NULL where memory is out. */
static struct object *absent_object(struct validation *v, const struct object *parent,
                                    unsigned field) {
  const struct type_info *type = &job_types[parent->type->fields[field].object];
  size_t size = sizeof(struct object) + type->field_count * sizeof(struct value);
  struct object *object = scratch(v, size);

  if (!object)
    return NULL;
  memset(object, 0, size);
  object->type = type;
  object->node = parent->node;
  object->parent = parent;
  object->field = (uint8_t)field;
  object->item = NO_ITEM;
  return object;
}

struct object *object_or_absent(struct validation *v, const struct object *parent, unsigned field) {
  struct object *object = get_object(parent, field);

  return object ? object : absent_object(v, parent, field);
}

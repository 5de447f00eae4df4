/* SPDX-License-Identifier: Apache-2.0 */
#include "yaml/json_events.h"

#include "text/utf8.h"
#include "yaml/yaml_problem.h"
#include "yaml/yaml_text.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What may stand next. */
enum expected {
  VALUE,
  FIRST_ITEM, /* or the end of the list */
  FIRST_KEY,  /* or the end of the mapping */
  NEXT,       /* a comma or the end of the collection; or the end of the value */
};

/* How far into a text is looked. */
enum { LOOKED_AT = 4096 };

/* Bytes of the shortest number that is infinite: 1e309. */
enum { SHORTEST_INFINITE = 5 };

void json_events_init(struct json_events *events) {
  memset(events, 0, sizeof *events);
  text_buffer_init(&events->scalar);
}

void json_events_finish(struct json_events *events) {
  text_buffer_finish(&events->scalar);
}

bool json_events_looks_like(const char *bytes, size_t length) {
  size_t at = (size_t)yaml_text_mark(bytes, length);
  size_t end = length - at > LOOKED_AT ? at + LOOKED_AT : length;

  at += yaml_text_space(bytes + at, end - at);
  return at < end && bytes[at] == '{';
}

void json_events_open(struct json_events *events, const char *bytes, size_t length, size_t at) {
  events->bytes = bytes;
  events->length = length;
  events->at = at;
  events->marked = at;
  events->mark = (yaml_mark_t){.index = at};
}

static void skip_space(struct json_events *events) {
  while (events->at < events->length && events->bytes[events->at] &&
         strchr(" \t\r\n", events->bytes[events->at]))
    events->at++;
}

bool json_events_more(struct json_events *events) {
  events->expected = VALUE;
  events->depth = 0;
  events->has_infinite = false;
  skip_space(events);
  return events->at < events->length;
}

/* The byte at `at`, 0 behind the end. */
static char byte_at(const struct json_events *events, size_t at) {
  return at < events->length ? events->bytes[at] : '\0';
}

/* The mark of the place `at`, which never goes back. */
static yaml_mark_t mark_of(struct json_events *events, size_t at) {
  for (; events->marked < at; events->marked++) {
    unsigned char c = (unsigned char)events->bytes[events->marked];

    if (c == '\n' || (c == '\r' && byte_at(events, events->marked + 1) != '\n')) {
      events->mark.line++;
      events->mark.column = 0;
    } else if (c != '\r' && !utf8_goes_on(events->bytes[events->marked])) {
      events->mark.column++;
    }
  }
  events->mark.index = at;
  return events->mark;
}

/* Says that the character at `at` is none that may stand there. */
static int32_t refuse(struct json_events *events, size_t at, const char *context,
                      struct yaml_problem *problem) {
  yaml_mark_t mark = mark_of(events, at);
  uint32_t character = 0;
  size_t length =
      at < events->length ? utf8_decode(events->bytes + at, events->length - at, &character) : 0;

  if (at >= events->length)
    return yaml_problem_at(problem, YAML_RULE_JSON, &mark, "the JSON text ends too early, %s",
                           context);
  if (length == 0)
    return yaml_problem_at(problem, YAML_RULE_ENCODING, &mark,
                           "not UTF-8: byte 0x%02x starts no character; save the file as UTF-8",
                           (unsigned)(unsigned char)events->bytes[at]);
  if (character < 0x20 || character == 0x7f)
    return yaml_problem_at(problem, YAML_RULE_JSON, &mark, "no JSON: invalid character U+%04X %s",
                           (unsigned)character, context);
  return yaml_problem_at(problem, YAML_RULE_JSON, &mark, "no JSON: invalid character '%.*s' %s",
                         (int)length, events->bytes + at, context);
}

/* The four hexadecimal digits at `at`; -1: they are none. */
static int32_t hex_at(const struct json_events *events, size_t at) {
  int32_t value = 0;

  if (events->length - at < 4)
    return -1;
  for (size_t i = 0; i < 4; i++) {
    char c = events->bytes[at + i];
    int32_t digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

    if (digit < 0)
      return -1;
    value = value * 16 + digit;
  }
  return value;
}

static void append_character(struct text_buffer *text, uint32_t c) {
  if (c >= 0x10000)
    text_buffer_append_char(text, (char)(0xf0 | c >> 18));
  else if (c >= 0x800)
    text_buffer_append_char(text, (char)(0xe0 | c >> 12));
  else if (c >= 0x80)
    text_buffer_append_char(text, (char)(0xc0 | c >> 6));
  else
    text_buffer_append_char(text, (char)c);
  for (int shift = c >= 0x10000 ? 12 : c >= 0x800 ? 6 : c >= 0x80 ? 0 : -1; shift >= 0; shift -= 6)
    text_buffer_append_char(text, (char)(0x80 | (c >> shift & 0x3f)));
}

/* Reads what follows \u at `at`: a character, or both halves of a pair. A half alone stands for
 * U+FFFD. Returns the bytes read, 0 where they are no digits. */
static size_t read_unicode(struct json_events *events, size_t at) {
  int32_t code = hex_at(events, at);
  size_t used = 4;
  int32_t low;

  if (code < 0)
    return 0;
  if (code >= 0xd800 && code < 0xdc00 && events->length - at > 6 &&
      memcmp(events->bytes + at + 4, "\\u", 2) == 0 && (low = hex_at(events, at + 6)) >= 0xdc00 &&
      low < 0xe000) {
    code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    used = 10;
  } else if (code >= 0xd800 && code < 0xe000) {
    code = 0xfffd;
  }
  append_character(&events->scalar, (uint32_t)code);
  return used;
}

/* Reads an escape behind its backslash. */
static int32_t read_escape(struct json_events *events, struct yaml_problem *problem) {
  static const char names[] = "\"\\/bfnrt";
  static const char meanings[] = "\"\\/\b\f\n\r\t";
  const char *name;
  size_t used;

  if (events->at >= events->length)
    return refuse(events, events->at, "in a string", problem);
  if (events->bytes[events->at] == 'u') {
    used = read_unicode(events, events->at + 1);
    if (used == 0)
      return refuse(events, events->at, "in a \\u escape: four hexadecimal digits follow it",
                    problem);
    events->at += 1 + used;
    return 0;
  }
  name = memchr(names, events->bytes[events->at], sizeof names - 1);
  if (!name)
    return refuse(events, events->at, "in a string's escape", problem);
  text_buffer_append_char(&events->scalar, meanings[name - names]);
  events->at++;
  return 0;
}

/* Reads the string whose quote was seen at events->at. */
static int32_t read_string(struct json_events *events, struct yaml_problem *problem) {
  text_buffer_reset(&events->scalar);
  events->at++;
  for (;;) {
    size_t start = events->at;
    unsigned char c;

    while (events->at < events->length && (unsigned char)events->bytes[events->at] >= 0x20 &&
           (unsigned char)events->bytes[events->at] < 0x80 && events->bytes[events->at] != '"' &&
           events->bytes[events->at] != '\\')
      events->at++;
    text_buffer_append(&events->scalar, events->bytes + start, events->at - start);
    c = events->at < events->length ? (unsigned char)events->bytes[events->at] : 0;
    if (c == '"') {
      events->at++;
      return 0;
    }
    if (c == '\\') {
      events->at++;
      if (read_escape(events, problem) < 0)
        return -1;
    } else if (c >= 0x80) {
      uint32_t character;
      size_t length =
          utf8_decode(events->bytes + events->at, events->length - events->at, &character);

      if (length == 0)
        return refuse(events, events->at, "in a string", problem);
      text_buffer_append(&events->scalar, events->bytes + events->at, length);
      events->at += length;
    } else {
      return refuse(events, events->at, "in a string", problem);
    }
  }
}

static size_t digits_at(const struct json_events *events, size_t at) {
  size_t count = 0;

  while (at + count < events->length && events->bytes[at + count] >= '0' &&
         events->bytes[at + count] <= '9')
    count++;
  return count;
}

/* Reads true, false, null or a number. */
static int32_t read_plain(struct json_events *events, struct yaml_problem *problem) {
  static const char *const words[] = {"true", "false", "null"};
  size_t start = events->at;
  size_t at = start;
  size_t count;

  text_buffer_reset(&events->scalar);
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (byte_at(events, at) == words[i][0])
      for (const char *c = words[i]; *c; c++, at++)
        if (byte_at(events, at) != *c)
          return refuse(events, at, "in a literal: true, false and null are there", problem);
  if (at == start) {
    at += byte_at(events, at) == '-';
    count = digits_at(events, at);
    if (count == 0)
      return refuse(events, at, at > start ? "in a number" : "where a value should begin", problem);
    at += byte_at(events, at) == '0' ? 1 : count;
    if (byte_at(events, at) == '.') {
      count = digits_at(events, ++at);
      if (count == 0)
        return refuse(events, at, "behind a number's point", problem);
      at += count;
    }
    if (byte_at(events, at) == 'e' || byte_at(events, at) == 'E') {
      at++;
      at += byte_at(events, at) == '-' || byte_at(events, at) == '+';
      count = digits_at(events, at);
      if (count == 0)
        return refuse(events, at, "in a number's exponent", problem);
      at += count;
    }
  }
  text_buffer_append(&events->scalar, events->bytes + start, at - start);
  events->at = at;
  if (!events->has_infinite && at - start >= SHORTEST_INFINITE &&
      isinf(strtod(text_buffer_string(&events->scalar), NULL))) {
    events->has_infinite = true;
    events->infinite = mark_of(events, start);
  }
  return 0;
}

static int32_t set_scalar(struct json_events *events, yaml_event_t *event,
                          yaml_scalar_style_t style, struct yaml_problem *problem) {
  if (events->scalar.failed)
    return yaml_problem_no_memory(problem);
  event->type = YAML_SCALAR_EVENT;
  event->data.scalar.value = (yaml_char_t *)(uintptr_t)text_buffer_string(&events->scalar);
  event->data.scalar.length = events->scalar.length;
  event->data.scalar.style = style;
  return 0;
}

/* A key and the colon behind it. */
static int32_t read_key(struct json_events *events, yaml_event_t *event,
                        struct yaml_problem *problem) {
  if (byte_at(events, events->at) != '"')
    return refuse(events, events->at, "where a key in double quotes should begin", problem);
  if (read_string(events, problem) < 0)
    return -1;
  skip_space(events);
  if (byte_at(events, events->at) != ':')
    return refuse(events, events->at, "behind a key: a colon stands there", problem);
  events->at++;
  events->expected = VALUE;
  return set_scalar(events, event, YAML_DOUBLE_QUOTED_SCALAR_STYLE, problem);
}

static int32_t open_collection(struct json_events *events, yaml_event_t *event, char opening) {
  events->open[events->depth++] = opening;
  events->at++;
  events->expected = opening == '{' ? FIRST_KEY : FIRST_ITEM;
  event->type = opening == '{' ? YAML_MAPPING_START_EVENT : YAML_SEQUENCE_START_EVENT;
  return 0;
}

static int32_t read_value(struct json_events *events, yaml_event_t *event,
                          struct yaml_problem *problem) {
  char first = byte_at(events, events->at);

  if (first == '{' || first == '[')
    return open_collection(events, event, first);
  events->expected = NEXT;
  if (first == '"')
    return read_string(events, problem) < 0
               ? -1
               : set_scalar(events, event, YAML_DOUBLE_QUOTED_SCALAR_STYLE, problem);
  return read_plain(events, problem) < 0
             ? -1
             : set_scalar(events, event, YAML_PLAIN_SCALAR_STYLE, problem);
}

/* The event of what stands at events->at. */
static int32_t read_event(struct json_events *events, yaml_event_t *event,
                          struct yaml_problem *problem) {
  char c = byte_at(events, events->at);
  bool in_mapping = events->depth > 0 && events->open[events->depth - 1] == '{';

  if (events->expected == VALUE)
    return read_value(events, event, problem);
  if (c == (in_mapping ? '}' : ']')) {
    events->at++;
    events->depth--;
    events->expected = NEXT;
    event->type = in_mapping ? YAML_MAPPING_END_EVENT : YAML_SEQUENCE_END_EVENT;
    return 0;
  }
  if (events->expected == NEXT) {
    if (c != ',')
      return refuse(events, events->at,
                    in_mapping ? "behind a key's value" : "behind a list's item", problem);
    events->at++;
    skip_space(events);
  }
  event->start_mark = mark_of(events, events->at);
  return in_mapping ? read_key(events, event, problem) : read_value(events, event, problem);
}

int32_t json_events_next(struct json_events *events, yaml_event_t *event,
                         struct yaml_problem *problem) {
  memset(event, 0, sizeof *event);
  if (events->expected == NEXT && events->depth == 0) {
    /* Go's float64 has no infinity for JSON: kubectl refuses the object, once it is read. */
    if (events->has_infinite)
      return yaml_problem_at(problem, YAML_RULE_KUBECTL, &events->infinite,
                             "this number is larger than any that kubectl reads");
    event->type = YAML_DOCUMENT_END_EVENT;
    event->end_mark.index = events->at;
    return 0;
  }
  skip_space(events);
  event->start_mark = mark_of(events, events->at);
  return read_event(events, event, problem);
}

int32_t json_events_skip(struct json_events *events, bool *is_null) {
  struct yaml_problem problem;
  yaml_event_t event;

  if (json_events_next(events, &event, &problem) < 0)
    return -1;
  *is_null = event.type == YAML_SCALAR_EVENT &&
             event.data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
             event.data.scalar.value[0] == 'n';
  while (event.type != YAML_DOCUMENT_END_EVENT)
    if (events->depth > YAML_TREE_MAX_DEPTH || json_events_next(events, &event, &problem) < 0)
      return -1;
  return 0;
}

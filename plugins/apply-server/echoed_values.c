/* SPDX-License-Identifier: Apache-2.0 */
#include "echoed_values.h"

#include "apply/hidden_values.h"
#include "memory/count.h"
#include "text/utf8.h"

#include <ctype.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

enum {
  ASTERISKS = 3,   /* at most: what is hidden never gets longer */
  LEAST_BARE = 4,  /* bytes of a value that is hidden outside of quotes, and of one that was cut */
  LEAST_PIECE = 8, /* and of a piece of one */
};

/* A value, or a piece of one. */
struct echoed_value {
  struct echoed_value *next; /* with the same first byte */
  const char *text;
  size_t length;
};

/* --- Which there are --------------------------------------------------------------------------
 */

static void add(struct echoed_values *values, const char *text, size_t length,
                const char *elsewhere) {
  struct echoed_value **place = &values->by_first_byte[(uint8_t)*text];
  struct echoed_value *value = arena_alloc(&values->arena, sizeof *value);
  char *copy = arena_copy(&values->arena, text, length);

  if (!value || !copy) {
    values->failed = true;
    return;
  }
  if (length == 0 || strstr(elsewhere, copy))
    return;
  while (*place && (*place)->length > length)
    place = &(*place)->next;
  *value = (struct echoed_value){*place, copy, length};
  *place = value;
}

/* What no spelling changes and no line's end parts. */
static size_t piece_at(const char *text) {
  size_t length = 0;

  while (isalnum((unsigned char)text[length]) || (text[length] && strchr("-._~", text[length])))
    length++;
  return length;
}

static void add_with_pieces(struct echoed_values *values, const char *text, size_t length,
                            const char *elsewhere) {
  add(values, text, length, elsewhere);
  for (size_t at = 0; at < length;) {
    size_t piece = piece_at(text + at);

    if (piece >= LEAST_PIECE && piece < length)
      add(values, text + at, piece, elsewhere);
    at += piece > 0 ? piece : 1;
  }
}

/* Moves the env values of these containers to `taken`. */
static void take_values(json_t *containers, json_t *taken) {
  json_t *container;
  json_t *variable;
  size_t i;
  size_t k;

  json_array_foreach(containers, i, container) {
    json_array_foreach(json_object_get(container, "env"), k, variable) {
      json_t *value = json_object_get(variable, "value");

      if (json_is_string(value))
        (void)json_array_append(taken, value);
      (void)json_object_del(variable, "value");
    }
  }
}

/* Takes the env values out of the Job, and what repeats them. NULL: no memory. */
static json_t *take_all(json_t *job) {
  static const char *const lists[] = {"containers", "initContainers", "ephemeralContainers"};
  json_t *annotations = json_object_get(json_object_get(job, "metadata"), "annotations");
  json_t *template = json_object_get(json_object_get(job, "spec"), "template");
  json_t *taken = json_array();

  for (size_t i = 0; i < COUNT(lists); i++)
    take_values(json_object_get(json_object_get(template, "spec"), lists[i]), taken);
  (void)json_object_del(annotations, "kubectl.kubernetes.io/last-applied-configuration");
  return taken;
}

void echoed_values_init(struct echoed_values *values, const struct text_buffer *job) {
  json_t *root = NULL;
  json_t *taken = NULL;
  json_t *value;
  char *elsewhere = NULL;
  size_t i;

  memset(values, 0, sizeof *values);
  arena_init(&values->arena);
  if (!job || job->length == 0)
    return;
  root = json_loadb(job->data, job->length, JSON_ALLOW_NUL, NULL);
  taken = root ? take_all(root) : NULL;
  elsewhere = taken ? json_dumps(root, JSON_COMPACT) : NULL;
  values->failed = !elsewhere;
  if (elsewhere)
    json_array_foreach(taken, i, value)
        add_with_pieces(values, json_string_value(value), json_string_length(value), elsewhere);
  free(elsewhere);
  json_decref(taken);
  json_decref(root);
}

void echoed_values_finish(struct echoed_values *values) {
  arena_erase(&values->arena);
}

/* --- Where they stand -------------------------------------------------------------------------
 */

static bool begins(const char *at, const char *end, const char *with) {
  size_t length = strlen(with);

  return (size_t)(end - at) >= length && strncasecmp(at, with, length) == 0;
}

/* How long what stands for the character is, here and behind so many backslashes; 0: nothing does.
 * `size` is that of the character itself. */
static size_t stand_in_length(const char *character, size_t size, uint32_t codepoint,
                              bool is_escaped, const char *at, const char *end) {
  static const struct stand_in {
    char character;
    bool is_escaped;
    const char *text;
  } rows[] = {
      {'\n', true, "n"},      {'\t', true, "t"},       {'\r', true, "r"},
      {'\b', true, "b"},      {'\f', true, "f"},       {'\a', true, "a"},
      {'\v', true, "v"},      {'"', false, "&quot;"},  {'"', false, "&#34;"},
      {'\'', false, "&#39;"}, {'\'', false, "&#x27;"}, {'&', false, "&amp;"},
      {'<', false, "&lt;"},   {'>', false, "&gt;"},    {' ', false, "+"},
  };
  char spelled[4][16] = {""};

  for (size_t i = 0; i < COUNT(rows); i++)
    if (rows[i].character == *character && rows[i].is_escaped == is_escaped &&
        begins(at, end, rows[i].text))
      return strlen(rows[i].text);
  for (size_t i = 0; i < size; i++) /* as in an address */
    (void)snprintf(spelled[0] + 3 * i, 4, "%%%02x", (uint8_t)character[i]);
  (void)snprintf(spelled[1], sizeof *spelled, "x%02x", codepoint);
  (void)snprintf(spelled[2], sizeof *spelled, "u%04x", codepoint);
  (void)snprintf(spelled[3], sizeof *spelled, "U%08x", codepoint);
  for (size_t i = is_escaped ? 1 : 0; i < (is_escaped ? COUNT(spelled) : 1); i++)
    if (begins(at, end, spelled[i]))
      return strlen(spelled[i]);
  return 0;
}

/* Behind the character, however it is spelled; NULL: it is not here. */
static const char *behind_character(const char *character, size_t size, uint32_t codepoint,
                                    const char *at, const char *end) {
  const char *plain = at;
  size_t length;

  while (plain < end && *plain == '\\')
    plain++;
  length = stand_in_length(character, size, codepoint, plain > at, plain, end);
  if (length == 0 && *character == '\\')
    return plain > at ? plain : NULL; /* one or many: as many as there are */
  if (length == 0 && (size_t)(end - plain) >= size && memcmp(plain, character, size) == 0)
    length = size;
  return length > 0 ? plain + length : NULL;
}

static bool is_in_quotes(const char *from, const char *at, const char *behind, const char *end) {
  return at > from && behind < end && strchr("\"'`", at[-1]) && strchr("\"'`\\", *behind);
}

/* The end of the value that begins at `at`, of the text from `from` to `end`, however often it was
 * quoted; NULL: it does not begin there. */
static const char *end_of(const struct echoed_value *value, const char *from, const char *at,
                          const char *end) {
  const char *behind = at;
  size_t done = 0;

  while (done < value->length) {
    const char *character = value->text + done;
    uint32_t codepoint = 0;
    size_t size = utf8_decode(character, value->length - done, &codepoint);
    const char *next = behind_character(character, size > 0 ? size : 1, codepoint, behind, end);

    if (!next)
      break;
    done += size > 0 ? size : 1;
    if (*character == '\\')
      done += strspn(value->text + done, "\\");
    behind = next;
  }
  if (done == value->length)
    return done >= LEAST_BARE || is_in_quotes(from, at, behind, end) ? behind : NULL;
  if (done >= LEAST_BARE &&
      (behind == end || begins(behind, end, "...") || begins(behind, end, "…")))
    return behind;
  return NULL;
}

static const char *end_of_any(const struct echoed_value *value, const char *from, const char *at,
                              const char *end) {
  const char *found = NULL;

  for (; value && !found; value = value->next)
    found = end_of(value, from, at, end);
  return found;
}

/* The end of the value that begins at `at`; NULL: none does. */
static const char *end_of_value(const struct echoed_values *values, const char *from,
                                const char *at, const char *end) {
  const char *found = end_of_any(values->by_first_byte[(uint8_t)*at], from, at, end);

  if (!found && *at && strchr("\\&%+", *at)) /* something may stand for its first character */
    for (size_t i = 0; i < COUNT(values->by_first_byte) && !found; i++)
      found = end_of_any(values->by_first_byte[i], from, at, end);
  return found;
}

void echoed_values_hide(const struct echoed_values *values, struct text_buffer *text) {
  const char *end;
  const char *at;
  char *to = text->data;

  if (values->failed)
    text_buffer_reset(text);
  if (text->length == 0)
    return;
  at = text->data;
  end = at + text->length;
  while (at < end) {
    const char *behind = end_of_value(values, text->data, at, end);

    if (!behind) {
      *to++ = *at++;
      continue;
    }
    for (size_t i = 0; i < ASTERISKS && at + i < behind; i++)
      *to++ = '*';
    at = behind;
  }
  text->length = hidden_values_hide(text->data, (size_t)(to - text->data));
  text->data[text->length] = '\0';
}

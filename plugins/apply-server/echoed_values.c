/* SPDX-License-Identifier: Apache-2.0 */
#include "echoed_values.h"

#include "apply/hidden_values.h"
#include "memory/count.h"
#include "text/utf8.h"

#include <ctype.h>
#include <jansson.h>
#include <stdlib.h>
#include <strings.h>

/* Characters that are compared in a text: where there are many values and a text is made of what
 * they begin with, it is dropped rather than searched for minutes. */
enum { MOST_COMPARED = 1 << 27 };

/* Bytes of the manifest that values are looked for in: where there are many values and much else,
 * those that are left count as found nowhere else, and are hidden. */
enum { MOST_LOOKED_AT = 1 << 27 };

enum {
  ASTERISKS = 3,    /* at most: what is hidden never gets longer */
  LEAST_BARE = 4,   /* bytes of a value that is hidden outside of quotes, and of one that was cut */
  LEAST_PIECE = 8,  /* and of a piece of one */
  MOST_QUOTED = 64, /* backslashes in a row that are looked at: a flood must not cost time */
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
  if (length == 0)
    return;
  if (values->looked_at < MOST_LOOKED_AT) {
    values->looked_at += values->elsewhere_length;
    if (strstr(elsewhere, copy))
      return;
  }
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

/* Moves the env of these containers to `taken`, as its values. */
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
    }
    (void)json_object_del(container, "env");
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
  values->elsewhere_length = elsewhere ? strlen(elsewhere) : 0;
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

static const char *behind_backslashes(const char *at, const char *end) {
  const char *from = at;

  while (at < end && *at == '\\' && at - from < MOST_QUOTED)
    at++;
  return at;
}

/* The number of so many hexadecimal digits; false where there are fewer. */
static bool read_number(const char *at, const char *end, size_t digits, uint32_t *number) {
  *number = 0;
  for (size_t i = 0; i < digits; i++) {
    if (at + i >= end || !isxdigit((unsigned char)at[i]))
      return false;
    *number = *number << 4 |
              (uint32_t)(isdigit((unsigned char)at[i]) ? at[i] - '0'
                                                       : tolower((unsigned char)at[i]) - 'a' + 10);
  }
  return true;
}

/* As in an address: %C3%A9. Returns the length; 0: there is none. */
static size_t read_percents(const char *at, const char *end, uint32_t *codepoint) {
  char bytes[4];
  uint32_t byte;
  size_t count = 0;
  size_t size;

  while (count < sizeof bytes && at + 3 * count < end && at[3 * count] == '%' &&
         read_number(at + 3 * count + 1, end, 2, &byte))
    bytes[count++] = (char)byte;
  size = count > 0 ? utf8_decode(bytes, count, codepoint) : 0;
  return 3 * size;
}

/* Behind backslashes. The same. */
static size_t read_escape(const char *at, const char *end, uint32_t *codepoint) {
  static const char letters[] = "ntrbfav";
  static const char characters[] = "\n\t\r\b\f\a\v";
  const char *letter = at < end && *at ? strchr(letters, *at) : NULL;
  size_t digits = 0;

  if (letter) {
    *codepoint = (uint32_t)characters[letter - letters];
    return 1;
  }
  if (at < end)
    digits = *at == 'x' ? 2 : *at == 'u' ? 4 : *at == 'U' ? 8 : 0;
  return digits > 0 && read_number(at + 1, end, digits, codepoint) ? digits + 1 : 0;
}

static size_t read_entity(const char *at, const char *end, uint32_t *codepoint) {
  static const struct entity {
    const char *text;
    char character;
  } entities[] = {{"&quot;", '"'}, {"&#34;", '"'}, {"&#39;", '\''}, {"&#x27;", '\''},
                  {"&amp;", '&'},  {"&lt;", '<'},  {"&gt;", '>'}};

  for (size_t i = 0; i < COUNT(entities); i++)
    if (begins(at, end, entities[i].text)) {
      *codepoint = (uint32_t)entities[i].character;
      return strlen(entities[i].text);
    }
  return 0;
}

/* Which character what stands at `at` may be the spelling of. Returns its end; NULL: of none. */
static const char *read_spelling(const char *at, const char *end, uint32_t *codepoint) {
  const char *plain = behind_backslashes(at, end);
  size_t length = 0;

  if (plain > at) {
    length = read_escape(plain, end, codepoint);
  } else if (*at == '%') {
    length = read_percents(at, end, codepoint);
  } else if (*at == '&') {
    length = read_entity(at, end, codepoint);
  } else if (*at == '+') {
    *codepoint = ' ';
    length = 1;
  }
  return length > 0 ? plain + length : NULL;
}

/* Behind the character, however it is spelled; NULL: it is not here. */
static const char *behind_character(const char *character, size_t size, uint32_t codepoint,
                                    const char *at, const char *end) {
  const char *plain = behind_backslashes(at, end);
  uint32_t spelled = 0;
  const char *behind = at < end && strchr("\\%&+", *at) ? read_spelling(at, end, &spelled) : NULL;

  if (behind && spelled == codepoint)
    return behind;
  if (*character == '\\')
    return plain > at ? plain : NULL; /* one or many: as many as there are */
  return (size_t)(end - plain) >= size && memcmp(plain, character, size) == 0 ? plain + size : NULL;
}

static bool is_in_quotes(const char *from, const char *at, const char *behind, const char *end) {
  return at > from && behind < end && strchr("\"'`", at[-1]) && strchr("\"'`\\", *behind);
}

/* A text that is searched. */
struct search {
  const char *from;
  const char *end;
  uint64_t compared; /* characters so far */
};

/* The end of the value that begins at `at`, however often it was quoted; NULL: it does not begin
 * there. */
static const char *end_of(const struct echoed_value *value, struct search *search, const char *at) {
  const char *end = search->end;
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
  search->compared += done + 1;
  if (done == value->length)
    return done >= LEAST_BARE || is_in_quotes(search->from, at, behind, end) ? behind : NULL;
  if (done >= LEAST_BARE &&
      (behind == end || begins(behind, end, "...") || begins(behind, end, "…")))
    return behind;
  return NULL;
}

static const char *end_of_any(const struct echoed_value *value, struct search *search,
                              const char *at) {
  const char *found = NULL;

  for (; value && !found; value = value->next)
    found = end_of(value, search, at);
  return found;
}

static uint8_t first_byte(uint32_t codepoint) {
  if (codepoint < 0x80)
    return (uint8_t)codepoint;
  if (codepoint < 0x800)
    return (uint8_t)(0xc0 | codepoint >> 6);
  return (uint8_t)(codepoint < 0x10000 ? 0xe0 | codepoint >> 12 : 0xf0 | codepoint >> 18);
}

/* The end of the value that begins at `at`; NULL: none does. */
static const char *end_of_value(const struct echoed_values *values, struct search *search,
                                const char *at) {
  struct echoed_value *const *first = values->by_first_byte;
  const char *found = end_of_any(first[(uint8_t)*at], search, at);
  const char *plain = behind_backslashes(at, search->end);
  uint32_t codepoint = 0;

  if (!found && plain > at && plain < search->end && *plain != *at)
    found = end_of_any(first[(uint8_t)*plain], search, at);
  if (!found && *at && strchr("\\%&+", *at) && read_spelling(at, search->end, &codepoint))
    found = end_of_any(first[first_byte(codepoint)], search, at);
  return found;
}

void echoed_values_hide(const struct echoed_values *values, struct text_buffer *text) {
  struct search search;
  const char *at;
  char *to = text->data;

  if (values->failed)
    text_buffer_reset(text);
  if (text->length == 0)
    return;
  text->length = hidden_values_hide(text->data, text->length); /* most of them, at once */
  search = (struct search){text->data, text->data + text->length, 0};
  for (at = text->data; at < search.end && search.compared <= MOST_COMPARED;) {
    const char *behind = end_of_value(values, &search, at);

    if (!behind) { /* nothing begins within backslashes either: they are taken as one */
      behind = *at == '\\' ? behind_backslashes(at, search.end) : at + 1;
      while (at < behind)
        *to++ = *at++;
      continue;
    }
    for (size_t i = 0; i < ASTERISKS && at + i < behind; i++)
      *to++ = '*';
    at = behind;
  }
  text->length = (size_t)(to - text->data);
  text->data[text->length] = '\0';
  if (at < search.end) {
    text_buffer_reset(text);
    text_buffer_append_string(text, "(hidden)");
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "json/json_members.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_blanks(const char *at, const char *end) {
  while (at < end && (*at == ' ' || *at == '\t' || *at == '\n' || *at == '\r'))
    at++;
  return at;
}

/* Behind the string whose opening quote `at` is; NULL where it has no end. */
static const char *skip_string(const char *at, const char *end) {
  const char *quote = at;

  for (at++; at < end;) {
    const char *escape;

    if (at > quote && !(quote = memchr(at, '"', (size_t)(end - at))))
      return NULL;
    escape = memchr(at, '\\', (size_t)(quote - at));
    if (!escape)
      return quote + 1;
    at = escape + 2;
  }
  return NULL;
}

/* Behind the object or array that begins at `at`; NULL where it has no end or is too deep. */
static const char *skip_brackets(const char *at, const char *end) {
  uint32_t depth = 0;

  while (at && at < end) {
    switch (*at) {
    case '"':
      at = skip_string(at, end);
      continue;
    case '{':
    case '[':
      if (++depth > JSON_MEMBERS_MOST_DEPTH)
        return NULL;
      break;
    case '}':
    case ']':
      if (--depth == 0)
        return at + 1;
      break;
    default:
      break;
    }
    at++;
  }
  return NULL;
}

/* Behind the value that begins at `at`; NULL where there is none. */
static const char *skip_value(const char *at, const char *end) {
  const char *start = at;

  if (at >= end)
    return NULL;
  if (*at == '"')
    return skip_string(at, end);
  if (*at == '{' || *at == '[')
    return skip_brackets(at, end);
  while (at < end && !strchr(",]} \t\n\r", *at))
    at++;
  return at > start ? at : NULL;
}

/* Keeps the value of the member whose name, with its quotes, begins at `name`. */
static void keep(const char *name, size_t length, struct json_slice value, const char *const *names,
                 struct json_slice *values, size_t count) {
  bool is_null = value.length == 4 && memcmp(value.at, "null", 4) == 0;

  for (size_t i = 0; i < count; i++)
    if (strlen(names[i]) + 2 == length && memcmp(names[i], name + 1, length - 2) == 0)
      values[i] = is_null ? (struct json_slice){NULL, 0} : value;
}

int32_t json_members(struct json_slice json, const char *const *names, struct json_slice *values,
                     size_t count) {
  const char *end = json.at ? json.at + json.length : NULL;
  const char *at = json.at ? skip_blanks(json.at, end) : NULL;

  memset(values, 0, count * sizeof *values);
  if (!at || at >= end || *at != '{')
    return -1;
  at = skip_blanks(at + 1, end);
  if (at < end && *at == '}')
    return skip_blanks(at + 1, end) == end ? 0 : -1;
  while (at < end && *at == '"') {
    const char *name = at;
    const char *name_end = skip_string(at, end);
    const char *value = name_end ? skip_blanks(name_end, end) : NULL;

    if (!value || value >= end || *value != ':')
      return -1;
    value = skip_blanks(value + 1, end);
    at = skip_value(value, end);
    if (!at)
      return -1;
    keep(name, (size_t)(name_end - name), (struct json_slice){value, (size_t)(at - value)}, names,
         values, count);
    at = skip_blanks(at, end);
    if (at < end && *at == '}')
      return skip_blanks(at + 1, end) == end ? 0 : -1;
    if (at >= end || *at != ',')
      return -1;
    at = skip_blanks(at + 1, end);
  }
  return -1;
}

bool json_next_item(struct json_slice array, struct json_slice *item) {
  const char *end = array.at ? array.at + array.length : NULL;
  const char *at;

  if (!array.at || array.length == 0 || *array.at != '[')
    return false;
  at = skip_blanks(item->at ? item->at + item->length : array.at + 1, end);
  if (item->at) {
    if (at >= end || *at != ',')
      return false;
    at = skip_blanks(at + 1, end);
  }
  if (at >= end || *at == ']')
    return false;
  item->at = at;
  at = skip_value(at, end);
  item->length = at ? (size_t)(at - item->at) : 0;
  return at != NULL;
}

/* Whether a string, without its quotes, stands for itself. */
static bool is_plain(const char *text, size_t length) {
  for (size_t i = 0; i < length; i++)
    if (text[i] < ' ' || text[i] > '~' || text[i] == '\\')
      return false;
  return true;
}

/* A copy without the NULs; NULL where memory is out. */
static const char *copy_of(const char *text, size_t length, struct arena *arena) {
  char *copy = arena_alloc(arena, length + 1);
  size_t kept = 0;

  if (!copy)
    return NULL;
  for (size_t i = 0; i < length; i++)
    if (text[i] != '\0')
      copy[kept++] = text[i];
  copy[kept] = '\0';
  return copy;
}

const char *json_slice_text(struct json_slice slice, struct json_texts *texts) {
  const char *text;

  if (!slice.at || slice.length < 2 || *slice.at != '"')
    return "";
  if (is_plain(slice.at + 1, slice.length - 2)) {
    text = arena_copy(&texts->arena, slice.at + 1, slice.length - 2);
  } else {
    json_t *string = json_loadb(slice.at, slice.length, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

    text = json_string_value(string);
    text = text ? copy_of(text, json_string_length(string), &texts->arena) : "";
    json_decref(string);
  }
  if (!text)
    texts->failed = true;
  return text ? text : "";
}

bool json_slice_is(struct json_slice slice, const char *text) {
  size_t length = strlen(text);

  return slice.at && slice.length == length + 2 && *slice.at == '"' &&
         memcmp(slice.at + 1, text, length) == 0;
}

int64_t json_slice_integer(struct json_slice slice, int64_t otherwise) {
  char digits[24];
  char *end = NULL;
  int64_t value;

  if (!slice.at || slice.length == 0 || slice.length >= sizeof digits)
    return otherwise;
  memcpy(digits, slice.at, slice.length);
  digits[slice.length] = '\0';
  value = strtoll(digits, &end, 10);
  return end && *end == '\0' ? value : otherwise;
}

bool json_slice_is_true(struct json_slice slice) {
  return slice.at && slice.length == 4 && memcmp(slice.at, "true", 4) == 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/list_reader.h"

#include "memory/no_memory.h"

#include <string.h>

/* Where the reader is, seen from the list's own members. */
enum list_state {
  LIST_BEFORE, /* the first bracket has not come */
  LIST_MEMBER, /* a member's name comes next, or the end */
  LIST_COLON,  /* the name was read */
  LIST_VALUE,  /* inside a member's value */
  LIST_ITEMS,  /* between two items */
  LIST_ITEM,   /* inside one */
};

enum list_capture { CAPTURE_NOTHING, CAPTURE_METADATA, CAPTURE_ITEM };

void list_reader_init(struct list_reader *reader, list_item_function *take, void *context) {
  memset(reader, 0, sizeof *reader);
  reader->take = take;
  reader->context = context;
  text_buffer_init(&reader->kept);
  text_buffer_init(&reader->metadata);
}

void list_reader_finish(struct list_reader *reader) {
  text_buffer_finish(&reader->kept);
  text_buffer_finish(&reader->metadata);
}

static int32_t no_list(struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_INVALID, "the server's answer is no list");
}

static bool is_blank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_named(const struct list_reader *reader, const char *name) {
  return reader->name_length == strlen(name) && memcmp(reader->name, name, strlen(name)) == 0;
}

static int32_t keep(struct list_reader *reader, const char *data, size_t length,
                    struct hg_error *err) {
  if (reader->capturing == CAPTURE_NOTHING)
    return 0;
  if (reader->kept.length + length > LIST_READER_MOST_ITEM)
    return hg_error_set(err, HG_ERROR_LIMIT, "an object of the list has more than %d bytes",
                        LIST_READER_MOST_ITEM);
  text_buffer_append(&reader->kept, data, length);
  return reader->kept.failed ? no_memory(err) : 0;
}

/* What was captured is whole. */
static int32_t release(struct list_reader *reader, struct hg_error *err) {
  int32_t result = 0;

  if (reader->capturing == CAPTURE_ITEM)
    result =
        reader->take(reader->context, text_buffer_string(&reader->kept), reader->kept.length, err);
  else if (reader->capturing == CAPTURE_METADATA)
    text_buffer_append(&reader->metadata, reader->kept.data, reader->kept.length);
  reader->capturing = CAPTURE_NOTHING;
  text_buffer_reset(&reader->kept);
  return result;
}

/* The value, or item, that ends with this byte. */
static int32_t close_value(struct list_reader *reader, struct hg_error *err) {
  bool was_item = reader->state == LIST_ITEM;

  reader->state = was_item ? LIST_ITEMS : LIST_MEMBER;
  return release(reader, err);
}

/* A bracket that opens, outside of strings. */
static int32_t open_bracket(struct list_reader *reader, char c, struct hg_error *err) {
  switch (reader->state) {
  case LIST_BEFORE:
    if (c != '{')
      return no_list(err);
    reader->state = LIST_MEMBER;
    break;
  case LIST_COLON:
    reader->state = LIST_VALUE;
    if (c == '[' && is_named(reader, "items")) {
      reader->state = LIST_ITEMS;
      reader->has_items = true;
    } else if (c == '{' && is_named(reader, "metadata")) {
      reader->capturing = CAPTURE_METADATA;
    }
    break;
  case LIST_ITEMS:
    if (c != '{')
      return no_list(err);
    reader->state = LIST_ITEM;
    reader->capturing = CAPTURE_ITEM;
    break;
  case LIST_MEMBER:
    return no_list(err);
  default:
    break;
  }
  if (++reader->depth > LIST_READER_MOST_DEPTH)
    return hg_error_set(err, HG_ERROR_LIMIT, "an object of the list is nested too deep");
  return keep(reader, &c, 1, err);
}

static int32_t close_bracket(struct list_reader *reader, char c, struct hg_error *err) {
  if (reader->depth == 0 || keep(reader, &c, 1, err) < 0)
    return reader->depth == 0 ? no_list(err) : -1;
  reader->depth--;
  if (reader->depth == 0) {
    reader->is_over = true;
    return c == '}' ? 0 : no_list(err);
  }
  if (reader->state == LIST_ITEMS) { /* the bracket of the items themselves */
    reader->state = LIST_MEMBER;
    return c == ']' ? 0 : no_list(err);
  }
  if ((reader->state == LIST_VALUE && reader->depth == 1) ||
      (reader->state == LIST_ITEM && reader->depth == 2))
    return close_value(reader, err);
  return 0;
}

/* A byte of a value that is no bracket and no string: client-go takes items that are null for none.
 */
static void take_literal(struct list_reader *reader, char c) {
  static const char null[] = "null";

  if (reader->state != LIST_COLON || is_blank(c) || !is_named(reader, "items"))
    return;
  reader->nullness = reader->nullness < sizeof null - 1 && c == null[reader->nullness]
                         ? (uint8_t)(reader->nullness + 1)
                         : sizeof null;
}

/* One byte outside of strings. */
static int32_t take_byte(struct list_reader *reader, char c, struct hg_error *err) {
  if (reader->is_over)
    return is_blank(c) ? 0 : no_list(err);
  switch (c) {
  case '{':
  case '[':
    return open_bracket(reader, c, err);
  case '}':
  case ']':
    return close_bracket(reader, c, err);
  case '"':
    if (reader->state == LIST_BEFORE || reader->state == LIST_ITEMS)
      return no_list(err);
    reader->in_string = true;
    if (reader->state == LIST_MEMBER)
      reader->name_length = 0;
    return keep(reader, &c, 1, err);
  case ',':
    if (reader->depth == 1)
      reader->state = LIST_MEMBER;
    return keep(reader, &c, 1, err);
  case ':':
    if (reader->state == LIST_MEMBER)
      reader->state = LIST_COLON;
    return keep(reader, &c, 1, err);
  default:
    if (reader->state == LIST_BEFORE || reader->state == LIST_ITEMS)
      return is_blank(c) ? 0 : no_list(err);
    take_literal(reader, c);
    return keep(reader, &c, 1, err);
  }
}

/* The bytes of a string, up to its end or the last one that came. Returns how many those are. */
static size_t take_string(struct list_reader *reader, const char *data, size_t length) {
  for (size_t i = 0; i < length; i++) {
    if (reader->is_escaped) {
      reader->is_escaped = false;
    } else if (data[i] == '\\') {
      reader->is_escaped = true;
    } else if (data[i] == '"') {
      reader->in_string = false;
      return i + 1;
    }
    if (reader->state == LIST_MEMBER && reader->depth == 1 &&
        reader->name_length < sizeof reader->name)
      reader->name[reader->name_length++] = data[i];
  }
  return length;
}

int32_t list_reader_feed(struct list_reader *reader, const char *data, size_t length,
                         struct hg_error *err) {
  size_t at = 0;

  while (at < length) {
    if (reader->in_string) {
      size_t taken = take_string(reader, data + at, length - at);

      if (keep(reader, data + at, taken, err) < 0)
        return -1;
      at += taken;
    } else if (take_byte(reader, data[at++], err) < 0) {
      return -1;
    }
  }
  return 0;
}

int32_t list_reader_end(const struct list_reader *reader, struct hg_error *err) {
  if (!reader->is_over)
    return hg_error_set(err, HG_ERROR_INVALID, "the server's list broke off");
  return reader->has_items || reader->nullness == strlen("null") ? 0 : no_list(err);
}

int32_t list_reader_read(const char *data, size_t length, list_item_function *take, void *context,
                         struct hg_error *err) {
  struct list_reader reader;
  int32_t result;

  list_reader_init(&reader, take, context);
  result = list_reader_feed(&reader, data, length, err);
  if (result == 0)
    result = list_reader_end(&reader, err);
  list_reader_finish(&reader);
  return result;
}

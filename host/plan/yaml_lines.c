/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/yaml_lines.h"

#include "memory/array.h"
#include "plan/yaml_spelling.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void yaml_lines_init(struct yaml_lines *lines, struct arena *arena,
                     const char *const *immutable_fields, uint32_t immutable_count) {
  memset(lines, 0, sizeof *lines);
  lines->arena = arena;
  lines->immutable_fields = immutable_fields;
  lines->immutable_count = immutable_count;
  lines->where = "";
  text_buffer_init(&lines->line);
  text_buffer_init(&lines->path);
}

void yaml_lines_finish(struct yaml_lines *lines) {
  text_buffer_finish(&lines->line);
  text_buffer_finish(&lines->path);
  free(lines->items);
  memset(lines, 0, sizeof *lines);
}

static bool make_room(struct yaml_lines *lines) {
  struct yaml_line *items =
      array_reserve(lines->items, lines->count + 1, &lines->capacity, sizeof *items);

  if (items)
    lines->items = items;
  return items;
}

/* The line that was begun is whole. */
static void end_line(struct yaml_lines *lines, const char *hidden, bool is_literal) {
  const char *text;

  lines->bytes += lines->line.length + sizeof *lines->items;
  if (lines->bytes > YAML_LINES_MOST_BYTES || lines->line.failed || !make_room(lines)) {
    lines->failed = true;
    return;
  }
  text = arena_copy(lines->arena, text_buffer_string(&lines->line), lines->line.length);
  text_buffer_reset(&lines->line);
  lines->failed = lines->failed || !text;
  lines->items[lines->count++] = (struct yaml_line){
      .text = text,
      .hidden = hidden,
      .path = lines->where,
      .is_immutable = lines->in_immutable,
      .is_literal = is_literal,
  };
}

static void indent_line(struct yaml_lines *lines, size_t indent) {
  text_buffer_printf(&lines->line, "%*s", (int)indent, "");
}

static void add_literal(struct yaml_lines *lines, const char *text, size_t length, size_t indent) {
  text_buffer_append_string(&lines->line, yaml_spelling_literal_head(text, length));
  end_line(lines, NULL, false);
  for (const char *end = text + length; text < end && !lines->failed;) {
    const char *feed = memchr(text, '\n', (size_t)(end - text));
    size_t size = (size_t)((feed ? feed : end) - text);

    if (size > 0)
      indent_line(lines, indent);
    text_buffer_append(&lines->line, text, size);
    end_line(lines, NULL, true);
    text += size + (feed != NULL);
  }
}

static void add_members(struct yaml_lines *lines, const json_t *object, size_t indent,
                        bool is_on_line);

static void add_items(struct yaml_lines *lines, const json_t *array, size_t indent);

/* What no other value holds, behind what the line has already. `indent` is where a text of several
 * lines stands. */
static void add_scalar(struct yaml_lines *lines, const json_t *value, size_t indent) {
  const char *text = json_string_value(value);

  if (text && yaml_spelling_is_literal(text, json_string_length(value))) {
    add_literal(lines, text, json_string_length(value), indent);
    return;
  }
  text_buffer_append_char(&lines->line, ' ');
  if (text) {
    yaml_spelling_append(&lines->line, text, json_string_length(value));
  } else {
    char *spelled = json_dumps(value, JSON_ENCODE_ANY);

    text_buffer_append_string(&lines->line, spelled ? spelled : "");
    lines->failed = lines->failed || !spelled;
    free(spelled);
  }
  end_line(lines, NULL, false);
}

/* The member's value, behind its name. */
static void add_value(struct yaml_lines *lines, const json_t *value, size_t indent) {
  if (json_object_size(value) > 0) {
    end_line(lines, NULL, false);
    add_members(lines, value, indent + 2, false);
  } else if (json_array_size(value) > 0) {
    end_line(lines, NULL, false);
    add_items(lines, value, indent);
  } else {
    add_scalar(lines, value, indent + 2);
  }
}

static void add_items(struct yaml_lines *lines, const json_t *array, size_t indent) {
  for (size_t i = 0; i < json_array_size(array) && !lines->failed; i++) {
    const json_t *item = json_array_get(array, i);

    indent_line(lines, indent);
    text_buffer_append_char(&lines->line, '-');
    if (json_object_size(item) > 0) {
      text_buffer_append_char(&lines->line, ' ');
      add_members(lines, item, indent + 2, true);
    } else if (json_array_size(item) > 0) {
      end_line(lines, NULL, false);
      add_items(lines, item, indent + 2);
    } else {
      add_scalar(lines, item, indent + 2);
    }
  }
}

static int by_name(const void *a, const void *b) {
  return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The names of the members in their order; the caller's to free. NULL: no memory. */
static const char **ordered_names(const json_t *object) {
  const char **names = calloc(json_object_size(object) + 1, sizeof *names);
  size_t count = 0;
  const char *name;
  json_t *value;

  if (!names)
    return NULL;
  json_object_foreach((json_t *)(uintptr_t)object, name, value) names[count++] = name;
  qsort(names, count, sizeof *names, by_name);
  return names;
}

/* Whether the path, which ends in a member of this name, is that of env variables. */
static bool is_env_value(const struct yaml_lines *lines, const char *name) {
  size_t length = strlen(lines->where);

  return strcmp(name, "value") == 0 && length >= 4 &&
         strcmp(lines->where + length - 4, ".env") == 0;
}

static bool is_immutable(const struct yaml_lines *lines) {
  for (uint32_t i = 0; i < lines->immutable_count; i++)
    if (strcmp(lines->immutable_fields[i], text_buffer_string(&lines->path)) == 0)
      return true;
  return false;
}

static void add_member(struct yaml_lines *lines, const json_t *object, const char *name,
                       size_t indent) {
  const json_t *value = json_object_get(object, name);
  bool was_immutable = lines->in_immutable;
  size_t length = lines->path.length;

  text_buffer_printf(&lines->path, "%s%s", length > 0 ? "." : "", name);
  lines->in_immutable = was_immutable || is_immutable(lines);
  yaml_spelling_append(&lines->line, name, strlen(name));
  text_buffer_append_char(&lines->line, ':');
  if (is_env_value(lines, name) && json_is_string(value)) {
    text_buffer_append_string(&lines->line, " (hidden)");
    end_line(lines, json_string_value(value), false);
  } else {
    add_value(lines, value, indent);
  }
  lines->in_immutable = was_immutable;
  lines->failed = lines->failed || lines->path.failed;
  if (lines->failed)
    return;
  lines->path.length = length;
  if (lines->path.data)
    lines->path.data[length] = '\0';
}

static void add_members(struct yaml_lines *lines, const json_t *object, size_t indent,
                        bool is_on_line) {
  const char **names = ordered_names(object);
  const char *outer = lines->where;

  lines->where = arena_copy(lines->arena, text_buffer_string(&lines->path), lines->path.length);
  lines->failed = lines->failed || !names || !lines->where;
  for (size_t i = 0; !lines->failed && names[i]; i++) {
    if (i > 0 || !is_on_line)
      indent_line(lines, indent);
    add_member(lines, object, names[i], indent);
  }
  lines->where = outer;
  free(names);
}

void yaml_lines_add(struct yaml_lines *lines, const json_t *object) {
  add_members(lines, object, 0, false);
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "template_writer.h"

#include "generate/yaml_quote.h"
#include "indexed_rows.h"
#include "job_fields.h"
#include "template_scalar.h"
#include "yaml/go_scalar.h"

#include <string.h>

/* Longer keys are written otherwise in YAML, and no field of a Job has one. */
enum { LONGEST_KEY = 1000, MOST_KEYS = 2000 };

/* What Headgate adds to. */
enum region { OTHERWISE, ROOT, METADATA, LABELS, ANNOTATIONS, SPEC, CONTAINER, ENV };

/* Where in a Job a node stands. */
struct place {
  const struct field_info *field; /* NULL: the API has none there */
  bool is_inner;                  /* an item of the field's list, a value of its map */
  enum region region;
};

struct writer {
  struct job_template *template;
  struct text_buffer path;
};

static int32_t write_node(struct writer *writer, const struct hg_node *node, struct place place,
                          size_t indent);

/* The object that a mapping in this place is; NULL: it is none that the API knows. */
static const struct type_info *type_of(struct place place) {
  if (place.region == ROOT)
    return &job_types[TYPE_JOB];
  if (!place.field || place.field->kind != KIND_OBJECT ||
      (place.field->shape != SHAPE_ONE && !place.is_inner))
    return NULL;
  return &job_types[place.field->object];
}

static enum region region_of(struct place parent, const struct type_info *type, unsigned field) {
  if (!type || field == NO_FIELD)
    return OTHERWISE;
  if (type == &job_types[TYPE_JOB])
    return field == JOB_METADATA ? METADATA : field == JOB_SPEC ? SPEC : OTHERWISE;
  if (parent.region == METADATA)
    return field == OBJECT_META_LABELS        ? LABELS
           : field == OBJECT_META_ANNOTATIONS ? ANNOTATIONS
                                              : OTHERWISE;
  if (type == &job_types[TYPE_CONTAINER])
    return field == CONTAINER_ENV ? ENV : OTHERWISE;
  if (type == &job_types[TYPE_POD_SPEC] &&
      (field == POD_SPEC_CONTAINERS || field == POD_SPEC_INIT_CONTAINERS))
    return CONTAINER;
  return OTHERWISE;
}

/* The place of the entry `key` of a mapping. */
static struct place place_of(struct place parent, const struct hg_node *key) {
  const struct type_info *type = type_of(parent);
  struct place place = {NULL, false, OTHERWISE};
  unsigned field;

  if (parent.field && parent.field->shape == SHAPE_MAP && !parent.is_inner) {
    place.field = parent.field;
    place.is_inner = true;
    return place;
  }
  field = type ? field_find(type, key->text, key->length) : NO_FIELD;
  if (field != NO_FIELD)
    place.field = &type->fields[field];
  place.region = region_of(parent, type, field);
  return place;
}

/* --- Scalars --------------------------------------------------------------------------------- */

/* As the template has it: what is no text stays as it is written. */
static void write_fixed(struct text_buffer *out, const struct hg_node *node, size_t indent) {
  struct scalar scalar;

  scalar_resolve(node, &scalar);
  if (node->tag && scalar.kind != SCALAR_STRING) {
    text_buffer_printf(out, "!<%s> ", node->tag);
    yaml_quote_append_quoted(out, node->text, node->length);
  } else if (scalar.kind != SCALAR_STRING) {
    text_buffer_append_string(out, node->length > 0 ? node->text : "null");
  } else if (!yaml_block_append(out, node->text, node->length, indent)) {
    yaml_quote_append(out, node->text, node->length);
  }
}

/* What a field is called that takes no text; NULL where it takes one. */
static const char *no_text(struct place place) {
  if (!place.field)
    return NULL;
  if (place.field->shape == SHAPE_LIST && !place.is_inner)
    return "a list";
  return (place.field->shape == SHAPE_MAP && !place.is_inner) || place.field->kind == KIND_OBJECT
             ? "a mapping"
             : NULL;
}

static int32_t write_scalar(struct writer *writer, const struct hg_node *node, struct place place,
                            size_t indent) {
  struct job_template *template = writer->template;
  const char *wanted = no_text(place);

  if (memchr(node->text, '\0', node->length))
    return job_template_complain(template, node, "holds a NUL, which no manifest can");
  if (!template_scalar_has_placeholder(node)) {
    write_fixed(&template->fixed, node, indent);
    return 0;
  }
  if (wanted)
    return job_template_complain(template, node, "a placeholder stands for one value, and %s is %s",
                                 text_buffer_string(&writer->path), wanted);
  return template_scalar_add(template, node, text_buffer_string(&writer->path),
                             place.field ? place.field->kind : KIND_STRING, indent);
}

/* --- Collections ----------------------------------------------------------------------------- */

static int32_t check_key(struct writer *writer, const struct hg_node *mapping,
                         const struct hg_node *key) {
  struct job_template *template = writer->template;

  if (key->kind == HG_NODE_MAPPING)
    return job_template_complain(template, mapping,
                                 "put the placeholder into quotes: \"{{ name }}\"");
  if (key->kind != HG_NODE_SCALAR || memchr(key->text, '\0', key->length) ||
      key->length > LONGEST_KEY)
    return job_template_complain(template, key, "this can be no key of a Job");
  if (template_scalar_has_placeholder(key))
    return job_template_complain(template, key, "placeholders stand in values, and this is a key");
  if (mapping->length > MOST_KEYS)
    return job_template_complain(template, mapping, "has more than %d keys", MOST_KEYS);
  for (const struct hg_node *other = mapping->first; other->key != key; other = other->next)
    if (other->key->length == key->length && memcmp(other->key->text, key->text, key->length) == 0)
      return job_template_complain(template, key, "this key stands twice: the first is in line %u",
                                   other->key->line);
  return 0;
}

/* Headgate writes these itself. */
static int32_t check_reserved(struct writer *writer, const struct hg_node *key,
                              enum region region) {
  struct job_template *template = writer->template;
  bool is_ours =
      (region == LABELS && strcmp(key->text, SWEEP_LABEL) == 0) ||
      (region == ANNOTATIONS && strcmp(key->text, PARAMETERS_ANNOTATION) == 0) ||
      (region == SPEC && template->is_indexed &&
       (strcmp(key->text, "completions") == 0 || strcmp(key->text, "completionMode") == 0));

  return is_ours ? job_template_complain(template, key, "%s is written by Headgate: remove it",
                                         key->text)
                 : 0;
}

static bool is_null(const struct hg_node *node) {
  return node->kind == HG_NODE_SCALAR && node_is_null(node);
}

static void write_label(struct job_template *template, size_t indent) {
  yaml_line_begin(&template->fixed, indent);
  text_buffer_append_string(&template->fixed, SWEEP_LABEL ": ");
  yaml_quote_append(&template->fixed, template->sweep->name, strlen(template->sweep->name));
  text_buffer_append_char(&template->fixed, '\n');
}

static bool has_annotation(const struct job_template *template) {
  return !template->is_indexed && template->sweep->parameter_count > 0;
}

static int32_t write_annotation(struct job_template *template, size_t indent) {
  yaml_line_begin(&template->fixed, indent);
  text_buffer_append_string(&template->fixed, PARAMETERS_ANNOTATION ": ");
  if (template_scalar_add_parameters(template) < 0)
    return -1;
  text_buffer_append_char(&template->fixed, '\n');
  return 0;
}

/* What stands at the end of a mapping that Headgate adds to. */
static int32_t write_additions(struct writer *writer, enum region region, bool has_labels,
                               bool has_annotations, bool has_env, size_t indent) {
  struct job_template *template = writer->template;
  struct text_buffer *out = &template->fixed;

  if (region == LABELS)
    write_label(template, indent);
  if (region == ANNOTATIONS && has_annotation(template))
    return write_annotation(template, indent);
  if (region == METADATA && !has_labels) {
    yaml_line_begin(out, indent);
    text_buffer_append_string(out, "labels:\n");
    write_label(template, indent + 2);
  }
  if (region == METADATA && !has_annotations && has_annotation(template)) {
    yaml_line_begin(out, indent);
    text_buffer_append_string(out, "annotations:\n");
    return write_annotation(template, indent + 2);
  }
  if (region == SPEC && template->is_indexed)
    indexed_rows_append_completions(template, indent);
  if (region == CONTAINER && template->is_indexed && !has_env) {
    yaml_line_begin(out, indent);
    text_buffer_append_string(out, "env:\n");
    indexed_rows_append(template, indent + 2);
  }
  return 0;
}

/* Whether Headgate adds to the mapping or list that stands there. */
static bool is_added_to(const struct writer *writer, enum region region) {
  return region == LABELS || (region == ANNOTATIONS && has_annotation(writer->template)) ||
         (region == ENV && writer->template->is_indexed);
}

/* Takes from the path what was appended behind its first `length` bytes. */
static void leave_path(struct writer *writer, size_t length) {
  if (writer->path.failed)
    return;
  writer->path.length = length;
  writer->path.data[length] = '\0';
}

/* Writes an entry's value behind its key and colon. */
static int32_t write_entry(struct writer *writer, const struct hg_node *value, struct place place,
                           size_t indent) {
  struct text_buffer *out = &writer->template->fixed;

  if (value->kind == HG_NODE_SCALAR || (!value->first && !is_added_to(writer, place.region))) {
    text_buffer_append_char(out, ' ');
    return write_node(writer, value, place, indent + 2);
  }
  text_buffer_append_char(out, '\n');
  return write_node(writer, value, place, indent + 2);
}

static int32_t write_mapping(struct writer *writer, const struct hg_node *mapping,
                             struct place place, size_t indent) {
  struct text_buffer *out = &writer->template->fixed;
  size_t path = writer->path.length;
  enum region region = place.region == CONTAINER && !place.is_inner ? OTHERWISE : place.region;
  bool has_labels = false;
  bool has_annotations = false;
  bool has_env = false;

  for (const struct hg_node *value = mapping->first; value; value = value->next) {
    struct place inner;

    if (check_key(writer, mapping, value->key) < 0 ||
        check_reserved(writer, value->key, region) < 0)
      return -1;
    inner = place_of(place, value->key);
    if (is_added_to(writer, inner.region) && is_null(value))
      continue; /* as good as none: it is written anew */
    if (is_added_to(writer, inner.region) && value->kind == HG_NODE_SCALAR)
      return job_template_complain(writer->template, value, "%s is to be a %s", value->key->text,
                                   inner.region == ENV ? "list" : "mapping");
    has_labels |= inner.region == LABELS;
    has_annotations |= inner.region == ANNOTATIONS;
    has_env |= inner.region == ENV;
    yaml_line_begin(out, indent);
    text_buffer_printf(&writer->path, "%s%s", path > 0 ? "." : "", value->key->text);
    write_fixed(out, value->key, indent);
    text_buffer_append_char(out, ':');
    if (write_entry(writer, value, inner, indent) < 0)
      return -1;
    leave_path(writer, path);
  }
  return write_additions(writer, region, has_labels, has_annotations, has_env, indent);
}

/* A variable that a row is to have would stand twice, and the last of two wins. */
static int32_t check_row_names(struct writer *writer, const struct hg_node *env) {
  for (const struct hg_node *item = env->first; item; item = item->next) {
    const struct hg_node *name = hg_node_get(item, "name");

    if (name && name->kind == HG_NODE_SCALAR && indexed_rows_is_name(name->text))
      return job_template_complain(writer->template, name,
                                   "%s is the variable that --indexed gives the rows: call this "
                                   "one otherwise",
                                   name->text);
  }
  return 0;
}

static int32_t write_sequence(struct writer *writer, const struct hg_node *sequence,
                              struct place place, size_t indent) {
  struct text_buffer *out = &writer->template->fixed;
  size_t path = writer->path.length;
  size_t number = 0;

  if (place.region == ENV && writer->template->is_indexed && check_row_names(writer, sequence) < 0)
    return -1;
  if (place.field && place.field->shape == SHAPE_LIST && !place.is_inner)
    place.is_inner = true;
  else
    place.field = NULL;
  for (const struct hg_node *item = sequence->first; item; item = item->next) {
    yaml_line_begin(out, indent);
    text_buffer_append_string(out, "- ");
    text_buffer_printf(&writer->path, "[%zu]", number++);
    if (write_node(writer, item, place, indent + 2) < 0)
      return -1;
    leave_path(writer, path);
  }
  if (place.region == ENV && writer->template->is_indexed)
    indexed_rows_append(writer->template, indent);
  return 0;
}

/* Writes a node, and ends its line. Lines that it begins stand `indent` blanks in. */
static int32_t write_node(struct writer *writer, const struct hg_node *node, struct place place,
                          size_t indent) {
  struct text_buffer *out = &writer->template->fixed;
  bool is_added = is_added_to(writer, place.region);
  int32_t result = 0;

  if (node->kind == HG_NODE_MAPPING && (node->first || is_added))
    return write_mapping(writer, node, place, indent);
  if (node->kind == HG_NODE_SEQUENCE && (node->first || is_added))
    return write_sequence(writer, node, place, indent);
  if (node->kind == HG_NODE_SCALAR)
    result = write_scalar(writer, node, place, indent);
  else
    text_buffer_append_string(out, node->kind == HG_NODE_MAPPING ? "{}" : "[]");
  text_buffer_append_char(out, '\n');
  return result;
}

int32_t template_write(struct job_template *template) {
  const struct place root = {NULL, false, ROOT};
  struct writer writer = {.template = template};
  int32_t result;

  text_buffer_init(&writer.path);
  text_buffer_append_string(&template->fixed,
                            GENERATED_HEADER " Change the template or the sweep, not this file: "
                                             "the next run replaces it.\n");
  result = write_node(&writer, template->file.root, root, 0);
  if (writer.path.failed || template->fixed.failed)
    result = -1;
  text_buffer_finish(&writer.path);
  return result;
}

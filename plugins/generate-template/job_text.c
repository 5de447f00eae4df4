/* SPDX-License-Identifier: Apache-2.0 */
/* One Job of a template: values into scalars. */
#include "generate/yaml_quote.h"
#include "job/field_table.h"
#include "job/quantity.h"
#include "job_template.h"
#include "yaml/go_scalar.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

void job_text_init(struct job_text *job, const struct job_template *template) {
  job->template = template;
  text_buffer_init(&job->text);
  text_buffer_init(&job->scalar);
  job->hash[0] = '\0';
}

void job_text_finish(struct job_text *job) {
  text_buffer_finish(&job->scalar);
  text_buffer_finish(&job->text);
}

/* 8 hex digits of the SHA-256 of names and values, a NUL behind each. */
static void compute_hash(struct job_text *job, uint64_t row) {
  const struct sweep *sweep = job->template->sweep;
  uint8_t digest[DIGEST_SIZE];

  text_buffer_reset(&job->scalar);
  for (size_t i = 0; i < sweep->parameter_count; i++) {
    const struct sweep_value *value = sweep_value_at(sweep, row, i);

    text_buffer_append(&job->scalar, sweep->parameters[i].name,
                       strlen(sweep->parameters[i].name) + 1);
    text_buffer_append(&job->scalar, value->text, value->length);
    text_buffer_append_char(&job->scalar, '\0');
  }
  digest_of(text_buffer_string(&job->scalar), job->scalar.length, digest);
  digest_shorten(digest, job->hash);
  job->hash_row = row;
}

void job_text_start(struct job_text *job, uint64_t row) {
  if (job->template->uses_hash && (!*job->hash || job->hash_row != row))
    compute_hash(job, row);
}

static void append_number(struct text_buffer *out, uint64_t number) {
  char digits[24];
  size_t at = sizeof digits;

  do {
    digits[--at] = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  text_buffer_append(out, digits + at, sizeof digits - at);
}

static void append_values(const struct job_text *job, const struct template_scalar *scalar,
                          uint64_t row, struct text_buffer *out) {
  const struct sweep *sweep = job->template->sweep;

  for (size_t i = 0; i < scalar->count; i++) {
    const struct scalar_piece *piece = &scalar->pieces[i];
    const struct sweep_value *value;

    text_buffer_append(out, piece->text, piece->length);
    switch (piece->number) {
    case BUILTIN_NONE:
      break;
    case BUILTIN_INDEX:
      append_number(out, row);
      break;
    case BUILTIN_COUNT:
      append_number(out, sweep->count);
      break;
    case BUILTIN_HASH:
      text_buffer_append_string(out, job->hash);
      break;
    default:
      value = sweep_value_at(sweep, row, piece->number);
      text_buffer_append(out, value->text, value->length);
    }
  }
}

void job_text_scalar(struct job_text *job, const struct template_scalar *scalar, uint64_t row) {
  text_buffer_reset(&job->scalar);
  append_values(job, scalar, row, &job->scalar);
}

void job_text_name(struct job_text *job, uint64_t row, struct text_buffer *name) {
  if (job->template->name)
    append_values(job, job->template->name, row, name);
  else
    text_buffer_append_string(name, job->template->fixed_name);
}

/* What the text is where it stands in a manifest without quotes. */
static void resolve(const struct text_buffer *text, struct scalar *scalar) {
  const struct hg_node node = {
      .text = text_buffer_string(text),
      .length = (uint32_t)text->length,
      .kind = HG_NODE_SCALAR,
      .style = HG_STYLE_PLAIN,
  };

  scalar_resolve(&node, scalar);
}

/* Whether it is an integer, 1e3 and 2.0 among them, as kubectl reads it. */
static bool is_integer(const struct scalar *scalar, int64_t *integer) {
  *integer = scalar->integer;
  if (scalar->kind == SCALAR_FLOAT && scalar->number >= -9.2e18 && scalar->number <= 9.2e18 &&
      trunc(scalar->number) == scalar->number)
    *integer = (int64_t)scalar->number;
  else if (scalar->kind != SCALAR_INT)
    return false;
  return true;
}

const char *job_text_misfit(const struct job_text *job, const struct template_scalar *scalar) {
  struct quantity quantity;
  struct scalar found;
  int64_t integer;

  if (scalar->kind == KIND_QUANTITY)
    return quantity_parse(text_buffer_string(&job->scalar), job->scalar.length, &quantity)
               ? "an amount, such as 500m or 2Gi"
               : NULL;
  if (scalar->kind != KIND_BOOL && scalar->kind != KIND_INT32 && scalar->kind != KIND_INT64)
    return NULL;
  resolve(&job->scalar, &found);
  if (scalar->kind == KIND_BOOL)
    return found.kind == SCALAR_BOOL ? NULL : "true or false";
  if (!is_integer(&found, &integer))
    return "a whole number";
  return scalar->kind == KIND_INT32 && (integer < INT32_MIN || integer > INT32_MAX)
             ? "a whole number of 32 bits"
             : NULL;
}

/* Appends the value that the field takes; it was found to fit. */
static void append_fitting(struct job_text *job, const struct template_scalar *scalar) {
  struct scalar found;
  char number[24];
  int64_t integer;

  if (scalar->kind == KIND_BOOL || scalar->kind == KIND_INT32 || scalar->kind == KIND_INT64 ||
      scalar->kind == KIND_INT_OR_STRING) {
    resolve(&job->scalar, &found);
    if (scalar->kind == KIND_BOOL && found.kind == SCALAR_BOOL) {
      text_buffer_append_string(&job->text, found.boolean ? "true" : "false");
      return;
    }
    if (scalar->kind != KIND_BOOL && is_integer(&found, &integer)) {
      (void)snprintf(number, sizeof number, "%" PRId64, integer);
      text_buffer_append_string(&job->text, number);
      return;
    }
  }
  if (!yaml_block_append(&job->text, text_buffer_string(&job->scalar), job->scalar.length,
                         scalar->indent))
    yaml_quote_append(&job->text, text_buffer_string(&job->scalar), job->scalar.length);
}

void job_text_write(struct job_text *job, uint64_t row) {
  const struct text_buffer *fixed = &job->template->fixed;
  size_t at = 0;

  text_buffer_reset(&job->text);
  job_text_start(job, row);
  for (const struct template_scalar *scalar = job->template->first; scalar; scalar = scalar->next) {
    text_buffer_append(&job->text, fixed->data + at, scalar->after - at);
    at = scalar->after;
    if (scalar->is_parameters) {
      text_buffer_reset(&job->scalar);
      (void)job_text_append_json(job->template->sweep, row, LONGEST_ANNOTATED_VALUE, &job->scalar);
      yaml_quote_append(&job->text, text_buffer_string(&job->scalar), job->scalar.length);
    } else {
      job_text_scalar(job, scalar, row);
      append_fitting(job, scalar);
    }
  }
  text_buffer_append(&job->text, fixed->data + at, fixed->length - at);
  job->text.failed = job->text.failed || job->scalar.failed;
}

int32_t job_text_fill_tree(struct job_text *job, uint64_t row, struct arena *arena) {
  job_text_start(job, row);
  for (const struct template_scalar *scalar = job->template->first; scalar; scalar = scalar->next) {
    if (!scalar->is_counted)
      continue;
    job_text_scalar(job, scalar, row);
    scalar->node->text = arena_copy(arena, text_buffer_string(&job->scalar), job->scalar.length);
    scalar->node->length = (uint32_t)job->scalar.length;
    scalar->node->style = scalar->kind == KIND_STRING || scalar->kind == KIND_QUANTITY
                              ? HG_STYLE_DOUBLE_QUOTED
                              : HG_STYLE_PLAIN;
    if (!scalar->node->text || job->scalar.failed)
      return -1;
  }
  return 0;
}

/* --- Parameters as JSON ---------------------------------------------------------------------- */

static void append_json_string(struct text_buffer *out, const char *text, size_t length) {
  size_t from = 0;

  text_buffer_append_char(out, '"');
  for (size_t i = 0; i < length; i++) {
    unsigned char c = (unsigned char)text[i];

    if (c >= 0x20 && c != '"' && c != '\\')
      continue;
    text_buffer_append(out, text + from, i - from);
    from = i + 1;
    if (c == '"' || c == '\\') {
      text_buffer_append_char(out, '\\');
      text_buffer_append_char(out, (char)c);
    } else {
      text_buffer_printf(out, "\\u%04x", c);
    }
  }
  text_buffer_append(out, text + from, length - from);
  text_buffer_append_char(out, '"');
}

size_t job_text_append_json(const struct sweep *sweep, uint64_t row, size_t most,
                            struct text_buffer *out) {
  size_t left_out = 0;
  char before = '{';

  for (size_t i = 0; i < sweep->parameter_count; i++) {
    const struct sweep_value *value = sweep_value_at(sweep, row, i);

    if (most > 0 && value->length > most) {
      left_out++;
      continue;
    }
    text_buffer_append_char(out, before);
    append_json_string(out, sweep->parameters[i].name, strlen(sweep->parameters[i].name));
    text_buffer_append_char(out, ':');
    append_json_string(out, value->text, value->length);
    before = ',';
  }
  text_buffer_append_string(out, before == '{' ? "{}" : "}");
  return left_out;
}

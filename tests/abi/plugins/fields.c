/* SPDX-License-Identifier: Apache-2.0 */
#include "fields.h"

#include "field_row.h"

#include <headgate/bytes.h>
#include <headgate/job.h>
#include <headgate/node.h>
#include <inttypes.h>
#include <string.h>

/* Bytes that are written out in full; of more, the beginning and a sum. */
enum { MOST_BYTES_SHOWN = 200 };

static void write_quoted(FILE *file, const char *data, size_t length) {
  (void)fputc('"', file);
  for (size_t i = 0; i < length; i++) {
    unsigned char byte = (unsigned char)data[i];

    if (byte < ' ' || byte > '~' || byte == '"' || byte == '\\')
      (void)fprintf(file, "\\x%02x", byte);
    else
      (void)fputc(byte, file);
  }
  (void)fputc('"', file);
}

void fields_write_text(FILE *file, const char *text) {
  if (text)
    write_quoted(file, text, strlen(text));
  else
    (void)fputs("NULL", file);
}

/* FNV-1a: enough to see that what is not shown is what was sent. */
static uint64_t sum_of(const char *data, uint64_t length) {
  uint64_t sum = UINT64_C(0xcbf29ce484222325);

  for (uint64_t i = 0; i < length; i++)
    sum = (sum ^ (unsigned char)data[i]) * UINT64_C(0x100000001b3);
  return sum;
}

static void write_bytes(FILE *file, const struct hg_bytes *bytes) {
  (void)fprintf(file, "%" PRIu64 " bytes ", bytes->length);
  if (!bytes->data) {
    (void)fputs("NULL", file);
    return;
  }
  if (bytes->length <= MOST_BYTES_SHOWN) {
    write_quoted(file, bytes->data, (size_t)bytes->length);
    return;
  }
  write_quoted(file, bytes->data, MOST_BYTES_SHOWN);
  (void)fprintf(file, "... sum %016" PRIx64, sum_of(bytes->data, bytes->length));
}

static void write_texts(FILE *file, const char *const *texts, uint64_t count, int has_end) {
  (void)fputc('[', file);
  for (uint64_t i = 0; i < count; i++) {
    (void)fputs(i > 0 ? ", " : "", file);
    fields_write_text(file, texts[i]);
  }
  (void)fputc(']', file);
  if (has_end && texts)
    (void)fputs(texts[count] ? " without an end" : " and NULL", file);
}

static void write_pairs(FILE *file, const struct hg_pair *pairs, uint64_t count) {
  (void)fputc('[', file);
  for (uint64_t i = 0; i < count; i++) {
    (void)fputs(i > 0 ? ", " : "", file);
    fields_write_text(file, pairs[i].name);
    (void)fputs(": ", file);
    fields_write_text(file, pairs[i].value);
  }
  (void)fputc(']', file);
}

/* A number of any width, sign-extended where it has one. */
static uint64_t number_at(const void *at, size_t size) {
  uint64_t value64;
  uint32_t value32;
  uint16_t value16;
  uint8_t value8;

  switch (size) {
  case 1:
    memcpy(&value8, at, size);
    return value8;
  case 2:
    memcpy(&value16, at, size);
    return value16;
  case 4:
    memcpy(&value32, at, size);
    return value32;
  default:
    memcpy(&value64, at, sizeof value64);
    return value64;
  }
}

static const void *pointer_at(const void *at) {
  const void *pointer;

  memcpy(&pointer, at, sizeof pointer);
  return pointer;
}

static void write_structs(FILE *file, int depth, const struct field *field, const void *list,
                          uint64_t count) {
  const void *const *pointers = list;

  (void)fprintf(file, " %" PRIu64 " of %s\n", count, field->rows->name);
  for (uint64_t i = 0; i < count; i++) {
    (void)fprintf(file, "%*s[%" PRIu64 "]\n", 2 * (depth + 1), "", i);
    fields_write(file, depth + 2, field->rows, pointers[i]);
  }
}

static void write_size(FILE *file, uint64_t size, uint64_t expected) {
  (void)fprintf(file, size >= expected ? "at least %" PRIu64 : "only %" PRIu64,
                size >= expected ? expected : size);
}

/* Writes what fits on a line. */
static void write_value(FILE *file, const struct described_struct *what, const struct field *field,
                        const void *base) {
  const char *at = (const char *)base + field->offset;
  const char *counter = (const char *)base + field->counter;
  const unsigned char *hash = (const unsigned char *)at;
  int32_t signed_number;

  switch (field->kind) {
  case FIELD_SIZE:
    write_size(file, number_at(at, 4), what->size);
    break;
  case FIELD_NODE_SIZE:
    write_size(file, number_at(at, 4), sizeof(struct hg_node));
    break;
  case FIELD_U8:
    (void)fprintf(file, "%" PRIu64, number_at(at, 1));
    break;
  case FIELD_U16:
    (void)fprintf(file, "%" PRIu64, number_at(at, 2));
    break;
  case FIELD_U32:
    (void)fprintf(file, "%" PRIu64, number_at(at, 4));
    break;
  case FIELD_I32:
    memcpy(&signed_number, at, sizeof signed_number);
    (void)fprintf(file, "%" PRId32, signed_number);
    break;
  case FIELD_U64:
    (void)fprintf(file, "%" PRIu64, number_at(at, 8));
    break;
  case FIELD_I64:
    (void)fprintf(file, "%" PRId64, (int64_t)number_at(at, 8));
    break;
  case FIELD_TEXT:
    fields_write_text(file, pointer_at(at));
    break;
  case FIELD_TEXTS:
    write_texts(file, pointer_at(at), number_at(counter, 4), 0);
    break;
  case FIELD_ARGV:
    write_texts(file, pointer_at(at), number_at(counter, 4), 1);
    break;
  case FIELD_PAIRS:
    write_pairs(file, pointer_at(at), number_at(counter, 4));
    break;
  case FIELD_BYTES:
    write_bytes(file, (const struct hg_bytes *)(const void *)at);
    break;
  case FIELD_SHA256:
    for (size_t i = 0; i < 32; i++)
      (void)fprintf(file, "%02x", hash[i]);
    break;
  case FIELD_ADDRESS:
  case FIELD_STRUCT:
  case FIELD_STRUCTS:
  case FIELD_STRUCTS64:
    (void)fputs(pointer_at(at) ? "set" : "NULL", file);
    break;
  }
}

static void write_field(FILE *file, int depth, const struct described_struct *what,
                        const struct field *field, const void *base) {
  const char *at = (const char *)base + field->offset;
  const char *counter = (const char *)base + field->counter;

  if (field->is_there && !field->is_there(base)) {
    (void)fputs(" absent\n", file);
  } else if (field->kind == FIELD_STRUCTS) {
    write_structs(file, depth, field, pointer_at(at), number_at(counter, 4));
  } else if (field->kind == FIELD_STRUCTS64) {
    write_structs(file, depth, field, pointer_at(at), number_at(counter, 8));
  } else if (field->kind == FIELD_STRUCT && pointer_at(at)) {
    (void)fputc('\n', file);
    fields_write(file, depth + 1, field->rows, pointer_at(at));
  } else {
    (void)fputc(' ', file);
    write_value(file, what, field, base);
    (void)fputc('\n', file);
  }
}

void fields_write(FILE *file, int depth, const struct described_struct *what, const void *pointer) {
  for (size_t i = 0; i < what->count; i++) {
    (void)fprintf(file, "%*s%s.%s =", 2 * depth, "", what->name, what->fields[i].name);
    write_field(file, depth, what, &what->fields[i], pointer);
  }
}

static void write_node(FILE *file, int depth, const struct hg_node *node) {
  (void)fprintf(file, "%*shg_node", 2 * depth, "");
  for (size_t i = 0; i < described_node.count; i++) {
    (void)fprintf(file, " .%s=", described_node.fields[i].name);
    write_value(file, &described_node, &described_node.fields[i], node);
  }
  (void)fputc('\n', file);
}

void fields_write_tree(FILE *file, int depth, const struct hg_node *node) {
  write_node(file, depth, node);
  for (const struct hg_node *child = node->first; child; child = child->next) {
    if (child->key)
      write_node(file, depth + 1, child->key);
    fields_write_tree(file, depth + 1, child);
  }
}

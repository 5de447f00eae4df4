/* SPDX-License-Identifier: Apache-2.0 */
#include "result.h"

#include "digest/digest.h"
#include "memory/no_memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum {
  FINGERPRINT_BYTES = 16, /* of the digest in a fingerprint */
  REPEATED_BYTES = 100,   /* what is the same in all results, as references to the last one */
};

/* Writes a string from outside and returns what it takes once it is compressed. */
static uint64_t write_counted(struct json_stream *stream, const char *key, const char *value,
                              struct compressed_size *seen) {
  uint64_t before = stream->section.spilled + stream->section.text.length;
  uint64_t after;

  json_stream_string(stream, key, value);
  after = stream->section.spilled + stream->section.text.length;
  return compressed_size_of(seen, value, after - before, before);
}

static void append_part(struct text_buffer *text, const char *part) {
  text_buffer_append(text, part, strlen(part) + 1); /* its NUL parts it from the next one */
}

/* Without digits: some messages name a line or a value. */
static void append_stable(struct text_buffer *text, const char *message) {
  for (const char *c = message; *c; c++)
    if (*c < '0' || *c > '9')
      text_buffer_append_char(text, *c);
}

/* The same for the same problem of the same Job wherever in its file it moves: all but line and
 * column. A Job without a name is known by its place among the file's documents; what kubectl said
 * of a Job may be other words each time. */
static void write_fingerprint(struct json_stream *stream, const struct sarif_result *result,
                              struct text_buffer *scratch) {
  uint8_t digest[DIGEST_SIZE];
  char hex[2 * FINGERPRINT_BYTES + 1];

  text_buffer_reset(scratch);
  append_part(scratch, result->rule->id);
  append_part(scratch, result->uri);
  append_part(scratch, result->job_namespace);
  append_part(scratch, result->job_name);
  if (!*result->job_name)
    text_buffer_printf(scratch, "%" PRIu32, result->document);
  append_part(scratch, "");
  append_part(scratch, result->field);
  append_stable(scratch, result->problem);
  if (scratch->failed) {
    if (stream->error.code == 0)
      (void)no_memory(&stream->error);
    return;
  }
  digest_of(scratch->data, scratch->length, digest);
  for (size_t i = 0; i < FINGERPRINT_BYTES; i++)
    (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
  json_stream_open(stream, "partialFingerprints", '{');
  json_stream_string(stream, "headgateFinding/v1", hex);
  json_stream_close(stream, '}');
}

/* A file as a whole has no region, but GitHub takes no result without a line. */
static uint64_t write_place(struct json_stream *stream, const struct sarif_result *result,
                            struct compressed_size *seen) {
  uint64_t cost;

  json_stream_open(stream, "physicalLocation", '{');
  json_stream_open(stream, "artifactLocation", '{');
  cost = write_counted(stream, "uri", result->uri, seen);
  json_stream_close(stream, '}');
  json_stream_open(stream, "region", '{');
  json_stream_count(stream, "startLine", result->line > 0 ? result->line : 1);
  if (result->line > 0 && result->column > 0)
    json_stream_count(stream, "startColumn", result->column);
  json_stream_close(stream, '}');
  json_stream_close(stream, '}');
  return cost;
}

static uint64_t write_logical_location(struct json_stream *stream,
                                       const struct sarif_result *result,
                                       struct text_buffer *scratch, struct compressed_size *seen) {
  uint64_t cost;

  text_buffer_reset(scratch);
  if (*result->field) {
    text_buffer_append_string(scratch, result->field);
  } else if (*result->job_name) {
    text_buffer_append_string(scratch, result->job_namespace);
    text_buffer_append_char(scratch, '/');
    text_buffer_append_string(scratch, result->job_name);
  } else {
    return 0;
  }
  if (scratch->failed && stream->error.code == 0)
    (void)no_memory(&stream->error);
  json_stream_open(stream, "logicalLocations", '[');
  json_stream_open(stream, NULL, '{');
  cost = write_counted(stream, "fullyQualifiedName", text_buffer_string(scratch), seen);
  json_stream_string(stream, "kind", *result->field ? "property" : "resource");
  json_stream_close(stream, '}');
  json_stream_close(stream, ']');
  return cost;
}

static uint64_t write_properties(struct json_stream *stream, const struct sarif_result *result,
                                 struct compressed_size *seen) {
  uint64_t cost = 0;

  json_stream_open(stream, "properties", '{');
  if (*result->job_name)
    cost += write_counted(stream, "jobName", result->job_name, seen);
  cost += write_counted(stream, "namespace", result->job_namespace, seen);
  if (result->document > 0)
    json_stream_count(stream, "document", result->document);
  json_stream_close(stream, '}');
  return cost;
}

uint64_t sarif_result_write(struct json_stream *stream, const struct sarif_result *result,
                            struct text_buffer *scratch, struct compressed_size *seen) {
  uint64_t cost = REPEATED_BYTES + FINGERPRINT_BYTES + 8; /* of hexadecimal digits half is left */

  json_stream_open(stream, NULL, '{');
  cost += write_counted(stream, "ruleId", result->rule->id, seen);
  json_stream_count(stream, "ruleIndex", result->rule->index);
  json_stream_string(stream, "level", result->is_error ? "error" : "warning");
  json_stream_open(stream, "message", '{');
  cost += write_counted(stream, "text", result->message, seen);
  json_stream_close(stream, '}');
  json_stream_open(stream, "locations", '[');
  json_stream_open(stream, NULL, '{');
  cost += write_place(stream, result, seen);
  cost += write_logical_location(stream, result, scratch, seen);
  json_stream_close(stream, '}');
  json_stream_close(stream, ']');
  write_fingerprint(stream, result, scratch);
  cost += write_properties(stream, result, seen);
  json_stream_close(stream, '}');
  return cost;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "json/json_stream.h"

#include "memory/no_memory.h"
#include "text/utf8.h"
#include "text/visible_text.h"
#include "json/json_text.h"

#include <inttypes.h>
#include <string.h>

void json_stream_init(struct json_stream *stream, uint32_t indent, uint32_t depth) {
  const struct hg_error none = HG_ERROR_INIT;

  section_init(&stream->section, SECTION_MEMORY);
  text_buffer_init(&stream->valid);
  stream->error = none;
  stream->indent = indent;
  stream->depth = depth;
  stream->started = false;
}

void json_stream_finish(struct json_stream *stream) {
  section_finish(&stream->section);
  text_buffer_finish(&stream->valid);
}

int32_t json_stream_status(const struct json_stream *stream, struct hg_error *err) {
  if (stream->error.code == 0)
    return 0;
  return hg_error_set(err, stream->error.code, "%s", stream->error.message);
}

static void keep(struct json_stream *stream) {
  if (stream->error.code == 0)
    (void)section_keep(&stream->section, &stream->error);
}

static void break_line(struct json_stream *stream) {
  struct text_buffer *text = &stream->section.text;

  if (stream->indent == 0)
    return;
  text_buffer_append_char(text, '\n');
  for (uint32_t i = 0; i < stream->depth * stream->indent; i++)
    text_buffer_append_char(text, ' ');
}

/* All that stands before a value. False where the stream has failed. */
static bool begin_value(struct json_stream *stream, const char *key) {
  struct text_buffer *text = &stream->section.text;

  if (stream->error.code != 0)
    return false;
  if (stream->started)
    text_buffer_append_char(text, ',');
  if (stream->depth > 0)
    break_line(stream);
  stream->started = true;
  if (key) {
    text_buffer_append_char(text, '"');
    text_buffer_append_string(text, key);
    text_buffer_append_string(text, stream->indent > 0 ? "\": " : "\":");
  }
  return true;
}

void json_stream_open(struct json_stream *stream, const char *key, char bracket) {
  if (!begin_value(stream, key))
    return;
  text_buffer_append_char(&stream->section.text, bracket);
  stream->depth++;
  stream->started = false;
}

void json_stream_close(struct json_stream *stream, char bracket) {
  if (stream->error.code != 0)
    return;
  stream->depth--;
  if (stream->started)
    break_line(stream);
  text_buffer_append_char(&stream->section.text, bracket);
  stream->started = true;
  keep(stream);
}

static void append_literal(struct json_stream *stream, const char *key, const char *literal) {
  if (!begin_value(stream, key))
    return;
  text_buffer_append_string(&stream->section.text, literal);
  keep(stream);
}

void json_stream_null(struct json_stream *stream, const char *key) {
  append_literal(stream, key, "null");
}

void json_stream_boolean(struct json_stream *stream, const char *key, bool value) {
  append_literal(stream, key, value ? "true" : "false");
}

void json_stream_integer(struct json_stream *stream, const char *key, int64_t value) {
  if (!begin_value(stream, key))
    return;
  text_buffer_printf(&stream->section.text, "%" PRId64, value);
  keep(stream);
}

void json_stream_count(struct json_stream *stream, const char *key, uint64_t value) {
  if (!begin_value(stream, key))
    return;
  text_buffer_printf(&stream->section.text, "%" PRIu64, value);
  keep(stream);
}

static void append_piece(struct json_stream *stream, const char *data, size_t length) {
  size_t spelled = 0;
  json_t *string;

  text_buffer_reset(&stream->valid);
  valid_utf8_append(&stream->valid, data, length);
  string = stream->valid.failed
               ? NULL
               : json_stringn_nocheck(text_buffer_string(&stream->valid), stream->valid.length);
  if (string)
    spelled = json_dumpb(string, stream->spelled, sizeof stream->spelled, JSON_ENCODE_ANY);
  json_decref(string);
  if (spelled < 2 || spelled > sizeof stream->spelled) {
    (void)no_memory(&stream->error);
    return;
  }
  /* The quotes are the whole string's, not each piece's. */
  json_spelled_append(&stream->section.text, stream->spelled + 1, spelled - 2);
  keep(stream);
}

void json_stream_bytes(struct json_stream *stream, const char *key, struct hg_bytes value) {
  if (!begin_value(stream, key))
    return;
  text_buffer_append_char(&stream->section.text, '"');
  while (value.length > 0 && stream->error.code == 0) {
    size_t piece = utf8_piece(value.data, value.length, JSON_STREAM_PIECE);

    append_piece(stream, value.data, piece);
    value.data += piece;
    value.length -= piece;
  }
  text_buffer_append_char(&stream->section.text, '"');
  keep(stream);
}

void json_stream_string(struct json_stream *stream, const char *key, const char *value) {
  const struct hg_bytes bytes = {value, strlen(value)};

  json_stream_bytes(stream, key, bytes);
}

void json_stream_optional_integer(struct json_stream *stream, const char *key, int64_t value) {
  if (value != 0)
    json_stream_integer(stream, key, value);
  else
    json_stream_null(stream, key);
}

void json_stream_optional_string(struct json_stream *stream, const char *key, const char *value) {
  if (value && *value)
    json_stream_string(stream, key, value);
  else
    json_stream_null(stream, key);
}

int32_t json_stream_write(struct json_stream *stream, const struct hg_output *output,
                          struct hg_error *err) {
  if (json_stream_status(stream, err) < 0 || section_write(&stream->section, output, err) < 0)
    return -1;
  section_finish(&stream->section);
  return 0;
}

int32_t json_stream_write_array(struct json_stream *stream, const char *key,
                                struct json_stream *items, const struct hg_output *output,
                                struct hg_error *err) {
  json_stream_open(stream, key, '[');
  stream->started = !section_is_empty(&items->section);
  if (json_stream_write(stream, output, err) < 0 || json_stream_write(items, output, err) < 0)
    return -1;
  json_stream_close(stream, ']');
  return 0;
}

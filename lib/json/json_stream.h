/* SPDX-License-Identifier: Apache-2.0 */
/* JSON (RFC 8259) that is written as it comes, into a section, so that no tree of it is ever in
 * memory. jansson spells the strings; this file knows commas, line breaks and indentation.
 */
#ifndef LIB_JSON_JSON_STREAM_H
#define LIB_JSON_JSON_STREAM_H

#include "files/section.h"
#include "text/text_buffer.h"

#include <headgate/bytes.h>
#include <headgate/error.h>
#include <stdbool.h>
#include <stdint.h>

enum {
  JSON_STREAM_PIECE = 4096,                        /* bytes of a string handled at a time */
  JSON_STREAM_SPELLED = 6 * JSON_STREAM_PIECE + 2, /* the same as JSON, at the longest */
};

/* Embedded in its owner; one thread at a time. Once something failed, nothing more is written and
 * `error` says why: check it with json_stream_status at the end of each event. */
struct json_stream {
  struct section section;
  struct text_buffer valid; /* a piece of a string as UTF-8 */
  struct hg_error error;    /* code 0: none */
  uint32_t indent;          /* spaces a level; 0: everything on one line */
  uint32_t depth;           /* levels that are open */
  bool started;             /* the innermost open level has a member already */
  char spelled[JSON_STREAM_SPELLED];
};

/* `depth` is the level at which the stream will stand in the whole text. */
void json_stream_init(struct json_stream *stream, uint32_t indent, uint32_t depth);
void json_stream_finish(struct json_stream *stream);

/* 0, or -1 with *err set where anything failed so far. */
int32_t json_stream_status(const struct json_stream *stream, struct hg_error *err);

/* Members of an object have a key, UTF-8 without anything to escape; items of an array and the
 * outermost value have NULL. Strings may hold anything: bytes that are no UTF-8 become U+FFFD, and
 * characters that a terminal may obey or that nobody sees (visible_text_hides) are escaped. */
void json_stream_open(struct json_stream *stream, const char *key, char bracket);
void json_stream_close(struct json_stream *stream, char bracket);
void json_stream_null(struct json_stream *stream, const char *key);
void json_stream_boolean(struct json_stream *stream, const char *key, bool value);
void json_stream_integer(struct json_stream *stream, const char *key, int64_t value);
void json_stream_count(struct json_stream *stream, const char *key, uint64_t value);
void json_stream_bytes(struct json_stream *stream, const char *key, struct hg_bytes value);
void json_stream_string(struct json_stream *stream, const char *key, const char *value);

/* null where the value is 0, NULL or "". */
void json_stream_optional_integer(struct json_stream *stream, const char *key, int64_t value);
void json_stream_optional_string(struct json_stream *stream, const char *key, const char *value);

/* Writes to `output` what the stream holds, and then goes on behind it. */
int32_t json_stream_write(struct json_stream *stream, const struct hg_output *output,
                          struct hg_error *err);

/* Writes to `output` what the stream holds and the array `key` with the items that `items` holds,
 * made for this depth + 1. */
int32_t json_stream_write_array(struct json_stream *stream, const char *key,
                                struct json_stream *items, const struct hg_output *output,
                                struct hg_error *err);

#endif

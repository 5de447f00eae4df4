/* SPDX-License-Identifier: Apache-2.0 */
/* JSON text as the events that libyaml would make of it, one value after another: what JSON is and
 * YAML is not (surrogate pairs, keys over 1024 characters, several values on a line) is read too,
 * and nothing that is not JSON (RFC 8259, as Go's encoding/json reads it). */
#ifndef LIB_YAML_JSON_EVENTS_H
#define LIB_YAML_JSON_EVENTS_H

#include "text/text_buffer.h"
#include "yaml/yaml_tree.h"

#include <stdbool.h>
#include <yaml.h>

/* Embedded in its owner. */
struct json_events {
  const char *bytes; /* borrowed */
  size_t length;
  size_t at;                          /* what is read next */
  size_t marked;                      /* a place whose line and column were counted: */
  yaml_mark_t mark;                   /* its line and column, from 0, and the place itself */
  bool has_infinite;                  /* a number of the value is larger than a double: */
  yaml_mark_t infinite;               /* there */
  struct text_buffer scalar;          /* of the last event */
  uint32_t depth;                     /* open collections */
  uint8_t expected;                   /* what may stand next */
  char open[YAML_TREE_MAX_DEPTH + 2]; /* what each was opened with */
};

void json_events_init(struct json_events *events);
void json_events_finish(struct json_events *events);

/* Whether kubectl takes the text for JSON: its first 4096 bytes start with {, white space aside. */
bool json_events_looks_like(const char *bytes, size_t length);

/* Starts on a text, at the byte `at`, which may be behind a byte order mark. */
void json_events_open(struct json_events *events, const char *bytes, size_t length, size_t at);

/* Goes on to the next value. False: nothing but white space is left. */
bool json_events_more(struct json_events *events);

/* The next event of a value: those of collections and scalars, then a document's end. Nothing of it
 * is to be deleted, and a scalar's text is valid until the next event. Marks count bytes. Returns
 * 0, or -1 and *problem says what is no JSON. No deeper than YAML_TREE_MAX_DEPTH + 1. */
int32_t json_events_next(struct json_events *events, yaml_event_t *event,
                         struct yaml_problem *problem);

/* Reads a value and drops it. Sets *is_null to whether it is null. -1: it cannot be read. */
int32_t json_events_skip(struct json_events *events, bool *is_null);

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "events/run_event_read.h"

#include "memory/no_memory.h"
#include "text/base64.h"
#include "text/text_buffer.h"

#include <headgate/abi.h>
#include <headgate/bytes.h>
#include <headgate/job.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* What reading one event needs to know everywhere. */
struct reading {
  struct arena *arena;
  struct hg_error *err;
};

static int32_t wrong(const struct reading *reading, const struct member *member,
                     const char *wanted) {
  return hg_error_set(reading->err, HG_ERROR_INVALID, "an event's %s is not %s", member->name,
                      wanted);
}

static int32_t read_members(const struct reading *reading, const struct member *members,
                            const json_t *object, void *value);

static void put(void *base, size_t offset, const void *value, size_t size) {
  memcpy((char *)base + offset, value, size);
}

static void put_uint32(void *base, size_t offset, uint32_t value) {
  put(base, offset, &value, sizeof value);
}

static void put_pointer(void *base, size_t offset, const void *pointer) {
  put(base, offset, &pointer, sizeof pointer);
}

/* A missing list is an empty one. */
static int32_t check_list(const struct reading *reading, const struct member *member,
                          const json_t *json, uint32_t *count) {
  if (json && !json_is_array(json))
    return wrong(reading, member, "a list");
  *count = json ? (uint32_t)json_array_size(json) : 0;
  return 0;
}

/* Rows, each zeroed; one more than there are, so that a list of pointers has its NULL. */
static void *new_rows(const struct reading *reading, uint32_t count, size_t size) {
  void *rows = arena_alloc(reading->arena, ((size_t)count + 1) * size);

  if (rows)
    memset(rows, 0, ((size_t)count + 1) * size);
  return rows;
}

static int32_t read_strings(const struct reading *reading, const struct member *member,
                            const json_t *json, void *base) {
  const char **strings;
  uint32_t count = 0;

  if (check_list(reading, member, json, &count) < 0)
    return -1;
  strings = new_rows(reading, count, sizeof *strings);
  if (!strings)
    return no_memory(reading->err);
  for (uint32_t i = 0; i < count; i++) {
    strings[i] = json_string_value(json_array_get(json, i));
    if (!strings[i])
      return wrong(reading, member, "a list of strings");
  }
  put_pointer(base, member->offset, strings);
  put_uint32(base, member->other, count);
  return 0;
}

static int32_t read_pairs(const struct reading *reading, const struct member *member,
                          const json_t *json, void *base) {
  struct hg_pair *pairs;
  uint32_t count = 0;

  if (check_list(reading, member, json, &count) < 0)
    return -1;
  pairs = new_rows(reading, count, sizeof *pairs);
  if (!pairs)
    return no_memory(reading->err);
  for (uint32_t i = 0; i < count; i++) {
    const json_t *row = json_array_get(json, i);
    bool is_name = member->kind == MEMBER_NAMES;

    pairs[i].name = json_string_value(is_name ? row : json_object_get(row, "name"));
    pairs[i].value = is_name ? "" : json_string_value(json_object_get(row, "value"));
    if (!pairs[i].name || !pairs[i].value)
      return wrong(reading, member, is_name ? "a list of names" : "a list of names with values");
  }
  put_pointer(base, member->offset, pairs);
  put_uint32(base, member->other, count);
  return 0;
}

static int32_t read_diagnostics(const struct reading *reading, const struct member *member,
                                const json_t *json, void *base) {
  const struct hg_diagnostic **list;
  struct hg_diagnostic *diagnostics;
  uint32_t count = 0;

  if (check_list(reading, member, json, &count) < 0)
    return -1;
  list = new_rows(reading, count, sizeof *list);
  diagnostics = new_rows(reading, count, sizeof *diagnostics);
  if (!list || !diagnostics)
    return no_memory(reading->err);
  for (uint32_t i = 0; i < count; i++) {
    diagnostics[i].struct_size = sizeof diagnostics[i];
    list[i] = &diagnostics[i];
    if (read_members(reading, diagnostic_members, json_array_get(json, i), &diagnostics[i]) < 0)
      return -1;
  }
  put_pointer(base, member->offset, list);
  put_uint32(base, member->other, count);
  return 0;
}

static int32_t read_details(const struct reading *reading, const struct member *member,
                            const json_t *json, void *base) {
  struct hg_job_details *details;

  if (!json || json_is_null(json))
    return 0;
  details = new_rows(reading, 0, sizeof *details);
  if (!details)
    return no_memory(reading->err);
  details->struct_size = sizeof *details;
  put_pointer(base, member->offset, details);
  return read_members(reading, details_members, json, details);
}

static int32_t read_word(const struct reading *reading, const struct member *member,
                         const json_t *json, void *base) {
  const char *text = json_string_value(json);
  const struct member_word *word = member->words;

  if (!text)
    return wrong(reading, member, "a word");
  while (word->word && strcmp(word->word, text) != 0)
    word++;
  put_uint32(base, member->offset, word->word ? word->value : MEMBER_UNKNOWN_WORD);
  return 0;
}

static int32_t read_integer(const struct reading *reading, const struct member *member,
                            const json_t *json, void *base) {
  json_int_t value = json_integer_value(json);
  int32_t narrow = (int32_t)value;
  int64_t wide = value;

  if (!json_is_integer(json))
    return wrong(reading, member, "a whole number");
  switch (member->kind) {
  case MEMBER_INT32:
    if (value < INT32_MIN || value > INT32_MAX)
      return wrong(reading, member, "a number of 32 bits");
    put(base, member->offset, &narrow, sizeof narrow);
    return 0;
  case MEMBER_UINT32:
    if (value < 0 || value > UINT32_MAX)
      return wrong(reading, member, "a number from 0 to 4294967295");
    put_uint32(base, member->offset, (uint32_t)value);
    return 0;
  default:
    if (member->kind == MEMBER_UINT64 && value < 0)
      return wrong(reading, member, "a number from 0");
    put(base, member->offset, &wide, sizeof wide);
    return 0;
  }
}

/* The bytes themselves where they came, else those of the text. */
static int32_t read_bytes(const struct reading *reading, const struct member *member,
                          const json_t *object, void *base) {
  const json_t *text = json_object_get(object, member->name);
  struct hg_bytes bytes = {"", 0};
  struct text_buffer decoded;
  const json_t *spelled;
  int32_t result = 0;
  char key[32];

  (void)snprintf(key, sizeof key, "%s_base64", member->name);
  spelled = json_object_get(object, key);
  if ((text && !json_is_string(text)) || (spelled && !json_is_string(spelled)))
    return wrong(reading, member, "a string");
  if (text && !spelled) {
    bytes.data = json_string_value(text);
    bytes.length = json_string_length(text);
  }
  if (spelled) {
    text_buffer_init(&decoded);
    if (base64_decode(&decoded, json_string_value(spelled), json_string_length(spelled)) < 0)
      result = wrong(reading, member, "base64");
    bytes.data = arena_copy(reading->arena, text_buffer_string(&decoded), decoded.length);
    bytes.length = decoded.length;
    if (decoded.failed || !bytes.data)
      result = no_memory(reading->err);
    text_buffer_finish(&decoded);
  }
  put(base, member->offset, &bytes, sizeof bytes);
  return result;
}

/* A whole field, or one bit of it. */
static int32_t read_boolean(const struct reading *reading, const struct member *member,
                            const json_t *json, void *base) {
  uint32_t bit = member->kind == MEMBER_FLAG ? (uint32_t)member->other : 1;
  uint32_t value;

  if (json && !json_is_boolean(json))
    return wrong(reading, member, "true or false");
  memcpy(&value, (char *)base + member->offset, sizeof value);
  if (json_is_true(json))
    put_uint32(base, member->offset, value | bit);
  return 0;
}

static int32_t read_text(const struct reading *reading, const struct member *member,
                         const json_t *json, void *base) {
  const char *text = json_string_value(json);
  bool may_lack = member->kind == MEMBER_OPTIONAL && (!json || json_is_null(json));

  if (!text && json && !may_lack)
    return wrong(reading, member, "a string");
  put_pointer(base, member->offset, text || may_lack ? text : "");
  return 0;
}

static int32_t read_member(const struct reading *reading, const struct member *member,
                           const json_t *object, void *base) {
  const json_t *json = json_object_get(object, member->name);

  switch (member->kind) {
  case MEMBER_STRING:
  case MEMBER_OPTIONAL:
    return read_text(reading, member, json, base);
  case MEMBER_STRINGS:
    return read_strings(reading, member, json, base);
  case MEMBER_NAMES:
  case MEMBER_PAIRS:
    return read_pairs(reading, member, json, base);
  case MEMBER_DIAGNOSTICS:
    return read_diagnostics(reading, member, json, base);
  case MEMBER_DETAILS:
    return read_details(reading, member, json, base);
  case MEMBER_BYTES:
    return read_bytes(reading, member, object, base);
  case MEMBER_BOOLEAN:
  case MEMBER_FLAG:
    return read_boolean(reading, member, json, base);
  case MEMBER_WORD:
    return json ? read_word(reading, member, json, base) : 0;
  default:
    return json ? read_integer(reading, member, json, base) : 0;
  }
}

static int32_t read_members(const struct reading *reading, const struct member *members,
                            const json_t *object, void *value) {
  if (!json_is_object(object))
    return hg_error_set(reading->err, HG_ERROR_INVALID, "a part of an event is not an object");
  for (const struct member *member = members; member->name; member++)
    if (read_member(reading, member, object, value) < 0)
      return -1;
  return 0;
}

/* The one member that the struct has no field for. */
static int32_t read_planned(const struct reading *reading, struct run_event *event) {
  static const struct member planned = {"planned_command", MEMBER_STRINGS,
                                        offsetof(struct run_event, planned_command),
                                        offsetof(struct run_event, planned_command_count), NULL};
  const json_t *json = json_object_get(event->json, planned.name);

  event->planned_command = event->as.job_result.command;
  event->planned_command_count = event->as.job_result.command_count;
  return json ? read_strings(reading, &planned, json, event) : 0;
}

/* Each struct of the interface starts with its size. */
static void set_size(struct run_event *event) {
  static const uint32_t sizes[RUN_EVENT_COUNT] = {
      [RUN_EVENT_RUN_STARTED] = sizeof event->as.run,
      [RUN_EVENT_JOB_VALIDATED] = sizeof event->as.validation,
      [RUN_EVENT_JOB_FINISHED] = sizeof event->as.job_result,
      [RUN_EVENT_JOB_OBSERVED] = sizeof event->as.observation,
      [RUN_EVENT_JOB_COMPLETED] = sizeof event->as.completion,
      [RUN_EVENT_OBJECT_PASSED_OVER] = sizeof event->as.passed_over,
      [RUN_EVENT_RUN_FINISHED] = sizeof event->as.result,
  };

  put_uint32(&event->as, 0, sizes[event->kind]);
}

static int32_t check_major(const struct reading *reading, const json_t *json) {
  const char *interface = json_string_value(json_object_get(json, "interface"));

  if (interface && strtoul(interface, NULL, 10) == HG_ABI_MAJOR)
    return 0;
  return hg_error_set(reading->err, HG_ERROR_UNSUPPORTED,
                      "an event is of interface %.20s, and not of %u",
                      interface ? interface : "(none)", HG_ABI_MAJOR);
}

int32_t run_event_read(struct run_event *event, const char *line, size_t length,
                       struct arena *arena, struct hg_error *err) {
  const struct reading reading = {arena, err};
  json_error_t reason;
  const char *name;

  memset(event, 0, sizeof *event);
  event->json = json_loadb(line, length, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, &reason);
  name = json_string_value(json_object_get(event->json, "event"));
  if (!name)
    return hg_error_set(err, HG_ERROR_INVALID, "this is no event: %.600s",
                        event->json ? "it has no member \"event\"" : reason.text);
  if (check_major(&reading, event->json) < 0)
    return -1;
  while (event->kind < RUN_EVENT_UNKNOWN && strcmp(run_event_rows[event->kind].name, name) != 0)
    event->kind++;
  if (event->kind == RUN_EVENT_UNKNOWN)
    return 0;
  set_size(event);
  if (read_members(&reading, run_event_rows[event->kind].members, event->json, &event->as) < 0)
    return -1;
  return event->kind == RUN_EVENT_JOB_FINISHED ? read_planned(&reading, event) : 0;
}

void run_event_finish(struct run_event *event) {
  json_decref(event->json);
  event->json = NULL;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "events/run_event_write.h"

#include "memory/no_memory.h"
#include "text/base64.h"
#include "json/json_text.h"

#include <headgate/abi.h>
#include <headgate/bytes.h>
#include <headgate/diagnostic.h>
#include <headgate/job.h>
#include <string.h>

static json_t *object_of(const struct member *members, const void *value);

static json_t *word_of(const struct member_word *words, uint32_t value) {
  for (; words->word; words++)
    if (words->value == value)
      return json_string(words->word);
  return json_string("unknown");
}

static json_t *strings_of(const char *const *strings, uint32_t count) {
  json_t *array = json_array();

  for (uint32_t i = 0; i < count; i++)
    if (json_array_append_new(array, json_of_text(strings[i])) != 0)
      goto fail;
  return array;
fail:
  json_decref(array);
  return NULL;
}

static json_t *names_of(const struct hg_pair *pairs, uint32_t count) {
  json_t *array = json_array();

  for (uint32_t i = 0; i < count; i++)
    if (json_array_append_new(array, json_of_text(pairs[i].name)) != 0)
      goto fail;
  return array;
fail:
  json_decref(array);
  return NULL;
}

static json_t *pairs_of(const struct hg_pair *pairs, uint32_t count) {
  json_t *array = json_array();

  for (uint32_t i = 0; i < count; i++)
    if (json_array_append_new(array, json_pack("{s:o, s:o}", "name", json_of_text(pairs[i].name),
                                               "value", json_of_text(pairs[i].value))) != 0)
      goto fail;
  return array;
fail:
  json_decref(array);
  return NULL;
}

static json_t *diagnostics_of(const struct hg_diagnostic *const *diagnostics, uint32_t count) {
  json_t *array = json_array();

  for (uint32_t i = 0; i < count; i++)
    if (json_array_append_new(array, object_of(diagnostic_members, diagnostics[i])) != 0)
      goto fail;
  return array;
fail:
  json_decref(array);
  return NULL;
}

/* The bytes as text, and as they are where the text lost something. */
static int add_bytes(json_t *object, const char *name, const struct hg_bytes *bytes) {
  json_t *exact = json_stringn(bytes->data, (size_t)bytes->length);
  struct text_buffer spelled;
  char key[32];
  int status;

  if (exact)
    return json_object_set_new(object, name, exact);
  text_buffer_init(&spelled);
  base64_append(&spelled, bytes->data, (size_t)bytes->length);
  (void)snprintf(key, sizeof key, "%s_base64", name);
  status =
      spelled.failed ||
      json_object_set_new(object, name, json_of_bytes(bytes->data, (size_t)bytes->length)) != 0 ||
      json_object_set_new(object, key, json_string_nocheck(text_buffer_string(&spelled))) != 0;
  text_buffer_finish(&spelled);
  return status ? -1 : 0;
}

static uint32_t count_at(const char *base, size_t offset) {
  uint32_t count;

  memcpy(&count, base + offset, sizeof count);
  return count;
}

static json_t *integer_of(const struct member *member, const char *at) {
  int32_t narrow;
  int64_t wide;
  uint64_t count;

  switch (member->kind) {
  case MEMBER_INT32:
    memcpy(&narrow, at, sizeof narrow);
    return json_integer(narrow);
  case MEMBER_INT64:
    memcpy(&wide, at, sizeof wide);
    return json_integer(wide);
  case MEMBER_UINT64:
    memcpy(&count, at, sizeof count);
    return json_integer(count > INT64_MAX ? INT64_MAX : (json_int_t)count);
  default:
    return json_integer(count_at(at, 0));
  }
}

/* What the member points to: one thing, or as many as another member says. */
static json_t *pointed_of(const struct member *member, const char *base) {
  const void *pointer;

  memcpy(&pointer, base + member->offset, sizeof pointer);
  switch (member->kind) {
  case MEMBER_STRING:
    return json_of_text(pointer);
  case MEMBER_OPTIONAL:
    return pointer ? json_of_text(pointer) : json_null();
  case MEMBER_DETAILS:
    return pointer ? object_of(details_members, pointer) : json_null();
  case MEMBER_STRINGS:
    return strings_of(pointer, count_at(base, member->other));
  case MEMBER_NAMES:
    return names_of(pointer, count_at(base, member->other));
  case MEMBER_PAIRS:
    return pairs_of(pointer, count_at(base, member->other));
  default:
    return diagnostics_of(pointer, count_at(base, member->other));
  }
}

static json_t *value_of(const struct member *member, const char *base) {
  const char *at = base + member->offset;

  switch (member->kind) {
  case MEMBER_WORD:
    return word_of(member->words, count_at(at, 0));
  case MEMBER_BOOLEAN:
    return json_boolean(count_at(at, 0));
  case MEMBER_FLAG:
    return json_boolean(count_at(at, 0) & member->other);
  case MEMBER_INT32:
  case MEMBER_UINT32:
  case MEMBER_INT64:
  case MEMBER_UINT64:
    return integer_of(member, at);
  default:
    return pointed_of(member, base);
  }
}

static int add_members(json_t *object, const struct member *members, const char *base) {
  int status = 0;

  for (const struct member *member = members; member->name && status == 0; member++)
    if (member->kind == MEMBER_BYTES)
      status = add_bytes(object, member->name, (const void *)(base + member->offset));
    else
      status = json_object_set_new(object, member->name, value_of(member, base));
  return status;
}

static json_t *object_of(const struct member *members, const void *value) {
  json_t *object = json_object();

  if (object && add_members(object, members, value) != 0) {
    json_decref(object);
    object = NULL;
  }
  return object;
}

/* Takes the object over; NULL: memory was out. */
static int32_t append_object(struct text_buffer *text, json_t *object, struct hg_error *err) {
  size_t before = text->length;
  bool had_failed = text->failed;

  json_append_line(text, object, JSON_COMPACT | JSON_ENSURE_ASCII);
  if (!text->failed)
    return 0;
  /* What stood there before is as it was. */
  text->length = before;
  text->failed = had_failed;
  return no_memory(err);
}

static json_t *event_of(enum run_event_kind kind, const void *event) {
  const struct run_event_row *row = &run_event_rows[kind];
  json_t *object = json_pack("{s:s, s:o}", "event", row->name, "interface",
                             json_sprintf("%u.%u", HG_ABI_MAJOR, HG_ABI_MINOR));

  if (object && add_members(object, row->members, event) != 0) {
    json_decref(object);
    object = NULL;
  }
  return object;
}

int32_t run_event_append(struct text_buffer *text, enum run_event_kind kind, const void *event,
                         struct hg_error *err) {
  return append_object(text, event_of(kind, event), err);
}

static bool is_as_planned(const struct hg_job_result *result, const struct hg_plan_item *item) {
  if (result->command == item->kubectl_command)
    return true;
  if (result->command_count != item->kubectl_command_count)
    return false;
  for (uint32_t i = 0; i < result->command_count; i++)
    if (strcmp(result->command[i], item->kubectl_command[i]) != 0)
      return false;
  return true;
}

int32_t run_event_append_job_finished(struct text_buffer *text, const struct hg_job_result *result,
                                      const struct hg_plan_item *item, struct hg_error *err) {
  json_t *object = event_of(RUN_EVENT_JOB_FINISHED, result);

  if (object && !is_as_planned(result, item) &&
      json_object_set_new(object, "planned_command",
                          strings_of(item->kubectl_command, item->kubectl_command_count)) != 0) {
    json_decref(object);
    object = NULL;
  }
  return append_object(text, object, err);
}

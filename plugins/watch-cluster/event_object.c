/* SPDX-License-Identifier: Apache-2.0 */
#include "event_object.h"

#include "memory/count.h"
#include "memory/no_memory.h"
#include "object_parts.h"

#include <string.h>

enum {
  EVENT_INVOLVED,
  EVENT_REGARDING,
  EVENT_TYPE,
  EVENT_REASON,
  EVENT_MESSAGE,
  EVENT_NOTE,
  EVENT_COUNT,
  EVENT_OLD_COUNT,
  EVENT_FIRST,
  EVENT_OLD_FIRST,
  EVENT_LAST,
  EVENT_OLD_LAST,
  EVENT_TIME,
  EVENT_SERIES,
  EVENT_MEMBERS,
};

/* The first of the texts that says anything. */
static const char *first_text(const struct json_slice *slices, size_t count,
                              struct json_texts *texts) {
  for (size_t i = 0; i < count; i++)
    if (slices[i].at && *slices[i].at == '"' && slices[i].length > 2)
      return json_slice_text(slices[i], texts);
  return "";
}

/* The largest of the counts. */
static uint32_t count_of(struct json_slice one, struct json_slice two, struct json_slice three) {
  int64_t most = 1;

  for (size_t i = 0; i < 3; i++) {
    int64_t count = json_slice_integer(i == 0 ? one : i == 1 ? two : three, 0);

    if (count > most && count <= UINT32_MAX)
      most = count;
  }
  return (uint32_t)most;
}

int32_t event_object_read(struct json_slice json, struct json_texts *texts,
                          struct hg_cluster_event *event, struct hg_error *err) {
  static const char *const names[EVENT_MEMBERS] = {
      "involvedObject", "regarding",
      "type",           "reason",
      "message",        "note",
      "count",          "deprecatedCount",
      "firstTimestamp", "deprecatedFirstTimestamp",
      "lastTimestamp",  "deprecatedLastTimestamp",
      "eventTime",      "series",
  };
  static const char *const object_names[] = {"kind", "name", "uid"};
  static const char *const series_names[] = {"count", "lastObservedTime"};
  struct json_slice found[EVENT_MEMBERS];
  struct json_slice object[COUNT(object_names)];
  struct json_slice series[COUNT(series_names)];
  struct object_parts parts;

  if (object_parts_read(json, "Event", &parts, err) < 0)
    return -1;
  if (json_members(json, names, found, EVENT_MEMBERS) < 0 ||
      (json_members(found[EVENT_INVOLVED], object_names, object, COUNT(object)) < 0 &&
       json_members(found[EVENT_REGARDING], object_names, object, COUNT(object)) < 0))
    return hg_error_set(err, HG_ERROR_INVALID, "the server's event is about nothing");
  if (json_members(found[EVENT_SERIES], series_names, series, COUNT(series)) < 0)
    memset(series, 0, sizeof series);
  *event = (struct hg_cluster_event){
      .struct_size = sizeof *event,
      .count = count_of(found[EVENT_COUNT], found[EVENT_OLD_COUNT], series[0]),
      .uid = json_slice_text(parts.metadata[METADATA_UID], texts),
      .type = json_slice_text(found[EVENT_TYPE], texts),
      .reason = json_slice_text(found[EVENT_REASON], texts),
      .message = first_text(&found[EVENT_MESSAGE], 2, texts),
      .kind = json_slice_text(object[0], texts),
      .name = json_slice_text(object[1], texts),
      .object_uid = json_slice_text(object[2], texts),
      .first_at = first_text(&found[EVENT_FIRST], 2, texts),
      .last_at = first_text(&found[EVENT_LAST], 2, texts),
  };
  if (!*event->last_at)
    event->last_at = json_slice_text(series[1], texts);
  if (!*event->last_at)
    event->last_at = json_slice_text(found[EVENT_TIME], texts);
  if (!*event->first_at)
    event->first_at = json_slice_text(found[EVENT_TIME], texts);
  if (!*event->first_at)
    event->first_at = event->last_at;
  return texts->failed ? no_memory(err) : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "early_objects.h"

#include "memory/no_memory.h"

#include <stdlib.h>
#include <string.h>

struct early_object {
  struct early_object *next;
  int64_t since_ms;
  size_t size; /* of the whole */
  size_t length;
  enum early_kind kind;
  const char *uid; /* behind the JSON */
  char json[];
};

/* Takes the one behind `place` out. */
static struct early_object *take_out(struct early_objects *early, struct early_object **place,
                                     struct early_object *before) {
  struct early_object *taken = *place;

  *place = taken->next;
  if (early->newest == taken)
    early->newest = before;
  early->bytes -= taken->size;
  return taken;
}

void early_objects_finish(struct early_objects *early) {
  while (early->first)
    free(take_out(early, &early->first, NULL));
}

int32_t early_objects_add(struct early_objects *early, const char *uid, enum early_kind kind,
                          struct json_slice json, int64_t now_ms, struct hg_error *err) {
  size_t uid_size = strlen(uid) + 1;
  size_t size = sizeof(struct early_object) + json.length + uid_size;
  struct early_object *object = malloc(size);

  if (!object)
    return no_memory(err);
  *object =
      (struct early_object){.since_ms = now_ms, .size = size, .length = json.length, .kind = kind};
  memcpy(object->json, json.at, json.length);
  memcpy(object->json + json.length, uid, uid_size);
  object->uid = object->json + json.length;
  if (early->newest)
    early->newest->next = object;
  else
    early->first = object;
  early->newest = object;
  early->bytes += size;
  while (early->bytes > EARLY_MOST_BYTES && early->first != early->newest) {
    struct early_object *oldest = take_out(early, &early->first, NULL);

    if (oldest->kind != EARLY_EVENT)
      early->has_dropped_pod = true;
    free(oldest);
  }
  return 0;
}

struct early_object *early_objects_take(struct early_objects *early, const char *uid, bool is_pod,
                                        enum early_kind *kind, struct json_slice *json) {
  struct early_object *before = NULL;

  for (struct early_object **place = &early->first; *place; place = &(*place)->next) {
    if (strcmp((*place)->uid, uid) == 0 && (!is_pod || (*place)->kind == EARLY_EVENT)) {
      struct early_object *taken = take_out(early, place, before);

      *kind = taken->kind;
      *json = (struct json_slice){taken->json, taken->length};
      return taken;
    }
    before = *place;
  }
  return NULL;
}

void early_objects_age(struct early_objects *early, int64_t now_ms) {
  struct early_object *before = NULL;

  for (struct early_object **place = &early->first; *place;) {
    if ((*place)->kind == EARLY_EVENT && now_ms - (*place)->since_ms > EARLY_EVENT_MS) {
      free(take_out(early, place, before));
    } else {
      before = *place;
      place = &before->next;
    }
  }
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "object_parts.h"

#include "memory/count.h"

#include <string.h>

int32_t object_parts_read(struct json_slice json, const char *kind, struct object_parts *parts,
                          struct hg_error *err) {
  static const char *const members[] = {"metadata", "spec", "status", "kind"};
  static const char *const names[METADATA_COUNT] = {
      "name",
      "namespace",
      "uid",
      "resourceVersion",
      "creationTimestamp",
      "deletionTimestamp",
      "deletionGracePeriodSeconds",
      "labels",
      "annotations",
      "ownerReferences",
  };
  struct json_slice found[COUNT(members)];

  if (json_members(json, members, found, COUNT(members)) < 0 ||
      json_members(found[0], names, parts->metadata, METADATA_COUNT) < 0 ||
      !parts->metadata[METADATA_NAME].at || !parts->metadata[METADATA_UID].at)
    return hg_error_set(err, HG_ERROR_INVALID, "the server's object has no name or uid");
  if (found[3].at && !json_slice_is(found[3], kind))
    return hg_error_set(err, HG_ERROR_INVALID, "the server's object is no %s", kind);
  parts->spec = found[1];
  parts->status = found[2];
  return 0;
}

uint64_t object_version(const struct object_parts *parts) {
  struct json_slice version = parts->metadata[METADATA_VERSION];

  if (!version.at || version.length < 2 || *version.at != '"')
    return 0;
  version.at++;
  version.length -= 2;
  return (uint64_t)json_slice_integer(version, 0);
}

struct json_slice object_member(struct json_slice object, const char *name) {
  struct json_slice value;

  if (json_members(object, &name, &value, 1) < 0)
    return (struct json_slice){NULL, 0};
  return value;
}

int32_t object_controller(const struct object_parts *parts, const char *kind,
                          struct json_texts *texts, const char **name, const char **uid) {
  static const char *const members[] = {"controller", "kind", "name", "uid"};
  struct json_slice owner = {NULL, 0};

  while (json_next_item(parts->metadata[METADATA_OWNERS], &owner)) {
    struct json_slice found[COUNT(members)];

    if (json_members(owner, members, found, COUNT(members)) < 0 || !json_slice_is_true(found[0]) ||
        !json_slice_is(found[1], kind))
      continue;
    *name = json_slice_text(found[2], texts);
    *uid = json_slice_text(found[3], texts);
    return 0;
  }
  return -1;
}

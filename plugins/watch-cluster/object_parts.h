/* SPDX-License-Identifier: Apache-2.0 */
/* What all objects have, and how their parts are read. */
#ifndef WATCH_CLUSTER_OBJECT_PARTS_H
#define WATCH_CLUSTER_OBJECT_PARTS_H

#include "json/json_members.h"

#include <headgate/error.h>

/* Members of an object's metadata that are read, in this order. */
enum {
  METADATA_NAME,
  METADATA_NAMESPACE,
  METADATA_UID,
  METADATA_VERSION,
  METADATA_CREATED,
  METADATA_DELETED,
  METADATA_GRACE,
  METADATA_LABELS,
  METADATA_ANNOTATIONS,
  METADATA_OWNERS,
  METADATA_COUNT,
};

/* An object's own members. Of an object that says nothing of one, it is empty. */
struct object_parts {
  struct json_slice metadata[METADATA_COUNT];
  struct json_slice spec;
  struct json_slice status;
};

/* -1: it is no object, or has no name, uid or metadata at all, or says that it is of another kind:
 * items of a list do not say it (HG_ERROR_INVALID). */
int32_t object_parts_read(struct json_slice json, const char *kind, struct object_parts *parts,
                          struct hg_error *err);

/* metadata.resourceVersion as a number, 0 where it is none: they grow with each change. */
uint64_t object_version(const struct object_parts *parts);

/* The controller among the owners: 0, or -1 where there is none of this kind. Strings are
 * those of `texts`. */
int32_t object_controller(const struct object_parts *parts, const char *kind,
                          struct json_texts *texts, const char **name, const char **uid);

/* One member of an object; empty where there is none. */
struct json_slice object_member(struct json_slice object, const char *name);

#endif

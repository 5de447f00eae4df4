/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/sealed_plan_members.h"

#include "memory/count.h"
#include "plan/sealed_plan.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

enum member_kind {
  MEMBER_STRING,   /* `least` to `most` bytes */
  MEMBER_OPTIONAL, /* the same, or null */
  MEMBER_INTEGER,  /* `least` to `most` */
  MEMBER_SHA256,   /* 64 hexadecimal digits */
  MEMBER_STRINGS,  /* an array of `least` to `most` strings */
  MEMBER_TARGET,   /* a target, or null */
  MEMBER_JOBS,     /* an array of `least` to `most` Jobs */
};

struct member {
  const char *name;
  enum member_kind kind;
  int64_t least;
  int64_t most;
};

/* As in schemas/plan.schema.json. */
static const struct member plan_members[] = {
    {"format_version", MEMBER_INTEGER, SEALED_PLAN_VERSION, SEALED_PLAN_VERSION},
    {"created_at", MEMBER_STRING, 24, 24},
    {"headgate_version", MEMBER_STRING, 1, 100},
    {"kubernetes_version", MEMBER_OPTIONAL, 1, 100},
    {"working_dir", MEMBER_STRING, 1, PATH_MAX},
    {"jobs_dir", MEMBER_STRING, 1, SEALED_PLAN_MOST_BYTES},
    {"operands", MEMBER_STRINGS, 1, SEALED_PLAN_MOST_JOBS},
    {"kubeconfig", MEMBER_OPTIONAL, 1, PATH_MAX},
    {"context", MEMBER_OPTIONAL, 1, 1000},
    {"namespace", MEMBER_OPTIONAL, 1, 253},
    {"applier", MEMBER_STRING, 1, PATH_MAX},
    {"target", MEMBER_TARGET, 0, 0},
    {"total_jobs", MEMBER_INTEGER, 0, SEALED_PLAN_MOST_JOBS},
    {"jobs", MEMBER_JOBS, 0, SEALED_PLAN_MOST_JOBS},
    {"digest", MEMBER_SHA256, 0, 0},
};
static const struct member target_members[] = {
    {"context", MEMBER_STRING, 0, 1000},     {"server", MEMBER_STRING, 1, PATH_MAX},
    {"user", MEMBER_STRING, 0, 1000},        {"namespace", MEMBER_STRING, 1, 253},
    {"cluster_uid", MEMBER_STRING, 0, 1000},
};
static const struct member job_members[] = {
    {"job_name", MEMBER_STRING, 1, 253},
    {"namespace", MEMBER_STRING, 0, 253},
    {"yaml_path", MEMBER_STRING, 1, PATH_MAX},
    {"document", MEMBER_INTEGER, 1, INT32_MAX},
    {"document_count", MEMBER_INTEGER, 1, INT32_MAX},
    {"sha256", MEMBER_SHA256, 0, 0},
    {"kubectl_command", MEMBER_STRINGS, 1, 16},
};

/* An object that is checked; `at` goes before the names of its members: "jobs[3].", "target.". */
struct place {
  const char *path;
  char at[32];
};

void sha256_to_hex(const uint8_t sha256[DIGEST_SIZE], char hex[SHA256_HEX_SIZE]) {
  static const char digits[] = "0123456789abcdef";

  for (size_t i = 0; i < DIGEST_SIZE; i++) {
    hex[2 * i] = digits[sha256[i] >> 4];
    hex[2 * i + 1] = digits[sha256[i] & 15];
  }
  hex[2 * DIGEST_SIZE] = '\0';
}

bool sha256_from_hex(const char *hex, uint8_t sha256[DIGEST_SIZE]) {
  static const char digits[] = "0123456789abcdef";

  if (strlen(hex) != 2 * DIGEST_SIZE || hex[strspn(hex, digits)])
    return false;
  for (size_t i = 0; i < DIGEST_SIZE; i++)
    sha256[i] = (uint8_t)((strchr(digits, hex[2 * i]) - digits) << 4 |
                          (strchr(digits, hex[2 * i + 1]) - digits));
  return true;
}

int32_t sealed_plan_digest(const json_t *plan, char hex[SHA256_HEX_SIZE]) {
  char *text = json_dumps(plan, JSON_SORT_KEYS | JSON_COMPACT);
  uint8_t digest[DIGEST_SIZE];

  if (!text)
    return -1;
  digest_of(text, strlen(text), digest);
  free(text);
  sha256_to_hex(digest, hex);
  return 0;
}

static int32_t refuse(const struct place *place, const struct member *member, const char *what,
                      struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_INVALID, "%.480s: %s%s: %s", place->path, place->at,
                      member->name, what);
}

static int32_t refuse_range(const struct place *place, const struct member *member,
                            const char *of_what, struct hg_error *err) {
  return hg_error_set(err, HG_ERROR_INVALID,
                      "%.480s: %s%s: must have %" PRId64 " to %" PRId64 " %s", place->path,
                      place->at, member->name, member->least, member->most, of_what);
}

static bool is_within(const struct member *member, size_t count) {
  return count >= (size_t)member->least && count <= (size_t)member->most;
}

static int32_t check_object(const struct place *place, const json_t *object,
                            const struct member *members, size_t count, struct hg_error *err);

static int32_t check_jobs(const struct place *place, const struct member *member,
                          const json_t *value, struct hg_error *err) {
  if (!json_is_array(value))
    return refuse(place, member, "must be a list", err);
  if (!is_within(member, json_array_size(value)))
    return refuse_range(place, member, "elements", err);
  for (size_t i = 0; i < json_array_size(value); i++) {
    struct place inner = {.path = place->path};

    (void)snprintf(inner.at, sizeof inner.at, "jobs[%zu].", i);
    if (check_object(&inner, json_array_get(value, i), job_members, COUNT(job_members), err) < 0)
      return -1;
  }
  return 0;
}

static int32_t check_target(const struct place *place, const json_t *value, struct hg_error *err) {
  const struct place inner = {.path = place->path, .at = "target."};

  return json_is_null(value)
             ? 0
             : check_object(&inner, value, target_members, COUNT(target_members), err);
}

static int32_t check_member(const struct place *place, const struct member *member,
                            const json_t *value, struct hg_error *err) {
  uint8_t sha256[DIGEST_SIZE];

  switch (member->kind) {
  case MEMBER_OPTIONAL:
    if (json_is_null(value))
      return 0;
    /* fall through */
  case MEMBER_STRING:
    if (!json_is_string(value))
      return refuse(place, member, "must be a string", err);
    return is_within(member, json_string_length(value)) ? 0
                                                        : refuse_range(place, member, "bytes", err);
  case MEMBER_INTEGER:
    if (!json_is_integer(value))
      return refuse(place, member, "must be an integer", err);
    if (json_integer_value(value) < member->least || json_integer_value(value) > member->most)
      return hg_error_set(err, HG_ERROR_INVALID, "%.480s: %s%s: must be %" PRId64 " to %" PRId64,
                          place->path, place->at, member->name, member->least, member->most);
    return 0;
  case MEMBER_SHA256:
    if (!json_is_string(value) || !sha256_from_hex(json_string_value(value), sha256))
      return refuse(place, member, "must be 64 hexadecimal digits", err);
    return 0;
  case MEMBER_STRINGS:
    if (!json_is_array(value))
      return refuse(place, member, "must be a list of strings", err);
    for (size_t i = 0; i < json_array_size(value); i++)
      if (!json_is_string(json_array_get(value, i)))
        return refuse(place, member, "must be a list of strings", err);
    return is_within(member, json_array_size(value)) ? 0
                                                     : refuse_range(place, member, "elements", err);
  case MEMBER_TARGET:
    return check_target(place, value, err);
  case MEMBER_JOBS:
    return check_jobs(place, member, value, err);
  }
  return -1;
}

static int32_t check_known(const struct place *place, const json_t *object,
                           const struct member *members, size_t count, struct hg_error *err) {
  /* jansson iterates over objects that are not const; nothing is changed. */
  json_t *iterated = (json_t *)(uintptr_t)object;
  const char *name;
  json_t *value;

  json_object_foreach(iterated, name, value) {
    bool known = false;

    for (size_t i = 0; i < count && !known; i++)
      known = strcmp(members[i].name, name) == 0;
    if (!known)
      return hg_error_set(err, HG_ERROR_INVALID, "%.480s: %s%.240s: a plan has no such member",
                          place->path, place->at, name);
  }
  return 0;
}

static int32_t check_object(const struct place *place, const json_t *object,
                            const struct member *members, size_t count, struct hg_error *err) {
  if (!json_is_object(object))
    return hg_error_set(err, HG_ERROR_INVALID, "%.480s: %.*s must be an object", place->path,
                        *place->at ? (int)strlen(place->at) - 1 : 8,
                        *place->at ? place->at : "the plan");
  for (size_t i = 0; i < count; i++) {
    const json_t *value = json_object_get(object, members[i].name);

    if (!value)
      return refuse(place, &members[i], "is missing", err);
    if (check_member(place, &members[i], value, err) < 0)
      return -1;
  }
  return check_known(place, object, members, count, err);
}

int32_t sealed_plan_check_members(const char *path, const json_t *plan, struct hg_error *err) {
  const struct place place = {.path = path, .at = ""};
  const json_t *version = json_object_get(plan, "format_version");

  /* First, for whatever else is different then. */
  if (json_is_integer(version) && json_integer_value(version) > SEALED_PLAN_VERSION)
    return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                        "%.480s: was saved by a newer Headgate (format %" JSON_INTEGER_FORMAT
                        ", this one knows %d): use that one, or plan again",
                        path, json_integer_value(version), SEALED_PLAN_VERSION);
  if (json_is_integer(version) && json_integer_value(version) == 1)
    return hg_error_set(err, HG_ERROR_UNSUPPORTED,
                        "%.480s: was saved by an older Headgate, whose plans say neither cluster "
                        "nor applier: plan again",
                        path);
  return check_object(&place, plan, plan_members, COUNT(plan_members), err);
}

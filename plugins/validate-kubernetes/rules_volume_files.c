/* SPDX-License-Identifier: Apache-2.0 */
/* Volumes whose files are made of Secrets, ConfigMaps, the Pod's own fields and tokens. */
#include "rules_volume.h"

static const char mode_words[] = "must be a number between 0 and 0777 (octal), both inclusive";

static const char *const volume_fields[] = {
    "metadata.annotations", "metadata.labels", "metadata.name",
    "metadata.namespace",   "metadata.uid",    NULL,
};

enum { LEAST_TOKEN_SECONDS = 600, TOKEN_PATH_SINCE = 30, PER_SOURCE_SINCE = 31 };

static void check_mode(struct validation *v, const struct object *object, unsigned field) {
  int64_t mode = get_integer(object, field);

  if (mode < 0 || mode > 0777)
    report_invalid(v, RULE_FILE_MODE, at_field(object, field), show_integer(mode), mode_words);
}

/* A path below the volume that does not start with "..", which the kubelet keeps for itself. */
static void check_local_path(struct validation *v, struct place place, struct text path) {
  check_descending_path(v, place, path);
  if (text_starts(path, "..") && !text_starts(path, "../"))
    report_invalid(v, RULE_PATH, place, show_text(path), "must not start with '..'");
}

static void check_file_path(struct validation *v, const struct object *object, unsigned field) {
  require_text(v, object, field);
  check_local_path(v, at_field(object, field), get_text(object, field));
}

static void check_key_to_path(struct validation *v, const struct object *item) {
  require_text(v, item, KEY_TO_PATH_KEY);
  check_file_path(v, item, KEY_TO_PATH_PATH);
  check_mode(v, item, KEY_TO_PATH_MODE);
}

static void check_items(struct validation *v, const struct list *items) {
  for (uint32_t i = 0; i < items->count; i++)
    check_key_to_path(v, items->items[i].as.object);
}

void check_secret_volume(struct validation *v, const struct object *source) {
  require_text(v, source, SECRET_VOLUME_SOURCE_SECRET_NAME);
  check_mode(v, source, SECRET_VOLUME_SOURCE_DEFAULT_MODE);
  check_items(v, get_list(source, SECRET_VOLUME_SOURCE_ITEMS));
}

void check_config_map_volume(struct validation *v, const struct object *source) {
  require_text(v, source, CONFIG_MAP_VOLUME_SOURCE_NAME);
  check_mode(v, source, CONFIG_MAP_VOLUME_SOURCE_DEFAULT_MODE);
  check_items(v, get_list(source, CONFIG_MAP_VOLUME_SOURCE_ITEMS));
}

/* The server leaves the file's place in the list out of these paths. */
static void check_downward_file(struct validation *v, struct object *file) {
  const struct object *field = get_object(file, DOWNWARD_API_VOLUME_FILE_FIELD_REF);
  const struct object *resource = get_object(file, DOWNWARD_API_VOLUME_FILE_RESOURCE_FIELD_REF);

  file->hidden = HIDE_STEP;
  check_file_path(v, file, DOWNWARD_API_VOLUME_FILE_PATH);
  if (field) {
    check_field_selector(v, field, volume_fields);
    if (resource)
      report_invalid(v, RULE_FIELD_REFERENCE, at_object(file), show_text(TEXT("resource")),
                     "fieldRef and resourceFieldRef can not be specified simultaneously");
  } else if (resource) {
    check_resource_selector(v, resource, true);
  } else {
    report_required(v, RULE_FIELD_REFERENCE, at_object(file),
                    "one of fieldRef and resourceFieldRef is required");
  }
  check_mode(v, file, DOWNWARD_API_VOLUME_FILE_MODE);
}

void check_downward_volume(struct validation *v, const struct object *source) {
  const struct list *files = get_list(source, DOWNWARD_API_VOLUME_SOURCE_ITEMS);

  check_mode(v, source, DOWNWARD_API_VOLUME_SOURCE_DEFAULT_MODE);
  for (uint32_t i = 0; i < files->count; i++)
    check_downward_file(v, files->items[i].as.object);
}

/* Every file of a projected volume has a path of its own. The server names the volume, not the
 * item. */
static void take_path(struct validation *v, const struct object *projected,
                      struct string_set *paths, const struct object *item, unsigned field,
                      struct text shown) {
  struct text path = get_text(item, field);
  int added;

  if (path.length == 0)
    return;
  added = string_set_add(paths, path);
  if (added < 0)
    v->failed = true;
  if (added == 0)
    report_invalid(v, RULE_DUPLICATE_VALUE,
                   positioned(at_object(projected), item->values[field].node), show_text(shown),
                   "conflicting duplicate paths");
}

static void check_projected_items(struct validation *v, const struct object *projected,
                                  struct string_set *paths, const struct list *items,
                                  struct text name) {
  for (uint32_t i = 0; i < items->count; i++) {
    check_key_to_path(v, items->items[i].as.object);
    take_path(v, projected, paths, items->items[i].as.object, KEY_TO_PATH_PATH, name);
  }
}

static void check_token(struct validation *v, const struct object *projected,
                        const struct object *token) {
  int64_t seconds = get_integer(token, SERVICE_ACCOUNT_TOKEN_PROJECTION_EXPIRATION_SECONDS);
  struct place place = at_field(token, SERVICE_ACCOUNT_TOKEN_PROJECTION_EXPIRATION_SECONDS);
  struct text path = get_text(token, SERVICE_ACCOUNT_TOKEN_PROJECTION_PATH);
  /* The server names the projected volume here. */
  struct place at_path = at_tail(projected, "path", token->node);

  if (has(token, SERVICE_ACCOUNT_TOKEN_PROJECTION_EXPIRATION_SECONDS)) {
    if (seconds < LEAST_TOKEN_SECONDS)
      report_invalid(v, RULE_NUMBER_RANGE, place, show_integer(seconds),
                     "may not specify a duration less than 10 minutes");
    if (seconds > INT64_C(1) << 32)
      report_invalid(v, RULE_NUMBER_RANGE, place, show_integer(seconds),
                     "may not specify a duration larger than 2^32 seconds");
  }
  if (path.length == 0)
    report_required(v, RULE_REQUIRED, at_path, NULL);
  else if (v->minor >= TOKEN_PATH_SINCE)
    check_local_path(v, at_path, path);
}

/* One source of a projected volume. */
static void check_projection(struct validation *v, const struct object *projected,
                             struct string_set *paths, const struct object *source) {
  const struct object *secret = get_object(source, VOLUME_PROJECTION_SECRET);
  const struct object *config = get_object(source, VOLUME_PROJECTION_CONFIG_MAP);
  const struct object *downward = get_object(source, VOLUME_PROJECTION_DOWNWARD_API);
  const struct object *token = get_object(source, VOLUME_PROJECTION_SERVICE_ACCOUNT_TOKEN);

  if (secret) {
    require_text(v, secret, SECRET_PROJECTION_NAME);
    check_projected_items(v, projected, paths, get_list(secret, SECRET_PROJECTION_ITEMS),
                          get_text(secret, SECRET_PROJECTION_NAME));
  }
  if (config) {
    require_text(v, config, CONFIG_MAP_PROJECTION_NAME);
    check_projected_items(v, projected, paths, get_list(config, CONFIG_MAP_PROJECTION_ITEMS),
                          get_text(config, CONFIG_MAP_PROJECTION_NAME));
  }
  if (downward) {
    const struct list *files = get_list(downward, DOWNWARD_API_PROJECTION_ITEMS);

    for (uint32_t i = 0; i < files->count; i++) {
      struct object *file = files->items[i].as.object;

      check_downward_file(v, file);
      take_path(v, projected, paths, file, DOWNWARD_API_VOLUME_FILE_PATH,
                get_text(file, DOWNWARD_API_VOLUME_FILE_PATH));
    }
  }
  if (token)
    check_token(v, projected, token);
  /* clusterTrustBundle and podCertificate are behind gates: they never come this far. */
  if (!!secret + !!config + !!downward + !!token > 1)
    report_forbidden(v, RULE_VOLUME, at_object(source),
                     v->minor < PER_SOURCE_SINCE
                         ? "may not specify more than 1 volume type"
                         : "may not specify more than 1 volume type per source");
}

void check_projected(struct validation *v, const struct object *source) {
  const struct list *projections = get_list(source, PROJECTED_VOLUME_SOURCE_SOURCES);
  struct string_set paths;

  string_set_init(&paths, &v->arena);
  check_mode(v, source, PROJECTED_VOLUME_SOURCE_DEFAULT_MODE);
  for (uint32_t i = 0; i < projections->count; i++)
    check_projection(v, source, &paths, projections->items[i].as.object);
}

/* SPDX-License-Identifier: Apache-2.0 */
/* Warnings of volumes: kinds that are on their way out, and files that lie on each other
 * (pkg/api/pod/warnings.go). */
#include "rules_warning.h"

/* Paths of a volume beyond the first MOST_COMPARED are not held against each other, and of one path
 * not more than MOST_CLASHES are told. */
enum { PATHS_SINCE = 32, MOST_COMPARED = 1000, MOST_CLASHES = 8, ALWAYS = 255 };

/* Volumes that are deprecated or do nothing any more, in the words of the versions since..until. */
static const struct {
  uint8_t field;
  uint8_t since;
  uint8_t until;
  const char *words;
} deprecated[] = {
    {VOLUME_PHOTON_PERSISTENT_DISK, 0, ALWAYS, "deprecated in v1.11, non-functional in v1.16+"},
    {VOLUME_GIT_REPO, 0, 32, "deprecated in v1.11"},
    {VOLUME_GIT_REPO, 33, ALWAYS, "deprecated in v1.11, and disabled by default in v1.33+"},
    {VOLUME_SCALE_IO, 0, ALWAYS, "deprecated in v1.16, non-functional in v1.22+"},
    {VOLUME_FLOCKER, 0, 26, "deprecated in v1.22, support removal is planned in v1.26"},
    {VOLUME_FLOCKER, 27, ALWAYS, "deprecated in v1.22, non-functional in v1.25+"},
    {VOLUME_STORAGEOS, 0, 26, "deprecated in v1.22, support removal is planned in v1.26"},
    {VOLUME_STORAGEOS, 27, ALWAYS, "deprecated in v1.22, non-functional in v1.25+"},
    {VOLUME_QUOBYTE, 0, 26, "deprecated in v1.22, support removal is planned in v1.26"},
    {VOLUME_QUOBYTE, 27, ALWAYS, "deprecated in v1.22, non-functional in v1.25+"},
    {VOLUME_GLUSTERFS, 0, 26,
     "deprecated in v1.25, this feature will be removed soon after in a subsequent release"},
    {VOLUME_GLUSTERFS, 27, ALWAYS, "deprecated in v1.25, non-functional in v1.26+"},
    {VOLUME_CEPHFS, 28, ALWAYS, "deprecated in v1.28, non-functional in v1.31+"},
    {VOLUME_RBD, 28, ALWAYS, "deprecated in v1.28, non-functional in v1.31+"},
};

static void warn_of_kind(struct validation *v, const struct object *volume) {
  for (size_t i = 0; i < sizeof deprecated / sizeof *deprecated; i++)
    if (v->minor >= deprecated[i].since && v->minor <= deprecated[i].until &&
        has(volume, deprecated[i].field))
      report_warning(v, RULE_DEPRECATED,
                     deprecated[i].field == VOLUME_STORAGEOS
                         ? at_tail(volume, "storageOS", volume->values[VOLUME_STORAGEOS].node)
                         : at_field(volume, deprecated[i].field),
                     deprecated[i].words);
}

/* A file of a volume. */
struct file {
  struct text path;
  const char *source; /* ` (Secret "s")` in a projected volume, else "" */
};

struct files {
  const struct object *volume;
  const char *kind;
  struct file *items;
  size_t count;
};

/* One is the other, or lies in it as in a directory. */
static bool overlap(struct text a, struct text b) {
  struct text inner = a.length > b.length ? a : b;
  struct text outer = a.length > b.length ? b : a;

  return memcmp(inner.data, outer.data, outer.length) == 0 &&
         (inner.length == outer.length || inner.data[outer.length] == '/');
}

static void add_file(struct validation *v, struct files *files, const struct object *item,
                     unsigned field, const char *source) {
  struct text path = get_text(item, field);
  unsigned clashes = 0;

  while (path.length > 0 && path.data[path.length - 1] == '/')
    path.length--;
  if (path.length == 0 || files->count == MOST_COMPARED)
    return;
  if (!files->items)
    files->items = scratch(v, MOST_COMPARED * sizeof *files->items);
  if (!files->items)
    return;
  for (size_t i = 0; i < files->count && clashes < MOST_CLASHES; i++) {
    const struct file *other = &files->items[i];

    if (!overlap(other->path, path))
      continue;
    clashes++;
    report_warning(v, RULE_PATH_OVERLAP,
                   positioned(at_object(files->volume), item->values[field].node),
                   say(v, "volume %s (%s): overlapping paths: %s%s with %s%s",
                       quoted(v, get_text(files->volume, VOLUME_NAME)), files->kind,
                       quoted(v, path), source, quoted(v, other->path), other->source));
  }
  files->items[files->count++] = (struct file){path, source};
}

static void add_list(struct validation *v, struct files *files, const struct list *list,
                     unsigned field, const char *source) {
  for (uint32_t i = 0; i < list->count; i++)
    add_file(v, files, list->items[i].as.object, field, source);
}

/* `Secret "s"` */
static const char *name_source(struct validation *v, const char *kind, const struct object *source,
                               unsigned field) {
  return say(v, "%s %s", kind, quoted(v, get_text(source, field)));
}

static void add_projected(struct validation *v, struct files *files, const struct object *source) {
  const struct object *config = get_object(source, VOLUME_PROJECTION_CONFIG_MAP);
  const struct object *secret = get_object(source, VOLUME_PROJECTION_SECRET);
  const struct object *downward = get_object(source, VOLUME_PROJECTION_DOWNWARD_API);
  const struct object *token = get_object(source, VOLUME_PROJECTION_SERVICE_ACCOUNT_TOKEN);

  if (!config && !secret && !downward && !token)
    report_warning(v, RULE_IGNORED_VALUE, at_object(source),
                   say(v, "volume %s (Projected) has no sources provided",
                       quoted(v, get_text(files->volume, VOLUME_NAME))));
  else if (has(config, CONFIG_MAP_PROJECTION_ITEMS))
    add_list(v, files, get_list(config, CONFIG_MAP_PROJECTION_ITEMS), KEY_TO_PATH_PATH,
             say(v, " (%s)", name_source(v, "ConfigMap", config, CONFIG_MAP_PROJECTION_NAME)));
  else if (has(secret, SECRET_PROJECTION_ITEMS))
    add_list(v, files, get_list(secret, SECRET_PROJECTION_ITEMS), KEY_TO_PATH_PATH,
             say(v, " (%s)", name_source(v, "Secret", secret, SECRET_PROJECTION_NAME)));
  else if (has(downward, DOWNWARD_API_PROJECTION_ITEMS))
    add_list(v, files, get_list(downward, DOWNWARD_API_PROJECTION_ITEMS),
             DOWNWARD_API_VOLUME_FILE_PATH, " (DownwardAPI)");
  else if (token)
    add_file(v, files, token, SERVICE_ACCOUNT_TOKEN_PROJECTION_PATH, " (ServiceAccountToken)");
}

static void warn_of_paths(struct validation *v, const struct object *volume) {
  const struct object *config = get_object(volume, VOLUME_CONFIG_MAP);
  const struct object *secret = get_object(volume, VOLUME_SECRET);
  const struct object *downward = get_object(volume, VOLUME_DOWNWARD_API);
  const struct list *sources =
      get_list(get_object(volume, VOLUME_PROJECTED), PROJECTED_VOLUME_SOURCE_SOURCES);
  struct files files = {.volume = volume};

  if (config) {
    files.kind = name_source(v, "ConfigMap", config, CONFIG_MAP_VOLUME_SOURCE_NAME);
    add_list(v, &files, get_list(config, CONFIG_MAP_VOLUME_SOURCE_ITEMS), KEY_TO_PATH_PATH, "");
  } else if (secret) {
    files.kind = name_source(v, "Secret", secret, SECRET_VOLUME_SOURCE_SECRET_NAME);
    add_list(v, &files, get_list(secret, SECRET_VOLUME_SOURCE_ITEMS), KEY_TO_PATH_PATH, "");
  } else if (downward) {
    files.kind = "DownwardAPI";
    add_list(v, &files, get_list(downward, DOWNWARD_API_VOLUME_SOURCE_ITEMS),
             DOWNWARD_API_VOLUME_FILE_PATH, "");
  } else {
    files.kind = "Projected";
    for (uint32_t i = 0; i < sources->count; i++)
      add_projected(v, &files, sources->items[i].as.object);
  }
}

void warn_of_volumes(struct validation *v, const struct object *spec) {
  const struct list *volumes = get_list(spec, POD_SPEC_VOLUMES);

  for (uint32_t i = 0; i < volumes->count; i++) {
    warn_of_kind(v, volumes->items[i].as.object);
    if (v->minor >= PATHS_SINCE)
      warn_of_paths(v, volumes->items[i].as.object);
  }
}
